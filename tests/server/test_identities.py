"""What a page tells of links: what is the same elsewhere, and what only may be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.deriving import derive
from symposia.graph.linking.links import CLOSE, Evidence, Link, Links, Method, Status
from symposia.graph.namespaces import BASE
from symposia.graph.store import Store
from symposia.server.app import create_app

ONE, OTHER = f"{BASE}lake-2030/organisation/leuven", f"{BASE}lake-2031/organisation/ku-leuven"
SAME_ELSEWHERE, ALIKE = "https://ror.org/05f950310", "https://ror.org/0424bsv16"


def link(left: str, right: str, score: float, predicate: str = "") -> Link:
    """A link that is stated."""
    found = Evidence("name", "the same name", 9.0)
    made = Link(left, right, score=score, weight=10.0, evidence=(found,), status=Status.STATED)
    return made if not predicate else Link(
        left, right, predicate, score, 5.0, (found,), status=Status.STATED)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Two organisations that are one; one is a record of ROR, and the other is close to it."""
    folder: Path = tmp_path_factory.mktemp("linked")
    graphs = [graph for graph in shipped() if graph.iri.startswith(f"{BASE}graph/")]
    for iri in (ONE, OTHER):
        slug = iri.removeprefix(BASE).partition("/")[0]
        path = folder / f"{slug}.ttl"
        path.write_text(
            "@prefix org: <http://www.w3.org/ns/org#> ."
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
            f"<{iri}> a org:Organization ; rdfs:label 'KU Leuven' ."
        )
        graphs.append(NamedGraph(f"{BASE}{slug}/graph/programme", path, slug))
    links = Links(
        "organisations",
        (
            link(ONE, OTHER, 0.9999),
            link(ONE, SAME_ELSEWHERE, 0.9995),
            link(OTHER, SAME_ELSEWHERE, 0.98, CLOSE),
            link(OTHER, ALIKE, 0.97, CLOSE),
        ),
        method=Method("Organisations.", "1", 0.999, 0.9),
    )
    graphs.append(links.graph(folder))
    return create_app(store=Store.memory([*graphs, *derive(graphs, folder)])).test_client()


@pytest.mark.parametrize("iri", [ONE, OTHER])
def test_what_is_the_same_by_one_of_several_is_not_perhaps_the_same(
    client: FlaskClient, iri: str
) -> None:
    page = client.get(f"/{iri.removeprefix(BASE)}.html").text
    sections = dict(
        re.findall(r'<section aria-labelledby="(matched|perhaps)">(.*?)</section>', page, re.S)
    )
    assert {name: re.findall(r"ror\.org/(\w+)\"", text) for name, text in sections.items()} == {
        "matched": [SAME_ELSEWHERE[-9:]] * 2,
        "perhaps": [ALIKE[-9:]],
    }
    assert "2 links" in sections["matched"]
