"""Measure the links and write how good they are: `make quality`, or `python -m tests.quality`.

Each set is measured by each method and the figures kept in `docs/linking-quality/figures.json`, of
which `docs/linking-quality.md` is written: sets that are not measured keep the figures they had.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from .measures import Evaluation, measure
from .report import errors, page, shown

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
DOCS = ROOT / "docs"
FIGURES = DOCS / "linking-quality" / "figures.json"
KINDS = ("papers", "organisations", "people", "topics", "events")
"""The modules that have sets, in the order in which they are published."""
_COUNTS = ("records", "gold", "stated", "judged", "right", "found", "target")
_Set = Callable[[Path], Iterable[Evaluation]]


def sets() -> dict[str, tuple[str, _Set]]:
    """All sets by name, each with its kind."""
    found = {}
    for kind in KINDS:
        for name, evaluations in importlib.import_module(f".{kind}", __package__).SETS.items():
            found[name] = (kind, evaluations)
    return found


def measured(names: Iterable[str], folder: Path | None) -> Iterator[tuple[str, list[dict]]]:
    """The figures of each set, a row a method; the errors of ours are written into `folder`."""
    available = sets()
    for name in names:
        kind, evaluations = available[name]
        rows = []
        try:
            for evaluation in evaluations(SHARED):
                rows.append({"kind": kind, **asdict(measure(evaluation))})
                print(shown(rows[-1]), file=sys.stderr, flush=True)
                if folder and evaluation.method == "ours":
                    (folder / f"{name}.tsv").write_text(errors(evaluation), "utf-8")
        except FileNotFoundError as missing:
            print(f"{name}: skipped, {missing.filename} is not there", file=sys.stderr)
            continue
        yield name, json.loads(json.dumps(rows))


def write(figures: dict[str, list[dict]]) -> None:
    """Write the figures and their page."""
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (DOCS / "linking-quality.md").write_text(page(figures), "utf-8")


def differences(old: list[dict], new: list[dict]) -> Iterator[str]:
    """What is no longer as published: of which method, which count."""
    before = {row["method"]: row for row in old}
    for row in new:
        was = before.pop(row["method"], {})
        for count in _COUNTS:
            if was.get(count) != row[count]:
                yield (
                    f"{row['set_']}, {row['method']}: {count} is {row[count]}, "
                    f"published is {was.get(count, 'nothing')}"
                )
    for method in before:
        yield f"{method}: published, and no longer measured"


def main() -> int:
    """Measure, write or compare; 1 where `--check` finds a difference."""
    names = tuple(sets())
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    which = f"measure this set alone (may be repeated): {', '.join(names)}"
    parser.add_argument("--only", action="append", choices=names, metavar="SET", help=which)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a count is not as published"
    )
    parser.add_argument("--json", action="store_true", help="print the figures, write nothing")
    options = parser.parse_args()
    folder = FIGURES.parent
    published = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
    writes = not (options.check or options.json)
    if writes:
        folder.mkdir(exist_ok=True)
    found = {}
    for name, rows in measured(options.only or names, folder if writes else None):
        found[name] = rows
        if writes:  # at once: what was measured is kept, also where a later set fails
            write({name: rows for name in names if (rows := (published | found).get(name))})
    if options.json:
        print(json.dumps(found, indent=1))
    if options.check:
        stale = [
            line
            for name, rows in found.items()
            for line in differences(published.get(name, []), rows)
        ]
        print("\n".join(stale) or "as published")
        return bool(stale)
    return 0


if __name__ == "__main__":
    sys.exit(main())
