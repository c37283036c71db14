"""The shipped graph in both engines, and the ways in which each question is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from symposia.graph.dataset import shipped
from symposia.graph.questions import Question, bind, questions
from symposia.graph.results import serialise_results
from symposia.graph.store import Store


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask every question plainly, and once more with its optional parameters given."""
    if "asked" in metafunc.fixturenames:
        library = questions()
        if "values" not in metafunc.fixturenames:
            metafunc.parametrize("asked", library, ids=lambda question: question.name)
            return
        cases = [
            (f"{each.name}{suffix}", each, values)
            for each in library
            for suffix, values in _ways(each)
        ]
        metafunc.parametrize(("case", "asked", "values"), cases, ids=[case for case, *_ in cases])


def _ways(asked: Question) -> list[tuple[str, dict[str, str]]]:
    required = {each.name: each.example for each in asked.parameters if each.required}
    everything = {each.name: each.example for each in asked.parameters}
    ways = [("", required)]
    if everything != required:
        ways.append(("-example", everything))
    return ways


@pytest.fixture(scope="session")
def store() -> Store:
    """The shipped graph in the project's own engine."""
    return Store.memory(shipped())


@pytest.fixture(scope="session")
def dataset() -> rdflib.Dataset:
    """The shipped graph in rdflib, read from the same Turtle, with the union as default graph."""
    dataset = rdflib.Dataset(default_union=True)
    for graph in shipped():
        assert isinstance(graph.source, Path)
        dataset.graph(rdflib.URIRef(graph.iri)).parse(graph.source, format="turtle")
    return dataset


@pytest.fixture(scope="session")
def tsv(store: Store) -> Callable[[Question, dict[str, str]], str]:
    """Answer a question on the shipped graph, as SPARQL 1.1 TSV."""

    def answer(asked: Question, values: dict[str, str]) -> str:
        results = store.query(asked.text, bind(asked, values, store))
        return serialise_results(results, "tsv").decode("utf-8")

    return answer
