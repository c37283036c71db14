"""Links graphs: graded statements that things are the same, each with its evidence."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from ..dataset import NamedGraph
from ..derived import provenance
from ..namespaces import BASE, PREFIXES
from ..rdf import quads_of
from ..sorting import Sorter
from ..triples import english, term, text, triple, whole
from .decisions import Decision, Verdict

__all__ = [
    "CLOSE",
    "EXACT",
    "LINKS",
    "SAME",
    "Evidence",
    "Link",
    "Links",
    "Method",
    "Status",
    "read_links",
    "stated_in",
    "strength",
]

LINKS: Final = f"{BASE}graph/links/"
"""What the IRIs of links graphs begin with; the kind follows."""

SAME: Final = PREFIXES["owl"] + "sameAs"
CLOSE: Final = PREFIXES["skos"] + "closeMatch"
EXACT: Final = PREFIXES["skos"] + "exactMatch"
"""What is said of concepts that are the same: they are no things that `owl:sameAs` would merge."""

_SYM: Final = PREFIXES["sym"]
_DECIMAL: Final = ox.NamedNode(PREFIXES["xsd"] + "decimal")


class Status(StrEnum):
    """What became of a link; the values are the terms of `sym:LinkStatuses`."""

    STATED = "Stated"
    TO_REVIEW = "ToReview"
    REFUSED = "Refused"
    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison found.

    :param comparison: what the linkage calls it, such as `name`.
    :param label: what was found, in words.
    :param weight: how much it speaks for (positive) or against the link: log2 of a Bayes factor.
    """

    comparison: str
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Link:
    """The assessment of whether two things are the same.

    :param left, right: IRIs; of two things of the dataset the first in their order is left.
    :param predicate: IRI of the statement that is or would be made: `SAME` or `CLOSE`.
    :param score: probability that they are the same; None where no linkage compared them.
    :param weight: log2 of the odds: the prior and all evidence; None like the score.
    :param evidence: the findings, the weightiest first.
    :param method: IRI of the linkage; empty where none compared them.
    :param version: of the linkage.
    :param reason: why a link is refused, in words.
    :param decision: what was decided about it.
    """

    left: str
    right: str
    predicate: str = SAME
    score: float | None = None
    weight: float | None = None
    evidence: tuple[Evidence, ...] = ()
    method: str = ""
    version: str = ""
    status: Status = Status.TO_REVIEW
    reason: str = ""
    decision: Decision | None = None

    @property
    def prior(self) -> float:
        """The part of the weight that comes before all evidence."""
        return (self.weight or 0.0) - sum(each.weight for each in self.evidence)

    @property
    def stated(self) -> bool:
        """Whether the links graph states it."""
        return self.status in (Status.STATED, Status.ACCEPTED)

    def iri(self, kind: str) -> str:
        """The link's own IRI, the same whenever these two things are compared."""
        return f"{BASE}link/{kind}/{_hash(self.left, self.right)}"


@dataclass(frozen=True, slots=True)
class Method:
    """The linkage by which links were made.

    :param version: of the linkage.
    :param same, close: the scores from which a link states `SAME`, and `CLOSE`.
    :param sources: what was linked to, by its name and what it hashes to (SHA-256).
    """

    summary: str
    version: str
    same: float
    close: float
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a kind, and the decisions about things of that kind.

    :param kind: such as `people`.
    :param method: None where nothing was computed, but only decided.
    :param at: when they were computed, as an `xsd:dateTime`; empty without method.
    :param names: of what no source of the dataset names, records elsewhere and keywords, by IRI.
    """

    kind: str
    links: tuple[Link, ...] = ()
    decisions: tuple[Decision, ...] = ()
    method: Method | None = None
    at: str = ""
    names: tuple[tuple[str, str], ...] = ()

    @property
    def iri(self) -> str:
        """The graph's name."""
        return LINKS + self.kind

    def graph(self, folder: Path) -> NamedGraph:
        """Write the graph, the same bytes for the same links.

        :param folder: where it is written, as N-Triples.
        """
        path = folder / f"links-{self.kind}.nt"
        with Sorter(folder) as lines, path.open("wb") as file:
            ox.serialize(self.triples(), cast("IO[bytes]", lines), ox.RdfFormat.N_TRIPLES)
            for batch in lines.batches():
                file.writelines(batch)
        return NamedGraph(self.iri, path, f"Links of {self.kind}")

    def triples(self) -> Iterator[ox.Triple]:
        """What the graph says; a finding that several links share comes with each."""
        label = f"Links of {self.kind}"
        graph, activity = ox.NamedNode(self.iri), ox.NamedNode(f"{BASE}activity/link-{self.kind}")
        yield from provenance(graph, activity, label, f"Linking of {self.kind}")
        yield triple(graph, "rdf:type", term("void:Linkset"))
        stated = {(each.left, self._says(each), each.right) for each in self.links if each.stated}
        yield triple(graph, "void:triples", whole(len(stated)))
        for predicate in {predicate for _, predicate, _ in stated}:
            yield triple(graph, "void:linkPredicate", ox.NamedNode(predicate))
        if self.method is not None:
            yield from self._account(activity, self.method)
        for decision in self.decisions:
            yield from decision.triples()
        for each in self.links:
            yield from self._link(each, activity)
        for iri, name in self.names:
            yield triple(ox.NamedNode(iri), "rdfs:label", text(name))

    def _says(self, link: Link) -> str:
        """The predicate of the statement that a link is or would be, for this kind."""
        return EXACT if (self.kind, link.predicate) == ("topics", SAME) else link.predicate

    def _account(self, activity: ox.NamedNode, method: Method) -> Iterator[ox.Triple]:
        """By what the links were made, of what, and when."""
        linkage = ox.NamedNode(_linkage(self.kind))
        yield triple(activity, "prov:used", linkage)
        yield triple(linkage, "rdf:type", term("prov:Entity"))
        yield triple(linkage, "rdfs:label", english(method.summary))
        yield triple(linkage, "owl:versionInfo", text(method.version))
        thresholds = f"same = {method.same!r}\nclose = {method.close!r}\n"
        yield triple(linkage, "prov:value", text(thresholds))
        for name, digest in method.sources:
            source = ox.NamedNode(f"{BASE}linked/{digest[:16]}")
            yield triple(activity, "prov:used", source)
            yield triple(source, "rdf:type", term("prov:Entity"))
            yield triple(source, "rdfs:label", text(name))
            yield triple(source, "schema:sha256", text(digest))
        if self.at:
            kind = ox.NamedNode(PREFIXES["xsd"] + "dateTime")
            yield triple(activity, "prov:endedAtTime", ox.Literal(self.at, datatype=kind))

    def _link(self, link: Link, activity: ox.NamedNode) -> Iterator[ox.Triple]:
        left, right = ox.NamedNode(link.left), ox.NamedNode(link.right)
        predicate = ox.NamedNode(self._says(link))
        node = ox.NamedNode(link.iri(self.kind))
        if link.stated:
            yield ox.Triple(left, predicate, right)
        yield triple(node, "rdf:type", term("sym:Link"))
        yield triple(node, "rdf:type", term("rdf:Statement"))
        yield triple(node, "rdf:subject", left)
        yield triple(node, "rdf:predicate", predicate)
        yield triple(node, "rdf:object", right)
        yield triple(node, "sym:status", term(f"sym:{link.status}"))
        yield triple(node, "prov:wasGeneratedBy", activity)
        if link.score is not None:
            yield triple(node, "sym:score", _decimal(link.score, 6))
        if link.weight is not None:
            yield triple(node, "sym:weight", _decimal(link.weight, 2))
        if link.reason:
            yield triple(node, "dcterms:description", english(link.reason))
        if link.decision is not None:
            yield triple(node, "prov:wasInfluencedBy", ox.NamedNode(link.decision.iri))
        for each in link.evidence:
            yield from self._evidence(node, each)

    def _evidence(self, link: ox.NamedNode, found: Evidence) -> Iterator[ox.Triple]:
        weight = _decimal(found.weight, 2)
        key = _hash(found.comparison, found.label, weight.value)
        node = ox.NamedNode(f"{BASE}evidence/{self.kind}/{key}")
        yield triple(link, "sym:evidence", node)
        yield triple(node, "rdf:type", term("sym:Evidence"))
        yield triple(node, "rdfs:label", english(found.label))
        yield triple(node, "dcterms:identifier", text(found.comparison))
        yield triple(node, "sym:weight", weight)


def read_links(kind: str, triples: Iterable[ox.Triple | ox.Quad]) -> Links:
    """Read a links graph.

    :param triples: its triples, as `Links.graph` writes them.
    """
    about = _About(triples)
    activity, linkage = f"{BASE}activity/link-{kind}", _linkage(kind)
    method = None
    if version := about.text(linkage, "owl:versionInfo"):
        bars = tomllib.loads(about.text(linkage, "prov:value"))
        sources = {
            (about.text(source, "rdfs:label"), about.text(source, "schema:sha256"))
            for source in about.all(activity, "prov:used")
            if source != linkage
        }
        summary = about.text(linkage, "rdfs:label")
        method = Method(summary, version, bars["same"], bars["close"], tuple(sorted(sources)))
    decisions = {node: _decision(about, node) for node in about.of_class("sym:Decision")}
    evidence = {node: _evidence(about, node) for node in about.of_class("sym:Evidence")}
    links = [
        replace(each, method=linkage, version=method.version)
        if method and each.score is not None
        else each
        for node in about.of_class("sym:Link")
        for each in (_link(about, node, decisions, evidence),)
    ]
    ends = sorted({iri for each in links for iri in (each.left, each.right)})
    return Links(
        kind,
        tuple(sorted(links, key=lambda each: (each.left, each.right))),
        tuple(sorted(decisions.values(), key=lambda each: (each.left, each.right or ""))),
        method,
        about.text(activity, "prov:endedAtTime"),
        tuple((iri, name) for iri in ends if (name := about.text(iri, "rdfs:label"))),
    )


def stated_in(graph: NamedGraph) -> Links:
    """What a links graph states to be the same, and the decisions in it: without scores, quickly.

    :raises SourceError: its file cannot be read.
    """
    marks = f"<{SAME}>".encode(), f"<{BASE}decision/".encode()
    kind = graph.iri.removeprefix(LINKS)
    if isinstance(graph.source, Path) and graph.source.suffix == ".nt":
        with graph.source.open("rb") as file:
            lines = b"".join(
                line for line in file if line.split(b" ", 2)[1] == marks[0] or marks[1] in line
            )
        triples: Iterable[ox.Triple | ox.Quad] = ox.parse(lines, ox.RdfFormat.N_TRIPLES)
    else:
        triples = quads_of(graph)
    triples = list(triples)
    decisions = read_links(kind, triples).decisions
    accepted = {each.things: each for each in decisions if each.verdict is Verdict.ACCEPT}
    links = []
    for each in triples:
        if each.predicate.value == SAME and isinstance(each.object, ox.NamedNode):
            left, right = str(each.subject)[1:-1], each.object.value
            decision = accepted.get((left, right)) or accepted.get((right, left))
            status = Status.ACCEPTED if decision else Status.STATED
            links.append(Link(left, right, status=status, decision=decision))
    return Links(kind, tuple(links), decisions)


def strength(link: Link) -> tuple[bool, float, float, str, str]:
    """By what links are ordered: decided ones first, then the strongest, then by their things."""
    weight, score = link.weight or 0.0, link.score or 0.0
    return link.decision is None, -score, -weight, link.left, link.right


class _About:
    """What triples say, by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        self._said: dict[str, dict[str, list[str]]] = {}
        for each in triples:
            if isinstance(each.subject, ox.NamedNode):
                said = self._said.setdefault(each.subject.value, {})
                value = each.object
                if isinstance(value, ox.NamedNode | ox.Literal):
                    said.setdefault(each.predicate.value, []).append(value.value)

    def all(self, subject: str, name: str) -> list[str]:
        return self._said.get(subject, {}).get(term(name).value, [])

    def text(self, subject: str, name: str) -> str:
        return next(iter(self.all(subject, name)), "")

    def of_class(self, name: str) -> list[str]:
        kind = term(name).value
        is_a = term("rdf:type").value
        return [node for node, said in self._said.items() if kind in said.get(is_a, ())]


def _link(
    about: _About,
    node: str,
    decisions: Mapping[str, Decision],
    evidence: Mapping[str, Evidence],
) -> Link:
    score, weight = about.text(node, "sym:score"), about.text(node, "sym:weight")
    found = (evidence[each] for each in about.all(node, "sym:evidence"))
    predicate = about.text(node, "rdf:predicate")
    return Link(
        about.text(node, "rdf:subject"),
        about.text(node, "rdf:object"),
        SAME if predicate == EXACT else predicate,
        float(score) if score else None,
        float(weight) if weight else None,
        tuple(sorted(found, key=lambda each: (-abs(each.weight), each.comparison))),
        status=Status(about.text(node, "sym:status").removeprefix(_SYM)),
        reason=about.text(node, "dcterms:description"),
        decision=decisions.get(about.text(node, "prov:wasInfluencedBy")),
    )


def _evidence(about: _About, node: str) -> Evidence:
    return Evidence(
        about.text(node, "dcterms:identifier"),
        about.text(node, "rdfs:label"),
        float(about.text(node, "sym:weight")),
    )


def _decision(about: _About, node: str) -> Decision:
    return Decision(
        about.text(node, "rdf:subject"),
        about.text(node, "rdf:object") or None,
        Verdict(about.text(node, "sym:status").removeprefix(_SYM)),
        about.text(node, "dcterms:creator"),
        about.text(node, "dcterms:description"),
        about.text(node, "prov:generatedAtTime"),
    )


def _linkage(kind: str) -> str:
    return f"{BASE}linkage/{kind}"


def _decimal(number: float, places: int) -> ox.Literal:
    rounded = round(number, places) + 0.0  # no negative zero
    words = f"{rounded:.{places}f}".rstrip("0")
    return ox.Literal(words + "0" * words.endswith("."), datatype=_DECIMAL)


def _hash(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
