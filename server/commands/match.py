"""`symposia match`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from . import options
from .help import Command
from .left_out import blocks_as_dicts, show_left_out
from .terminal import counted, progress, say, show_json, writing_to

if TYPE_CHECKING:
    from ...graph.linking.table_matching import Matches, Pair

__all__ = ["command"]

_FORMATS: Final = ("csv", "tsv", "jsonl")
_COLUMNS: Final = ("left", "right", "probability", "weight", "status", "left_name", "right_name")


def _columns(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> Any:
    """What columns mean that are called otherwise, from MEANING=COLUMN."""
    found = {}
    for each in value:
        meaning, separator, name = (part.strip() for part in each.partition("="))
        if not (meaning and separator and name):
            raise click.BadParameter(f"'{each}' is not MEANING=COLUMN.", ctx, parameter)
        found[name] = meaning
    return found


@click.command(
    cls=Command,
    examples=[
        "symposia match papers mine.csv dblp.bib -o links.csv",
        "symposia match papers library.bib",
        "symposia match organisations affiliations.csv ror-data.zip -o links.jsonl",
        "symposia match people 2023.csv 2024.csv --column name='Full Name' --json -o links.csv",
    ],
)
@click.argument(
    "kind", type=click.Choice(["people", "organisations", "papers", "topics", "events"])
)
@click.argument("left", type=click.Path(path_type=Path))
@click.argument("right", type=click.Path(path_type=Path), required=False)
@options.output
@click.option(
    "--format", "form", type=click.Choice(_FORMATS),
    help="Of what is written; by default what the file is called, else csv.",
)  # fmt: skip
@click.option(
    "--column", "columns", multiple=True, metavar="MEANING=COLUMN", callback=_columns,
    help="What a column means that is called otherwise, such as title=Paper.",
)  # fmt: skip
@click.option(
    "--linkage", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="A linkage (TOML) in the place of the shipped one.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write a summary as JSON (needs -o).")
def command(
    kind: str,
    left: Path,
    right: Path | None,
    output: Path | None,
    form: str | None,
    columns: dict[str, str],
    linkage: Path | None,
    as_json: bool,
) -> None:
    """Match the records of files by what a linkage compares.

    LEFT and RIGHT are tables (CSV, TSV, JSON, JSON lines, Parquet) or RDF; of papers also BibTeX
    and CSL-JSON, of organisations on the right ROR's dump. Without RIGHT it finds what is there
    twice. The linkages are those of `symposia link`; the dataset is neither read nor changed.

    A pair has the ids of both records (else their numbers), probability, weight, status (same,
    close, review), and what each comparison found.
    """
    from ...graph.linking.table_matching import match_files

    if as_json and output is None:
        raise click.UsageError("--json writes the summary, so the pairs need a file: -o FILE.")
    if output is not None and any(each and _is_same(each, output) for each in (left, right)):
        raise click.UsageError(f"{output} is what is read; write to another file.")
    with progress("reading") as report:
        found = match_files(kind, left, right, columns=columns, linkage=linkage, progress=report)
    with writing_to(output) as file:
        _write(found, file, form or _form(output))
    _tell(found, as_json)


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _form(output: Path | None) -> str:
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return ending if ending in _FORMATS else "csv"


def _write(found: Matches, file: IO[bytes], form: str) -> None:
    if form == "jsonl":
        for pair in found.pairs:
            file.write(json.dumps(_as_dict(pair), ensure_ascii=False).encode() + b"\n")
        return
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter="\t" if form == "tsv" else ",", lineterminator="\n")
    weights = [f"{name}_weight" for name in found.comparisons]
    both = [each for names in zip(found.comparisons, weights, strict=True) for each in names]
    writer.writerow([*_COLUMNS, *both])
    writer.writerows(_cells(found.pairs, found.comparisons))
    text.flush()
    text.detach()


def _cells(pairs: Iterable[Pair], comparisons: Iterable[str]) -> Iterable[list[object]]:
    for pair in pairs:
        findings = [pair.findings[name] for name in comparisons]
        cells = [cell for each in findings for cell in (each.label, each.weight)]
        yield [*(getattr(pair, name) for name in _COLUMNS), *cells]


def _as_dict(pair: Pair) -> dict[str, Any]:
    findings = {
        name: {"finding": each.label, "weight": each.weight}
        for name, each in pair.findings.items()
        if each.label
    }
    return {**{name: getattr(pair, name) for name in _COLUMNS}, "comparisons": findings}


def _tell(found: Matches, as_json: bool) -> None:
    if as_json:
        show_json(
            {
                "kind": found.kind,
                "left": found.left,
                "right": found.right,
                **{status: found.statuses.get(status, 0) for status in ("same", "close", "review")},
                "pairs": found.compared,
                "crowded": found.crowded,
                "oversized": blocks_as_dicts(found.oversized),
                "notes": list(found.notes),
                "seconds": round(found.seconds, 3),
            }
        )
        return
    for note in found.notes:
        say(note)
    show_left_out(found.oversized, found.crowded)
    counts = ", ".join(f"{found.statuses.get(each, 0):,} {each}" for each in ("same", "close"))
    records = counted(found.left, "record")
    records += "" if found.right is None else f" and {found.right:,}"
    say(f"{records}: {counts}, {found.statuses.get('review', 0):,} to review.")
