"""Matches the records of one or two files by the linkage of their kind."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LinkageError, SourceError
from .kinds import Kind, kind_of
from .linkage import Linkage, read_linkage
from .tabular import Records, is_register, meanings, read_records

if TYPE_CHECKING:
    from .scoring import OversizedBlock, Scores

__all__ = ["Finding", "Matches", "Pair", "match_files"]

_SIDES = ("left:", "right:")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a comparison found in a pair.

    :param label: in words; empty where it had nothing to compare.
    :param weight: log2 of how much more likely it is if the two are the same.
    """

    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be the same.

    :param left, right: what their files call them.
    :param left_name, right_name: their names or titles.
    :param probability: that they are the same.
    :param weight: log2 of its odds.
    :param status: `same`, `close` or `review`, by the bars of the linkage.
    :param findings: by comparisons.
    """

    left: str
    right: str
    left_name: str
    right_name: str
    probability: float
    weight: float
    status: str
    findings: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Matches:
    """What matching found.

    :param kind: of the records.
    :param left, right: how many there are; the right ones are none where one file was given.
    :param pairs: in the order of the left records, the most probable first.
    :param comparisons: the names of all comparisons, in their order.
    :param statuses: how many pairs have each status.
    :param compared: how many pairs were compared.
    :param crowded: how many that are worth a review were left out, as there were far too many.
    :param oversized: blocks that were left out, as too many records share one value.
    :param notes: what of the files was not compared, in sentences.
    :param seconds: how long it took.
    """

    kind: str
    left: int
    right: int | None
    pairs: tuple[Pair, ...]
    comparisons: tuple[str, ...]
    statuses: Mapping[str, int]
    compared: int
    crowded: int
    oversized: tuple[OversizedBlock, ...]
    notes: tuple[str, ...]
    seconds: float


def match_files(
    kind: str,
    left: Path,
    right: Path | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    linkage: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Matches:
    """Match the records of two files, or those of one with each other.

    :param kind: `people`, `organisations`, `papers`, `topics` or `events`.
    :param columns: what columns mean that are called otherwise: `{"paper title": "title"}`.
    :param linkage: a file that takes the place of the shipped linkage of the kind.
    :param progress: takes what is being done now.
    :raises SourceError: a file cannot be read, or both are the same.
    :raises LinkageError: nothing is linked of such a kind, or a column or the linkage is wrong.
    """
    from .matching import compare  # it is slow to load

    start = time.monotonic()
    of = kind_of(kind)
    meant = _meant(kind, columns or {})
    declared = read_linkage(linkage or kind)
    if declared.kind != kind:
        raise LinkageError(f"{linkage}: it is a linkage of {declared.kind}, not of {kind}.")
    sides = [left] if right is None else [left, right]
    _check_files(of, sides)
    register = kind == "organisations" and right is not None and is_register(right)
    read = []
    for path, side in zip(sides, _SIDES if right is not None else ("",), strict=False):
        progress(f"reading {path.name}")
        read.append(read_records(of, path, side, meant, register=register))
    read, notes = _told_apart(read, sides)
    progress(f"comparing {kind}")
    scores = compare(of, declared, *(records.table for records in read))
    pairs = tuple(_pairs(scores, declared, read))
    return Matches(
        kind,
        read[0].table.num_rows,
        read[1].table.num_rows if right is not None else None,
        pairs,
        tuple(_comparisons(scores)),
        Counter(pair.status for pair in pairs),
        scores.compared,
        scores.crowded,
        scores.oversized,
        (*(note for records in read for note in records.notes), *notes),
        time.monotonic() - start,
    )


def _meant(kind: str, columns: Mapping[str, str]) -> dict[str, str]:
    """What columns mean, in lower case.

    :raises LinkageError: records of the kind have no such thing.
    """
    known = meanings(kind)
    for meaning in columns.values():
        if meaning not in known:
            raise LinkageError(
                f"Nothing of {kind} is called '{meaning}'.",
                hint=f"Columns can mean {', '.join(known)}.",
            )
    return {name.strip().lower(): meaning for name, meaning in columns.items()}


def _check_files(kind: Kind, paths: list[Path]) -> None:
    """Whether two files are two, and a register stands on the right."""
    digests = []
    for path in paths:
        try:
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            reason = error.strerror or str(error)
            raise SourceError(f"it cannot be read ({reason}).", source=str(path)) from error
    if len(digests) == 2 and digests[0] == digests[1]:
        raise SourceError(
            "both files are the same.",
            source=str(paths[1]),
            hint="Give it once to find what is there twice.",
        )
    if kind.name == "organisations" and is_register(paths[0]):
        raise SourceError(
            "a register stands second: what is matched with it comes first.", source=str(paths[0])
        )


def _told_apart(read: list[Records], paths: list[Path]) -> tuple[list[Records], list[str]]:
    """Records of two files without those of the second that are in the first by their IRIs."""
    if len(read) < 2 or not read[0].own.keys() & read[1].own.keys():
        return read, []
    import pyarrow.compute as pc

    first, second = read
    table = second.table.filter(pc.invert(pc.is_in(second.table["id"], first.table["id"])))
    gone = second.table.num_rows - table.num_rows
    note = f"{paths[1]}: records that are in {paths[0].name} by their IRIs are left out: {gone:,}."
    return [first, Records(table, second.own, second.names, second.notes)], [note]


def _comparisons(scores: Scores) -> Iterator[str]:
    for name in scores.pairs.column_names:
        if name.endswith("_weight"):
            yield name.removesuffix("_weight")


def _pairs(scores: Scores, linkage: Linkage, read: list[Records]) -> Iterator[Pair]:
    """The pairs that are kept, in the order of the left records; the first of one file is left."""
    left, right = read[0], read[-1]
    order = {each: at for at, each in enumerate(left.own)}
    bars = linkage.thresholds
    names = [*_comparisons(scores)]
    rows = [row for row in scores.pairs.to_pylist() if row["probability"] >= bars.review]
    for row in rows:
        if len(read) == 1 and order[row["left"]] > order[row["right"]]:
            row["left"], row["right"] = row["right"], row["left"]
    rows.sort(key=lambda row: (order[row["left"]], -row["weight"], row["right"]))
    for row in rows:
        probability = row["probability"]
        yield Pair(
            left.own[row["left"]],
            right.own[row["right"]],
            left.names[row["left"]],
            right.names[row["right"]],
            round(probability, 6),
            round(row["weight"], 2),
            "same" if probability >= bars.same else
            "close" if probability >= bars.close else "review",
            {
                name: Finding(
                    scores.labels.get((name, row[name]), name)
                    if row[name] is not None and abs(row[f"{name}_weight"]) >= 0.005 else "",
                    round(row[f"{name}_weight"] or 0.0, 2),
                )
                for name in names
            },
        )  # fmt: skip
