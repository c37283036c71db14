"""The truth about affiliations: what is asserted, by records that are current."""

from __future__ import annotations

import json
from pathlib import Path

from .organisations import current, gold_of


def _record(key: str, status: str, *successors: str) -> dict[str, object]:
    return {
        "id": f"https://ror.org/0{key}",
        "names": [{"value": key, "types": ["ror_display"]}],
        "locations": [],
        "relationships": [
            {"type": "successor", "id": f"https://ror.org/0{each}"} for each in successors
        ],
        "status": status,
        "types": ["education"],
    }


def test_a_record_that_is_gone_is_its_one_successor(tmp_path: Path) -> None:
    asserted = tmp_path / "asserted.csv"
    asserted.write_text(
        "affiliation,ror_id\n"
        "Old College,https://ror.org/0aaaaaa11\n"
        "Split College,https://ror.org/0bbbbbb11\n"
        "New College,https://ror.org/0cccccc11;https://ror.org/0dddddd11\n"
        "Unknown College,NP\n",
        "utf-8",
    )
    dump = tmp_path / "ror.json"
    records = [
        _record("aaaaaa11", "withdrawn", "cccccc11"),
        _record("bbbbbb11", "inactive", "cccccc11", "dddddd11"),
        _record("cccccc11", "active", "dddddd11"),
        _record("dddddd11", "active"),
    ]
    dump.write_text(json.dumps(records), "utf-8")
    found = {
        text: {iri[-9:] for iri in given}
        for text, given in current(gold_of(asserted), dump).items()
    }
    assert found == {
        "Old College": {"0cccccc11"},
        "Split College": {"0bbbbbb11"},
        "New College": {"0cccccc11", "0dddddd11"},
        "Unknown College": set(),
    }
