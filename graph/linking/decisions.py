"""What people decided about links, in one Turtle file that a team can keep in git."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..errors import DecisionError
from ..files import replace_file, writing
from ..namespaces import BASE, PREFIXES
from ..rdf import parse_rdf
from ..terms import to_rdflib
from ..tokens import tokens
from ..triples import english, term, text, triple
from ..turtle import to_turtle

__all__ = ["Decision", "Verdict", "decided", "decision_of", "read_decisions", "write_decisions"]

LIMIT: Final = 32 * 1024 * 1024
"""Bytes of the largest file of decisions."""

_HEADER: Final = """What was decided about links: it wins over whatever `symposia link` computes.
sym:Accepted: the two are the same. sym:Rejected: they are not.
sym:Split: it is the same as no other."""
_SYM: Final = PREFIXES["sym"]
_LONGEST: Final = 2000


class Verdict(StrEnum):
    """What can be decided; the values are the terms of `sym:LinkStatuses`."""

    ACCEPT = "Accepted"
    REJECT = "Rejected"
    SPLIT = "Split"


@dataclass(frozen=True, slots=True)
class Decision:
    """That two things are the same, that they are not, or that one is the same as no other.

    :param left: an IRI; of two the first in their order.
    :param right: the other; None where one thing is split from all others.
    :param verdict: what was decided.
    :param by: who decided.
    :param why: the reason, in words.
    :param at: when, as an `xsd:dateTime`.
    """

    left: str
    right: str | None
    verdict: Verdict
    by: str
    why: str = ""
    at: str = ""

    @property
    def iri(self) -> str:
        """The decision's own IRI, the same for every decision about these things."""
        return f"{BASE}decision/{_key(self.left, self.right)}"

    @property
    def things(self) -> tuple[str, ...]:
        """What it is about."""
        return (self.left,) if self.right is None else (self.left, self.right)

    def triples(self) -> Iterator[ox.Triple]:
        """The decision as a `sym:Decision`."""
        node = ox.NamedNode(self.iri)
        yield triple(node, "rdf:type", term("sym:Decision"))
        yield triple(node, "rdf:subject", ox.NamedNode(self.left))
        if self.right is not None:
            yield triple(node, "rdf:object", ox.NamedNode(self.right))
        yield triple(node, "sym:status", term(f"sym:{self.verdict}"))
        if self.by:
            yield triple(node, "dcterms:creator", text(self.by))
        if self.why:
            yield triple(node, "dcterms:description", english(self.why))
        if self.at:
            kind = ox.NamedNode(PREFIXES["xsd"] + "dateTime")
            yield triple(node, "prov:generatedAtTime", ox.Literal(self.at, datatype=kind))


def decision_of(
    verdict: Verdict, one: str, other: str | None = None, *, by: str, why: str = ""
) -> Decision:
    """A decision that is made now.

    :param one, other: IRIs; a split has one only.
    :raises DecisionError: it does not say who decided, or is about too few things, too many, or one
        thing twice, or something has no IRI.
    """
    for iri in filter(None, (one, other)):
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise DecisionError(f"'{iri}' is not an IRI.") from error
    if (other is None) != (verdict is Verdict.SPLIT):
        raise DecisionError("To accept or reject are two things, to split is one.")
    if one == other:
        raise DecisionError(f"{one} is the same as itself; there is nothing to decide.")
    if not _line(by):
        raise DecisionError("A decision says who decided.")
    left, right = (one, None) if other is None else sorted((one, other))
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return Decision(left, right, verdict, _line(by), _line(why), now)


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read a file of decisions; where there is no file there are none.

    :raises RdfSyntaxError, SourceError: it is not Turtle, not readable, or too large.
    :raises DecisionError: a decision lacks something, or two contradict each other; with lines.
    """
    if not path.exists():
        return ()
    quads = parse_rdf(path, "turtle", base=BASE, limit=LIMIT)
    described: dict[ox.NamedNode | ox.BlankNode, dict[str, list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
            value = quad.object
            words = value.value if isinstance(value, ox.NamedNode | ox.Literal) else str(value)
            described[quad.subject][quad.predicate.value].append(words)
    kind = PREFIXES["rdf"] + "type"
    found = [
        _decision(values, path)
        for values in described.values()
        if _SYM + "Decision" in values[kind]
    ]
    decided(found, path)
    latest = {each.iri: each for each in sorted(found, key=lambda each: (each.at, each.by))}
    return tuple(sorted(latest.values(), key=lambda each: (each.left, each.right or "")))


def decided(decisions: Iterable[Decision], path: Path | None = None) -> dict[str, Decision]:
    """Decisions by their IRIs.

    :param path: the file that they were read from, so that messages can name its lines.
    :raises DecisionError: two contradict each other.
    """
    found: dict[str, Decision] = {}
    split = {each.left for each in decisions if each.verdict is Verdict.SPLIT}
    for each in decisions:
        before = found.setdefault(each.iri, each)
        if before.verdict is not each.verdict:
            raise DecisionError(
                f"{each.left} and {each.right} are both accepted and rejected"
                f"{_lines(path, each.things)}.",
                hint="Keep the decision that holds, and remove the other.",
            )
        alone = split.intersection(each.things) if each.verdict is Verdict.ACCEPT else ()
        for thing in sorted(alone):
            other = next(iri for iri in each.things if iri != thing)
            raise DecisionError(
                f"{thing} is split from all others, and accepted as {other}"
                f"{_lines(path, (thing,))}.",
                hint="Keep the decision that holds, and remove the other.",
            )
    return found


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Write decisions, whole or not at all, in an order in which a diff shows what changed.

    :raises StoreError: the file cannot be written.
    :raises DecisionError: two contradict each other.
    """
    found = decided(tuple(decisions))
    graph = to_rdflib(t for each in found.values() for t in each.triples())
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, to_turtle(graph, header=_HEADER).encode())


def _line(words: str) -> str:
    """Words on one line, without what steers a terminal or is no character."""
    kept = (c for c in " ".join(words.split()) if unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept)[:_LONGEST]


def _decision(values: Mapping[str, list[str]], path: Path) -> Decision:
    def one(name: str, what: str, *, needed: bool = False) -> str:
        prefix, _, local = name.partition(":")
        found = values.get(PREFIXES[prefix] + local, [])
        if len(found) > 1 or (needed and not found):
            about = values.get(PREFIXES["rdf"] + "subject", []) + values.get(
                PREFIXES["rdf"] + "object", []
            )
            number = "no" if not found else f"{len(found)}"
            raise DecisionError(
                f"{path}: a decision has {number} {what} ({name}){_lines(path, about)}.",
                hint="Each is about one pair, or one thing that is split, and has one verdict.",
            )
        return found[0] if found else ""

    status = one("sym:status", "verdicts", needed=True).removeprefix(_SYM)
    if status not in {*Verdict}:
        raise DecisionError(
            f"{path}: '{status}' is no verdict.",
            hint="There are sym:Accepted, sym:Rejected, sym:Split.",
        )
    left, right = one("rdf:subject", "subjects", needed=True), one("rdf:object", "objects")
    if (right == "") != (status == Verdict.SPLIT) or left == right:
        raise DecisionError(
            f"{path}: to accept or reject are two things, to split is one{_lines(path, (left,))}."
        )
    left, *others = sorted((left, right)) if right else (left,)
    return Decision(
        left,
        others[0] if others else None,
        Verdict(status),
        one("dcterms:creator", "people who decided"),
        one("dcterms:description", "reasons"),
        one("prov:generatedAtTime", "times"),
    )


def _lines(path: Path | None, things: Iterable[str]) -> str:
    """The lines of a file in which what is said of some things begins, in words."""
    wanted = {ox.NamedNode(iri) for iri in things if iri}
    if path is None or not wanted:
        return ""
    whole = path.read_text("utf-8")
    found, declared, start = [], "", 0
    for end in _ends(whole):
        part = whole[start:end]
        quads = list(ox.parse((declared + part).encode(), ox.RdfFormat.TURTLE, base_iri=BASE))
        if not quads:
            declared += part
        elif wanted <= {quad.object for quad in quads}:
            bare = next((t.start for t in tokens(part)), 0)
            found.append(whole.count("\n", 0, start + bare) + 1)
        start = end
    return f" ({path}, {'lines' if len(found) > 1 else 'line'} {' and '.join(map(str, found))})"


def _ends(turtle: str) -> Iterator[int]:
    """Where the statements of a Turtle text end."""
    depth = 0
    for token in tokens(turtle):
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(token.text, 0)
        if token.text.endswith(".") and token.kind in ("mark", "name", "word") and not depth:
            yield token.start + len(token.text)


def _key(left: str, right: str | None) -> str:
    return hashlib.sha256(f"{left} {right or ''}".encode()).hexdigest()[:16]
