"""ROR's dump is read in both schemas and all packings, whole or not at all."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from symposia.graph.errors import SourceError
from symposia.graph.linking.ror import Organisation, read_ror

SECOND: dict[str, Any] = {
    "id": "https://ror.org/02c2kyt77",
    "names": [
        {"lang": None, "types": ["acronym"], "value": "TU/e"},
        {"lang": "nl", "types": ["label"], "value": "Technische Universiteit Eindhoven"},
        {"lang": "en", "types": ["ror_display"], "value": "Eindhoven University of Technology"},
    ],
    "locations": [
        {
            "geonames_id": 2756253,
            "geonames_details": {
                "name": "Eindhoven",
                "country_subdivision_name": "North Brabant",
                "country_code": "NL",
                "country_name": "The Netherlands",
            },
        }
    ],
    "relationships": [
        {"type": "child", "label": "A Lab", "id": "https://ror.org/01bjkr185"},
        {"type": "predecessor", "label": "THE", "id": "https://ror.org/01c1kpg39"},
    ],
    "status": "active",
    "types": ["education", "funder"],
}  # fmt: skip
FIRST: dict[str, Any] = {
    "id": "https://ror.org/01c1kpg39",
    "name": "Tajik Technical University",
    "aliases": ["TTU named after Osimi"],
    "labels": [{"label": "Донишгоҳи техникии Тоҷикистон", "iso639": "tg"}],
    "acronyms": ["TTU"],
    "addresses": [{"city": "Dushanbe", "state": None}],
    "country": {"country_name": "Tajikistan", "country_code": "TJ"},
    "relationships": [],
    "status": "inactive",
    "types": ["Education"],
}
BOTH = (
    Organisation(
        iri="https://ror.org/02c2kyt77",
        name="Eindhoven University of Technology",
        names=("Eindhoven University of Technology", "Technische Universiteit Eindhoven"),
        acronyms=("TU/e",),
        status="active",
        types=("education", "funder"),
        countries=(("NL", "The Netherlands"),),
        places=("Eindhoven", "North Brabant"),
        relations=(
            ("child", "https://ror.org/01bjkr185"),
            ("predecessor", "https://ror.org/01c1kpg39"),
        ),
    ),
    Organisation(
        iri="https://ror.org/01c1kpg39",
        name="Tajik Technical University",
        names=(
            "Tajik Technical University",
            "TTU named after Osimi",
            "Донишгоҳи техникии Тоҷикистон",
        ),
        acronyms=("TTU",),
        status="inactive",
        types=("education",),
        countries=(("TJ", "Tajikistan"),),
        places=("Dushanbe",),
        relations=(),
    ),
)
LINES = "\n".join(json.dumps(each, ensure_ascii=False) for each in (SECOND, FIRST)).encode()
ARRAY = json.dumps([SECOND, FIRST], indent=2).encode()


def _zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("dump.json", lambda path: path.write_bytes(ARRAY)),
        ("dump.json", lambda path: path.write_bytes(b"\xef\xbb\xbf" + ARRAY + b"\n")),
        ("dump.json.gz", lambda path: path.write_bytes(gzip.compress(ARRAY))),
        ("dump.jsonl", lambda path: path.write_bytes(LINES)),
        ("dump.jsonl.gz", lambda path: path.write_bytes(gzip.compress(LINES + b"\n"))),
        ("misnamed.json", lambda path: path.write_bytes(gzip.compress(LINES))),
        (
            "v2.9.zip",
            lambda path: _zipped(
                path,
                {
                    "v2.9-ror-data.json": b'[{"of": "schema 1"}]' + b" " * 9000,
                    "v2.9-ror-data_schema_v2.json": ARRAY,
                    "v2.9-ror-data_schema_v2.csv": b"id\n",
                },
            ),
        ),
    ],
)
def test_a_dump_is_read_in_each_packing(
    tmp_path: Path, name: str, write: Callable[[Path], object]
) -> None:
    path = tmp_path / name
    write(path)
    assert read_ror(path) == BOTH


def test_relations_are_asked_by_kind() -> None:
    assert BOTH[0].related("predecessor") == ("https://ror.org/01c1kpg39",)
    assert BOTH[0].related("successor") == ()


def _with(**changes: Any) -> bytes:
    return json.dumps({**SECOND, **changes}).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "dump: it is empty. It is to be"),
        (b" \n\n", "dump: it is empty."),
        (b"[]", "dump: there is no record in it."),
        (b"id,name\n1,x\n", "dump:1: a record is to begin here by '{'."),
        (b'"text"', "dump:1: a record is to begin here by '{'."),
        (b"[\n1]", "dump:2: a record is to begin here by '{'."),
        (ARRAY[:-400], "dump:"),
        (LINES[:-40], "dump:2: it ends within a record. Download it again."),
        (ARRAY.rstrip()[:-1], "a record or ']' is missing. Download it again."),
        (ARRAY + b"]", "something stands behind the array."),
        (b'[{"a": 1,}]', "dump:1: no JSON"),
        (b"{" + b'"a":{' * 100_000, "dump:1: "),
        (gzip.compress(LINES)[:-20], "dump: it ends too early or is damaged"),
        (b"PK\x03\x04 and nothing else", "dump: it ends too early or is damaged"),
        ("[{'é'}]".encode("latin-1"), "dump: it is not UTF-8"),
        (b'{"title": "A paper"}', "dump:1: the record is of another schema. ROR's records have"),
        (LINES + b'\n{"names": [], "locations": []}', "dump:3: the record is not as its schema"),
        (_with(names=[{"value": 5, "types": ["label"]}]), "is no text"),
        (_with(id="https://example.org/1"), "'https://example.org/1' is no identifier of ROR."),
        (_with(status="gone"), "dump:1: 'gone' is no status."),
        (LINES + b"\n" + LINES, "dump:3: https://ror.org/02c2kyt77 is there twice."),
    ],
)  # fmt: skip
def test_what_is_no_dump_is_refused_with_its_line(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "dump"
    path.write_bytes(data)
    with pytest.raises(SourceError) as error:
        read_ror(path)
    assert says in str(error.value)


def test_an_archive_without_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ror.zip"
    _zipped(path, {"ror.csv": b"id"})
    with pytest.raises(SourceError, match="no JSON file is in the archive"):
        read_ror(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_ror(tmp_path / "none.json")


def test_records_that_cross_blocks_are_read_whole(tmp_path: Path) -> None:
    """Text is read in blocks of a MiB, which end anywhere in a record."""
    path = tmp_path / "large.jsonl"
    long = "x" * 700_000
    iris = [f"https://ror.org/0{letter}bjkr185"[:25] for letter in "0123456789"]
    path.write_text(
        "\n".join(json.dumps({**SECOND, "id": iri, "note": long}) for iri in iris), "utf-8"
    )
    assert [each.iri for each in read_ror(path)] == iris


def test_the_shared_part_is_read(shared: Path) -> None:
    found = read_ror(shared / "linking" / "ror" / "ror-records.jsonl.gz")
    assert len(found) == 51_370
    assert sum(each.status == "withdrawn" for each in found) == 1_374
    (graz,) = (each for each in found if each.iri == "https://ror.org/00d7xrm67")
    assert graz.name == "Graz University of Technology"
    assert graz.countries == (("AT", "Austria"),)
