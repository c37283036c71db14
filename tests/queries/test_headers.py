"""Every question says truly what it takes and gives."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode
from rdflib.plugins.sparql.parser import parseQuery
from symposia.graph.namespaces import PREFIXES
from symposia.graph.questions import Question, bind, questions
from symposia.graph.store import Store

GROUPS = ("programme", "people", "papers", "topics", "organisations", "systems", "provenance")
# What is SPARQL 1.1 in one engine only, or reaches outside the dataset.
FOREIGN = re.compile(r"\b(SERVICE|FROM|LATERAL|TRIPLE|ADJUST|GROUP_CONCAT|SAMPLE|NOW|RAND|UUID)\b")

NAMES = (files("symposia") / "queries" / "lookup" / "names.rq").read_text("utf-8")


def code(asked: Question) -> str:
    """The query without comments and header."""
    return re.sub(r"^\s*#.*$", "", asked.text, flags=re.MULTILINE)


def projection(asked: Question) -> list[str]:
    """Names of the projected variables, by rdflib's parser."""
    _, select = parseQuery(asked.text)
    return [str(each.evar or each.var) for each in select.projection]


def test_library_is_large_enough() -> None:
    assert len(questions()) >= 60


def test_names_and_groups(asked: Question) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", asked.name)
    assert asked.group in GROUPS
    assert asked.path == f"queries/{asked.name}.rq"


def test_prose(asked: Question) -> None:
    assert asked.summary.endswith(".")
    assert asked.question.endswith("?")
    texts = [*asked.columns.values(), *(each.description for each in asked.parameters)]
    assert not [text for text in texts if text.endswith(".")]
    assert all(texts)


def test_identities_are_what_the_query_reads(asked: Question) -> None:
    assert re.search(r"^#\+ identities: (own|merged)$", asked.text, re.MULTILINE)
    assert (asked.identities == "merged") == ("prov:alternateOf" in code(asked))
    assert "merged" not in {each.name for each in asked.parameters}


def test_columns_are_the_projection(asked: Question) -> None:
    assert asked.form == "SELECT"
    assert list(asked.columns) == projection(asked)


def test_parameters_are_projected_and_used(asked: Question) -> None:
    where = code(asked).partition("WHERE")[2]
    for parameter in asked.parameters:
        assert parameter.name in asked.columns, "the engine binds projected variables only"
        assert re.search(rf"[?$]{parameter.name}\b", where)


def test_open_parameters_are_not_hidden_in_optional_parts(asked: Question) -> None:
    """A value given for a variable that stands in OPTIONAL alone would filter nothing."""
    flat = code(asked).partition("WHERE")[2]
    while "OPTIONAL" in flat:
        start = flat.index("OPTIONAL")
        end = start + flat[start:].index("{") + 1
        depth = 1
        while depth:
            depth += {"{": 1, "}": -1}.get(flat[end], 0)
            end += 1
        flat = flat[:start] + flat[end:]
    flat = flat.partition("GROUP BY")[0] if "HAVING" not in flat else flat
    for parameter in asked.parameters:
        assert re.search(rf"[?$]{parameter.name}\b", flat)


def test_rows_have_one_order(asked: Question) -> None:
    assert "ORDER BY" in code(asked)
    # A triple that stands in several graphs must count once; inside GRAPH it does.
    assert "DISTINCT" in code(asked) or asked.name == "graphs"


def test_plain_sparql(asked: Question) -> None:
    assert not FOREIGN.search(re.sub(r'"[^"]*"', "", code(asked)))
    # An engine may fold BOUND(?parameter) before it knows the value; COALESCE says the same.
    assert "BOUND(" not in code(asked)


def test_prefixes_are_declared_and_needed(asked: Question) -> None:
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", code(asked), flags=re.MULTILINE))
    assert declared == {prefix: PREFIXES[prefix] for prefix in declared}
    body = re.sub(r'"[^"]*"|<[^\s>]*>|^PREFIX.*$', "", code(asked), flags=re.MULTILINE)
    assert set(re.findall(r"(?<![\w?])([a-z]+):", body)) == set(declared)


def test_terms_of_the_ontology_exist(asked: Question, terms: set[str]) -> None:
    used = {"sym:" + name for name in re.findall(r"\bsym:(\w+)", code(asked))}
    assert used <= terms


@pytest.fixture(scope="session")
def terms(root: Path) -> set[str]:
    graph = rdflib.Graph().parse(root / "ontology" / "symposia.ttl")
    named = {s for s in graph.subjects() if str(s).startswith(PREFIXES["sym"])}
    return {"sym:" + str(s).removeprefix(PREFIXES["sym"]) for s in named}


EXISTS = "SELECT ?thing { { ?thing ?p ?o } UNION { ?s ?thing ?o } UNION { ?s ?p ?thing } } LIMIT 1"


def test_examples_name_things_of_the_graph(asked: Question, store: Store) -> None:
    iris = [each for each in asked.parameters if each.type == "iri"]
    for parameter in iris:
        term = bind(asked, {each.name: each.example for each in asked.parameters})[parameter.name]
        assert list(store.query(EXISTS, {"thing": term})), f"{term} is nowhere in the graph"
        if parameter.of_class:
            names = store.query(NAMES, {"class": NamedNode(parameter.of_class)})
            assert term in [row["thing"] for row in names], "an example must be of its class"
