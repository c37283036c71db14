"""Why several are one, what is the same elsewhere, and who may be: what a page tells of links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox
from flask import request

from ..graph.linking.links import EXACT, SAME, Status
from ..graph.namespaces import BASE, SYM
from .filters import by, distinct
from .kinds import Kind
from .panels import panels
from .serving import Served
from .terms import Cell, Row
from .waterfall import Bar, bars

__all__ = ["Tie", "identities"]

_KINDS: Final = {
    "conference": "events",
    "event": "events",
    "organisation": "organisations",
    "paper": "papers",
    "person": "people",
    "topic": "topics",
}
"""The kinds of things that are linked, by their pages."""
_FOLDER: Final = "identities"
_LINK: Final = re.compile(rf"{re.escape(BASE)}link/([a-z]+)/([0-9a-f]+)")


@dataclass(frozen=True)
class Tie:
    """A link as a page shows it.

    :param row: of the query `pairs`.
    :param other: of the two the one that the page is not about; where it is about both the second.
    :param kind: of the review, and `mark` what the address of the link calls it there.
    :param bars: the waterfall of its weights; empty where no linkage compared the two.
    """

    row: Row
    other: Cell
    kind: str
    mark: str
    bars: list[Bar]

    @property
    def chance(self) -> str:
        """The probability that the two are the same, as people read it."""
        score = _number(self.row, "score")
        if score is None:
            return "decided"
        return "> 0.9999" if score >= 0.99995 else f"{score:.4f}"

    @property
    def stated(self) -> bool:
        """Whether it says that the two are the same."""
        status = _text(self.row, "status").removeprefix(SYM)
        same = _text(self.row, "predicate") in (SAME, EXACT)
        return same and status in (Status.STATED, Status.ACCEPTED)


def identities(served: Served, node: ox.NamedNode, kind: Kind) -> dict[str, Any]:
    """What the page of a thing tells of links: nothing where things of its kind are not linked.

    :return: `members` that are one and what they have in common (`shared`); the links between them
        (`linked`); by what they lead to those to what is the same elsewhere (`matched`), to what
        may be the same (`perhaps`), and those that were rejected or refused (`apart`); whether the
        page is about one IRI `alone`, and what things of its kind are called in the review (`of`).
    """
    if kind.name not in _KINDS:
        return {}
    given = {"this": node}
    rows = panels(served, _FOLDER, given, ("members", "pairs", "reasons"))
    shared = [each for each in by(rows["reasons"], "node") if len(distinct(each, "member")) > 1]
    pairs = [group[0] for group in by(rows["pairs"], "link")]
    found = panels(served, _FOLDER, given, ("evidence",))["evidence"] if pairs else []
    members = distinct(rows["members"], "member")
    return {
        "alone": request.args.get("identities") == "own",
        "members": members,
        "of": _KINDS[kind.name],
        "shared": shared,
        **_sorted(pairs, {each.value for each in members}, found),
    }


def _sorted(pairs: Sequence[Row], members: set[str], found: Sequence[Row]) -> dict[str, Any]:
    """Links by what they mean to who reads the page."""
    findings = {_text(group[0], "link"): group for group in by(found, "link")}
    linked: list[Tie] = []
    others: dict[str, dict[str, list[Tie]]] = {"matched": {}, "perhaps": {}, "apart": {}}
    for row in pairs:
        one, other, match = row["one"], row["other"], _LINK.fullmatch(_text(row, "link"))
        if one is None or other is None or match is None:
            continue
        outside = next((each for each in (one, other) if each.value not in members), None)
        shown = _waterfall(row, findings.get(match[0], ()))
        tie = Tie(row, outside or other, match[1], match[2], shown)
        status = _text(row, "status").removeprefix(SYM)
        if status in (Status.REJECTED, Status.REFUSED):
            others["apart"].setdefault(tie.other.value, []).append(tie)
        elif outside is None:
            linked.append(tie)
        elif tie.stated:
            others["matched"].setdefault(tie.other.value, []).append(tie)
        else:
            others["perhaps"].setdefault(tie.other.value, []).append(tie)
    # What is the same by one of several that are one needs no guess by another of them.
    for iri in others["matched"].keys() & others["perhaps"].keys():
        others["matched"][iri] += others["perhaps"].pop(iri)
    # The weakest first, where an error is likeliest; what nobody states speaks for nothing.
    linked.sort(key=lambda tie: (not tie.stated, _number(tie.row, "score") or 1.0))
    return {"linked": linked, **{name: [*ties.values()] for name, ties in others.items()}}


def _waterfall(row: Row, findings: Sequence[Row]) -> list[Bar]:
    weight = _number(row, "weight")
    if weight is None:  # no linkage compared them
        return []
    steps = [
        (_text(each, "finding"), _text(each, "comparison"), _number(each, "weight") or 0.0)
        for each in findings
    ]
    return bars(weight, sorted(steps, key=lambda each: (-abs(each[2]), each[1])))


def _number(row: Row, name: str) -> float | None:
    try:
        return float(_text(row, name))
    except ValueError:
        return None


def _text(row: Row, name: str) -> str:
    cell = row[name]
    return cell.value if cell else ""
