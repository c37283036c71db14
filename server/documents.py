"""What is known of a thing, as a graph: its description, and the document of it in each format."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, cast

import pyoxigraph as ox

from ..graph.blank_nodes import relabel
from ..graph.export import serialise
from ..graph.rdfxml import in_xml
from ..graph.remote import RemoteStore
from .indexed import at_hand
from .negotiation import GRAPHS, HTML, JELLY, Format
from .ours import Query
from .panels import query_text
from .serving import Served

__all__ = [
    "DATASETS",
    "DOCUMENTS",
    "asked_for",
    "describe",
    "is_large",
    "known",
    "located",
    "split",
    "write",
]

DOCUMENTS: Final = (HTML, *GRAPHS, JELLY)
"""The formats that every thing has a document in, as its IRI and a suffix."""

DATASETS: Final = frozenset(("trig", "nquads"))
"""Those that say which named graph says what."""

_TOLD: Final = ("whole", "description", "links", "fragments", "named")
"""Whether it is a graph, and the queries whose answers together are the description of a thing."""
_PLACED: Final = ("graphs", "elsewhere")
"""Where the statements of the description are, and what other graphs say."""
_MOST_NODES: Final = 2000
"""Blank nodes that are followed through the graphs that are no part of the default graph."""


def split(path: str, forms: Collection[Format] = DOCUMENTS) -> tuple[str, Format | None]:
    """Split the path of a document into the path of its thing and the format.

    :param forms: the formats that there are; the longest suffix that fits is taken.
    :return: the path unchanged and None where it ends in no suffix of a document.
    """
    fitting = [form for form in forms if path.endswith(f".{form.suffix}")]
    for form in sorted(fitting, key=lambda form: -len(form.suffix)):
        thing = path[: -len(form.suffix) - 1]
        if thing and not thing.endswith("/"):
            return thing, form
    return path, None


def known(served: Served, *iris: str) -> str | None:
    """The first of some IRIs that the dataset knows.

    That is one of which any graph speaks, as subject, property or object, or that names one; else
    one of whose parts, which its fragments name, something is said.
    """
    nodes = [node for iri in iris if (node := _node(iri))]
    found = served.ask(*((query_text("common/mentioned.rq"), {"this": node}) for node in nodes))
    for node, mentioned in zip(nodes, found, strict=True):
        if mentioned:
            return node.value
    wholes = [iri for iri in iris if "#" not in iri and iri.startswith(served.base)]
    if index := at_hand(served) if wholes else None:
        return next(filter(index.has_parts, wholes), None)
    return next((iri for iri in wholes if iri in _with_parts(served)), None)


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


def _with_parts(served: Served) -> Collection[str]:
    """The IRIs under the base of whose parts, named by a fragment, there are statements."""
    if "with parts" not in served.memo:
        base = ox.Literal(served.base)
        (rows,) = served.tables((query_text("common/parts.rq"), {"base": base}))
        served.memo["with parts"] = frozenset(row.whole.value for row in rows if row.whole)
    return cast("frozenset[str]", served.memo["with parts"])


def asked_for(iri: str, form: Format) -> list[Query]:
    """What will be asked for a document of an IRI, if there is one: see `Served.expecting`."""
    node = _node(iri)
    names = ("large", *_TOLD, *(_PLACED if form.name in DATASETS else ()))
    return [_query(name, node) for name in names] if node else []


def is_large(served: Served, iri: str) -> bool:
    """Whether an IRI names a graph that is too large to be put in order and written nicely."""
    return any(True for _ in _rows(served, "large", ox.NamedNode(iri)))


def describe(served: Served, iri: str) -> list[ox.Triple]:
    """The description of a thing, with the names of what it leads to.

    It is concise and bounded (https://www.w3.org/submissions/CBD/): its statements, those of the
    blank nodes that they lead to, and of the n-ary nodes that are about it; then what links to it.
    A document whose terms are fragments of it, such as the ontology, describes them too. The
    name of a named graph stands for that graph, and is described by what the graph says. What no
    graph of the default graph speaks of is described by the others.

    :return: triples in order, without duplicates.
    """
    node = ox.NamedNode(iri)
    whole, outgoing, found = _told(served, node)
    if whole:
        return sorted({*whole, *outgoing}, key=str)
    return sorted(
        found or _uses(served, node, _elsewhere(served, _rows(served, "elsewhere", node))), key=str
    )


def located(served: Served, iri: str) -> list[ox.Quad]:
    """The same, each statement in the named graphs that make it.

    One that none makes, such as what a store holds beside its named graphs, stands in the default
    graph.
    """
    node = ox.NamedNode(iri)
    whole, outgoing, found = _told(served, node)
    if whole:
        others = {*outgoing} - {*whole}
        return [_quad(each, node) for each in whole] + [_quad(each) for each in others]
    asked = served.ask(*(_query(name, node) for name in _PLACED))
    placed, elsewhere = (cast("ox.QuerySolutions", each) for each in asked)
    quads = _elsewhere(served, elsewhere)
    triples = sorted(found or _uses(served, node, quads), key=str)
    if {quad.triple for quad in quads} == {*triples}:
        return sorted(quads, key=str)
    graphs: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for row in placed:
        graphs[_key(row["subject"], row["property"], row["value"])].append(row["graph"])
    where = _places(triples, graphs)
    return [_quad(triple, graph) for triple in triples for graph in where[triple]]


def _told(
    served: Served, node: ox.NamedNode
) -> tuple[Sequence[ox.Triple], Sequence[ox.Triple], set[ox.Triple]]:
    """What a graph of a name says, what is said of the name, and the description of a thing."""
    whole, *parts = served.ask(*(_query(name, node) for name in _TOLD))
    if not whole:
        return (), (), {each for part in parts for each in cast("Iterable[ox.Triple]", part)}
    if isinstance(served.store, RemoteStore):  # it may have to be asked for them in parts
        (outgoing,) = served.ask(_query("outgoing", node))
        graph: Iterable[ox.Triple] = served.store.graph(node.value)
    else:
        graph, outgoing = served.ask(_query("graph", node), _query("outgoing", node))  # type: ignore[assignment]
    return [*graph], [*cast("Iterable[ox.Triple]", outgoing)], set()


def _uses(served: Served, node: ox.NamedNode, quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    """Of what has no statements of its own: those of other graphs, some that use it, its parts'."""
    if found := {quad.triple for quad in quads}:
        return found
    (used,) = served.ask(_query("uses", node))
    return {*cast("Iterable[ox.Triple]", used)} or {
        ox.Triple(row["subject"], row["property"], row["value"])
        for row in _rows(served, "inside", node)
    }


def _quad(triple: ox.Triple, graph: Any = None) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _key(*terms: Any) -> tuple[str, ...]:
    """A statement, of whose blank nodes nothing is told: an answer calls them as it likes."""
    return tuple("_" if isinstance(term, ox.BlankNode) else str(term) for term in terms)


def _places(
    triples: Sequence[ox.Triple], graphs: Mapping[tuple[str, ...], list[Any]]
) -> dict[ox.Triple, list[Any]]:
    """The graphs of each statement: a blank node is in those of what leads to it."""
    of: dict[Any, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode):
            of[triple.subject].append(triple)
    led_to = {triple.object for triple in triples}
    where: dict[ox.Triple, list[Any]] = {}
    todo = [
        (triple, list(dict.fromkeys(graphs.get(_key(*triple), ()))) or [ox.DefaultGraph()])
        for triple in triples
        if triple.subject not in of or triple.subject not in led_to
    ]
    while todo:
        triple, places = todo.pop()
        if triple not in where:
            where[triple] = places
            todo += [(each, places) for each in of.get(triple.object, ())]
    return {triple: where.get(triple, [ox.DefaultGraph()]) for triple in triples}


def _elsewhere(served: Served, rows: ox.QuerySolutions) -> set[ox.Quad]:
    """What the named graphs say of a thing, with their blank nodes.

    :param rows: of `common/elsewhere.rq`.
    """
    found = _quads(rows)
    asked: set[ox.BlankNode] = set()
    while len(asked) < _MOST_NODES and not isinstance(served.store, RemoteStore):
        ends = {quad.object for quad in found if isinstance(quad.object, ox.BlankNode)} - asked
        if not ends:
            break
        asked |= ends
        for each in ends:
            found |= _quads(_rows(served, "inner", each))
    return found


def _quads(rows: ox.QuerySolutions) -> set[ox.Quad]:
    return {ox.Quad(row["subject"], row["property"], row["value"], row["graph"]) for row in rows}


def _rows(served: Served, name: str, node: ox.NamedNode | ox.BlankNode) -> ox.QuerySolutions:
    (found,) = served.ask(_query(name, node))
    return cast("ox.QuerySolutions", found)


def _query(name: str, node: ox.NamedNode | ox.BlankNode) -> Query:
    return query_text(f"common/{name}.rq"), {"this": node}


def write(
    found: Iterable[ox.Triple | ox.Quad], form: Format, vocabulary: str | None = None
) -> bytes:
    """Write a description in a format of `DOCUMENTS` other than HTML.

    :param vocabulary: the foreign vocabulary that it speaks.
    """
    if form.name == "rdfxml":
        found = in_xml(found)  # a document of a thing is worth more than its odd characters
    if form is not JELLY:
        return serialise(found, form.name, vocabulary)
    from ..graph.jelly import write_jelly

    quads = relabel(ox.Quad(each.subject, each.predicate, each.object) for each in found)
    output = io.BytesIO()
    write_jelly(sorted((quad.triple for quad in quads), key=str), output)
    return output.getvalue()
