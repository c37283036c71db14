"""The shipped named graphs: their IRIs, their files, and that listing them is cheap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.namespaces import BASE

EXPECTED = {
    f"{BASE}graph/ontology": "ontology/symposia.ttl",
    f"{BASE}graph/topics": "ontology/topics.ttl",
    f"{BASE}tinyml-2023/graph/enrichment": "graph/tinyml-2023/enrichment.ttl",
    f"{BASE}tinyml-2023/graph/programme": "graph/tinyml-2023/programme.ttl",
    f"{BASE}tinyml-2023/graph/systems": "graph/tinyml-2023/systems.ttl",
    f"{BASE}tinyml-2023/graph/topics": "graph/tinyml-2023/topics.ttl",
}


def test_the_shipped_graphs_are_these(root: Path) -> None:
    found = {
        graph.iri: graph.source.resolve().relative_to(root).as_posix()
        for graph in shipped()
        if isinstance(graph.source, Path)
    }
    assert found == EXPECTED


@pytest.mark.parametrize("graph", shipped(), ids=lambda graph: graph.iri.removeprefix(BASE))
def test_each_graph_is_there_and_has_a_label(graph: NamedGraph) -> None:
    assert isinstance(graph.source, Path)
    assert graph.source.is_file()
    assert graph.label


def test_listing_loads_no_rdf_library() -> None:
    code = (
        "import sys; from symposia.graph.dataset import shipped; shipped();"
        "print(sorted({'rdflib', 'pyoxigraph', 'pyshacl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
