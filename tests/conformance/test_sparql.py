"""The W3C suite of SPARQL 1.1: queries, updates, syntax and result formats, over HTTP."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from .compare import Table, read_table, read_table_of_graph, same_csv, same_graphs, same_tables
from .known import KNOWN, Verdict
from .manifests import Case, Data, iri_of, of_kind
from .systems import JSON, NTRIPLES, RDFXML, TURTLE, XML, Bare, Federated, Live, System

FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}
TYPES = {".srx": XML, ".srj": JSON, ".csv": "text/csv", ".tsv": "text/tab-separated-values"}
DATASET = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


def problem(case: Case, system: System) -> str:
    """What a system does wrong on a case; empty when it passes."""
    system.reset()
    assert case.text is not None
    text = case.text.read_text("utf-8")
    if "Syntax" in case.kind:
        update = "Update" in case.kind
        reply = system.update(text) if update else system.query(text, "*/*")
        refused = reply.status == 400 and reply.is_syntax_error
        # What parses may still fail, as a DROP of a graph that is not there.
        right = reply.status in (200, 204, 400) and refused == case.kind.startswith("Negative")
        return "" if right else f"{reply.status}: {reply.body.decode()[:300]}"
    load(case.data, system)
    based = f"BASE <{iri_of(case.text)}> {text}"
    if case.kind == "UpdateEvaluationTest":
        reply = system.update(based)
        return changed(case, system) if reply.status == 204 else reply.body.decode()[:300]
    return answered(case, based, system)


def federated_problem(case: Case, federated: Federated) -> str:
    """As `problem`, where the query asks other endpoints; the suite's addresses are replaced."""
    federated.system.reset()
    federated.other.reset()
    assert case.text is not None
    text = case.text.read_text("utf-8")
    for (endpoint, path), (graph, address) in zip(
        case.endpoints, federated.endpoints, strict=False
    ):
        assert federated.other.put(graph, path.read_bytes(), TURTLE) == 201
        text = text.replace(f"<{endpoint}>", f"<{address}>")
    text = text.replace("<http://invalid.endpoint.org/sparql>", f"<{federated.dead}>")
    load(case.data, federated.system)
    return answered(case, f"BASE <{iri_of(case.text)}> {text}", federated.system)


def load(data: Data, system: System) -> None:
    """Give a system the data of a case, over the graph store protocol where it is live."""
    lines = b""
    for path in data.default:
        parsed = ox.parse(path.read_bytes(), FORMATS[path.suffix], base_iri=iri_of(path))
        lines += ox.serialize((quad.triple for quad in parsed), format=ox.RdfFormat.TURTLE) or b""
    if data.default:
        assert system.put(None, lines, TURTLE) in (200, 201, 204)
    for graph, path in data.named:
        media_type = RDFXML if path.suffix == ".rdf" else TURTLE
        assert system.put(graph, path.read_bytes(), media_type) in (200, 201, 204)


def changed(case: Case, system: System) -> str:
    """What is wrong with the dataset after an update."""
    assert isinstance(case.result, Data)
    wanted: list[ox.Quad] = []
    for graph, path in [(None, path) for path in case.result.default] + [*case.result.named]:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        parsed = ox.parse(path.read_bytes(), FORMATS[path.suffix], base_iri=iri_of(path))
        wanted += [ox.Quad(each.subject, each.predicate, each.object, name) for each in parsed]
    rows = read_table(system.query(DATASET, JSON).body, JSON).rows
    found = [ox.Quad(row["s"], row["p"], row["o"], row.get("g", ox.DefaultGraph())) for row in rows]
    if same_graphs(found, wanted):
        return ""
    return f"has {sorted(map(str, found))}, not {sorted(map(str, wanted))}"


def answered(case: Case, text: str, system: System) -> str:
    """What is wrong with the answer of a query."""
    path = case.result
    assert not isinstance(path, Data)
    assert path is not None
    ordered = bool(re.search(r"\border\s+by\b", text, re.IGNORECASE))
    if path.suffix in TYPES:
        wanted_type = TYPES[path.suffix]
        reply = system.query(text, wanted_type)
        if (reply.status, reply.media_type) != (200, wanted_type):
            return f"{reply.status} {reply.media_type}: {reply.body.decode()[:300]}"
        if path.suffix == ".csv":
            right = same_csv(reply.body, path.read_bytes(), ordered=ordered)
        else:
            expected = read_table(path.read_bytes(), wanted_type)
            right = same_tables(read_table(reply.body, wanted_type), expected, ordered=ordered)
        return "" if right else f"answers {reply.body.decode()}"
    table = read_table_of_graph(path, FORMATS[path.suffix])
    reply = system.query(text, JSON if table else NTRIPLES)
    if reply.status != 200:
        return f"{reply.status}: {reply.body.decode()[:300]}"
    if isinstance(table, Table):
        right = same_tables(read_table(reply.body, JSON), table, ordered=ordered)
    else:
        expected_graph = ox.parse(path.read_bytes(), FORMATS[path.suffix], base_iri=iri_of(path))
        got = ox.parse(reply.body, ox.RdfFormat.N_TRIPLES)
        right = same_graphs(got, expected_graph)
    return "" if right else f"answers {reply.body.decode()}"


CASES = [
    case
    for case in of_kind(
        "QueryEvaluationTest",
        "CSVResultFormatTest",
        "UpdateEvaluationTest",
        "PositiveSyntaxTest11",
        "NegativeSyntaxTest11",
        "PositiveUpdateSyntaxTest11",
        "NegativeUpdateSyntaxTest11",
    )
    if not case.name.startswith("entailment/")
]


FEDERATED = [case for case in CASES if case.name.startswith("service/")]


@pytest.mark.parametrize("case", FEDERATED, ids=str)
def test_service(case: Case, federated: Federated, verdict: Verdict) -> None:
    found = federated_problem(case, federated)
    verdict(case, found)
    if case.name in KNOWN:
        assert found, f"{case.name} passes now; take it out of known_failures.toml"
    else:
        assert found == ""


@pytest.mark.parametrize("case", [c for c in CASES if c not in FEDERATED], ids=str)
def test_case(case: Case, live: Live, bare: Bare, verdict: Verdict) -> None:
    found = problem(case, live)
    verdict(case, found)
    known = KNOWN.get(case.name)
    if known is None:
        assert found == ""
        return
    assert found, f"{case.name} passes now; take it out of known_failures.toml"
    if known.cause == "engine":
        assert problem(case, bare), f"{case.name} passes in the bare engine: the fault is ours"
