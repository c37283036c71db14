"""Pairs that people reviewed, from a file of decisions or a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..errors import SourceError
from ..library import iri_of
from .decisions import LIMIT, Verdict, read_decisions

__all__ = ["Reviewed", "read_reviewed"]

Reviewed = dict[tuple[str, str], bool]
"""Whether the two things of each pair are the same; the pairs in the order of their IRIs."""

_COLUMNS: Final = ("left", "right", "match")
_WORDS: Final = {
    **dict.fromkeys(("yes", "true", "1", "same", "right", "accepted"), True),
    **dict.fromkeys(("no", "false", "0", "different", "wrong", "rejected"), False),
}


def read_reviewed(path: Path) -> Reviewed:
    """Read reviewed pairs.

    :param path: decisions (`.ttl`; what is split is no pair), or a table (`.csv`, `.tsv`) with the
        columns `left` and `right`, IRIs whole or without the base, and `match`: `yes` or `no`.
    :raises SourceError: it is neither, cannot be read, or says two things of one pair.
    :raises DecisionError: decisions contradict each other.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(f"it cannot be read ({reason}).", source=str(path)) from error
    if size > LIMIT:
        raise SourceError(f"it has more than {LIMIT:,} bytes.", source=str(path))
    if path.suffix.lower() == ".ttl":
        return {
            (each.left, each.right): each.verdict is Verdict.ACCEPT
            for each in read_decisions(path)
            if each.right is not None
        }
    if path.suffix.lower() not in (".csv", ".tsv"):
        what = "reviewed pairs are decisions (.ttl) or a table (.csv, .tsv)."
        raise SourceError(what, source=str(path))
    found: Reviewed = {}
    for line, pair, match in _rows(path):
        if found.setdefault(pair, match) != match:
            what = f"line {line}: {pair[0]} and {pair[1]} are said to be the same, and not to be."
            raise SourceError(what, source=str(path))
    return found


def _rows(path: Path) -> Iterator[tuple[int, tuple[str, str], bool]]:
    tabs = path.suffix.lower() == ".tsv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t" if tabs else ",", strict=True)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                what = f"line 1: there is no column {', '.join(missing)}."
                raise SourceError(f"{what} It has left, right and match.", source=str(path))
            for row in rows:
                one, other, word = ((row[name] or "").strip() for name in _COLUMNS)
                pair = sorted((iri_of(one), iri_of(other)))
                match = _WORDS.get(word.lower())
                if not one or not other or one == other or match is None:
                    what = f"'{word}' is neither yes nor no" if match is None else "no two things"
                    what = f"line {rows.line_num}: {what}."
                    raise SourceError(what, source=str(path))
                yield rows.line_num, (pair[0], pair[1]), match
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"it is no table in UTF-8 ({error}).", source=str(path)) from error
