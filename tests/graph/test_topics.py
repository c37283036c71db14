"""Labels as they are compared, and what is derived where labels are not clear."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.deriving import derive
from symposia.graph.namespaces import BASE
from symposia.graph.topics import normalised

PREFIXES = """
@base <https://w3id.org/symposia/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sym: <https://w3id.org/symposia/ontology#> .
<topic/nets> skos:inScheme <topic> ; skos:prefLabel "nets"@en ; skos:altLabel "webs"@en .
<topic/webs> skos:inScheme <topic> ; skos:prefLabel "webs"@en .
<topic/one> skos:inScheme <topic> ; skos:prefLabel "one"@en ; skos:altLabel "twin"@en .
<topic/two> skos:inScheme <topic> ; skos:prefLabel "two"@en ; skos:altLabel "twins"@en .
<c/topic/webbing> skos:inScheme <c/scheme> ; skos:prefLabel "Nets" .
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Semantic-Web  Ontologies", "semantic web ontology"),
        ("classes", "class"),
        ("searches", "search"),
        ("boxes", "box"),
        ("caches", "cache"),
        ("databases", "database"),
        ("analysis", "analysis"),
        ("corpus", "corpus"),
        ("Bayes", "baye"),
        ("RDFS", "rdf"),
        ("IDs", "ids"),
        ("C++", "c"),
        ("Überlegungen", "überlegungen"),
        ("…", ""),
    ],
)
def test_normalised(words: str, expected: str) -> None:
    assert normalised(words) == expected


def matched(text: str, folder: Path) -> set[str]:
    path = folder / "all.ttl"
    path.write_text(PREFIXES + text, "utf-8")
    found = derive([NamedGraph(f"{BASE}c/graph/programme", path, "c")], folder)
    lines = [
        line
        for graph in found
        for line in Path(str(graph.source)).read_text("utf-8").replace(BASE, "").splitlines()
    ]
    wanted = ("subject>", "closeMatch>", "hiddenLabel>")
    return {line for line in lines if line.split()[1].endswith(wanted)}


SUBJECT = "<http://purl.org/dc/terms/subject>"
SKOS = "<http://www.w3.org/2004/02/skos/core#"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<p> a sym:Paper ; schema:keywords "nets"@en .', {f"<p> {SUBJECT} <topic/nets> ."}),
        (
            '<p> a sym:Talk ; schema:keywords "NET" .',
            {f"<p> {SUBJECT} <topic/nets> .", f'<topic/nets> {SKOS}hiddenLabel> "NET" .'},
        ),
        ('<p> a sym:Paper ; schema:keywords "webs"@en .', {f"<p> {SUBJECT} <topic/webs> ."}),
        ('<p> a sym:Paper ; schema:keywords "twin"@en .', set()),
        ('<p> a sym:Paper ; schema:keywords "knots"@en .', set()),
        ('<p> schema:keywords "nets"@en .', set()),
        (
            "<p> a sym:Paper . <n> sym:of <p> ; sym:topic <c/topic/webbing> .",
            {
                f"<p> {SUBJECT} <topic/nets> .",
                f"<c/topic/webbing> {SKOS}closeMatch> <topic/nets> .",
            },
        ),
        (
            '<p> a sym:Paper ; schema:keywords "net" . <n> sym:of <p> ; sym:topic <topic/nets> .',
            set(),
        ),
    ],
)
def test_what_matches(text: str, expected: set[str], tmp_path: Path) -> None:
    assert matched(text, tmp_path) == expected


def test_files_of_lines_are_read_as_others(tmp_path: Path) -> None:
    """N-Triples are looked through by lines; the graph is the same."""
    text = PREFIXES + '<p> a sym:Paper ; schema:keywords "NET", "knots" .'
    (tmp_path / "a.ttl").write_text(text, "utf-8")
    ox.serialize(
        ox.parse(text.encode(), ox.RdfFormat.TURTLE), str(tmp_path / "a.nt"), ox.RdfFormat.N_TRIPLES
    )
    answers = []
    for name in ("a.ttl", "a.nt"):
        (found,) = derive([NamedGraph(f"{BASE}c/graph/programme", tmp_path / name, "c")], tmp_path)
        answers.append(Path(str(found.source)).read_bytes())
    assert answers[0] == answers[1]


def test_what_was_derived_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(PREFIXES + '<p> a sym:Paper ; schema:keywords "NET" .', "utf-8")
    own = NamedGraph(f"{BASE}c/graph/programme", tmp_path / "a.ttl", "c")
    (first,) = derive([own], tmp_path)
    before = Path(str(first.source)).read_bytes()
    (again,) = derive([own, first], tmp_path)
    assert Path(str(again.source)).read_bytes() == before
