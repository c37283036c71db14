"""The W3C test manifests, read into cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS

SUITES = Path(__file__).resolve().parents[3] / "shared" / "suites"
SPARQL11 = SUITES / "rdf-tests" / "sparql" / "sparql11"
HOME = "https://w3c.github.io/rdf-tests/sparql/sparql11/"
"""Where the suite is published: the base of its files' IRIs."""

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")


@dataclass(frozen=True)
class Data:
    """A default graph and named graphs, as files."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Case:
    """A test of the suite.

    :param name: its folder and its name in the manifest.
    :param iri: its IRI, for the report.
    :param kind: the local name of its class.
    :param text: the query or update, if it is one.
    :param result: the file of the answer, or the dataset after the update.
    """

    name: str
    iri: str
    kind: str
    title: str
    text: Path | None = None
    data: Data = Data()
    result: Path | Data | None = None
    endpoints: tuple[tuple[str, Path], ...] = ()
    graph: rdflib.Graph = field(default_factory=rdflib.Graph, compare=False, repr=False)
    node: Any = None

    def __str__(self) -> str:
        return self.name


@cache
def cases(*, deprecated: bool = False) -> tuple[Case, ...]:
    """Every test of SPARQL 1.1, by the manifests."""
    if not SPARQL11.is_dir():
        return ()
    top = _read(SPARQL11 / "manifest-all.ttl")
    included = Collection(top, next(top.objects(None, MF.include)))
    folders = [str(each).removeprefix(HOME).partition("/")[0] for each in included]
    found: list[Case] = []
    for folder in [*folders, *(["http-rdf-update"] if deprecated else [])]:
        for path in sorted((SPARQL11 / folder).glob("manifest*.ttl")):
            found += _cases(path)
    return tuple(found)


def of_kind(*kinds: str) -> list[Case]:
    """The tests of some classes."""
    return [case for case in cases() if case.kind in kinds]


def _read(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="turtle", publicID=_iri(path))


def _iri(path: Path) -> str:
    return HOME + path.relative_to(SPARQL11).as_posix()


def _path(iri: Any) -> Path:
    return SPARQL11 / str(iri).removeprefix(HOME)


def _cases(path: Path) -> Iterator[Case]:
    graph = _read(path)
    for node in sorted(set(graph.subjects(MF.name, None))):
        kind = str(graph.value(node, RDF.type)).rpartition("#")[2]
        action = graph.value(node, MF.action)
        result = graph.value(node, MF.result)
        folder = path.parent.name
        made = {
            "name": f"{folder}/{str(node).rpartition('#')[2]}",
            "iri": str(node),
            "kind": kind,
            "title": str(graph.value(node, MF.name)),
            "graph": graph,
            "node": node,
        }
        if isinstance(action, rdflib.URIRef):
            yield Case(**made, text=_path(action))
        elif kind in ("ProtocolTest", "GraphStoreProtocolTest", "ServiceDescriptionTest"):
            yield Case(**made, data=_data(graph, node))
        else:
            text = graph.value(action, QT.query) or graph.value(action, UT.request)
            update = kind == "UpdateEvaluationTest"
            yield Case(
                **made,
                text=_path(text),
                data=_data(graph, action),
                result=_data(graph, result) if update else _path(result),
                endpoints=tuple(
                    (str(graph.value(each, QT.endpoint)), _path(graph.value(each, QT.data)))
                    for each in graph.objects(action, QT.serviceData)
                ),
            )


def _data(graph: rdflib.Graph, node: Any) -> Data:
    default = tuple(_path(o) for p in (QT.data, UT.data) for o in graph.objects(node, p))
    named: list[tuple[str, Path]] = []
    for each in [*graph.objects(node, QT.graphData), *graph.objects(node, UT.graphData)]:
        if isinstance(each, rdflib.URIRef):
            named.append((str(each), _path(each)))
        else:
            path = _path(graph.value(each, UT.graph) or graph.value(each, QT.graph))
            named.append((str(graph.value(each, RDFS.label)), path))
    return Data(default, tuple(sorted(named)))


def iri_of(path: Path) -> str:
    """The IRI at which a file of the suite is published."""
    return _iri(path)
