"""What users name: files, and what is known in folders; and which graph an RDF file is."""

from __future__ import annotations

from pathlib import Path

from symposia.graph.reading import ReadOptions, find_reader
from symposia.graph.sources import find_sources

BASE = "https://w3id.org/symposia/"
PROGRAMME = BASE + "tinyml-2023/graph/programme"


def test_files_in_folders(tmp_path: Path) -> None:
    triple = "<http://e/a> <http://e/b> 1 .\n"
    files = {
        "b.ttl": triple,
        "a/c.txt": "9:00 One\n10:00 Two\n",
        "a/d.html": "<!DOCTYPE html><p>One",
        "a/deep/e.bib": "@inproceedings{x, title={On small things}, year=2030}\n",
        ".git/f.ttl": triple,
        "a/.g.ttl": triple,
        "h.pdf": "%PDF-1.7",
        "i.md": "# Read me",
    }
    for file, text in files.items():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found, failed = find_sources([tmp_path, tmp_path / "b.ttl", tmp_path / "none"])
    assert [(str(one.path.relative_to(tmp_path)), one.named) for one in found] == [
        ("a/c.txt", False),
        ("a/d.html", False),
        ("a/deep/e.bib", False),
        ("b.ttl", False),
        ("none", True),
    ]
    assert failed == []


def test_which_graph_an_rdf_file_is(tmp_path: Path, root: Path) -> None:
    def graph(path: Path) -> str:
        (reading,) = find_reader(path).read(path, options=ReadOptions(tmp_path))
        (found,) = reading.graphs
        return found.iri

    def named(text: str) -> str:
        path = tmp_path / "a b.ttl"
        path.write_text(text)
        return graph(path)

    assert named("<x:a> <x:b> 1 .") == BASE + "graph/added/a-b"
    derived = "<http://www.w3.org/ns/prov#wasDerivedFrom> <x:page> ."
    assert named(f"<{PROGRAMME}> {derived}") == PROGRAMME
    assert named(f"<{PROGRAMME}> {derived} <http://e/p/graph/b> {derived}").endswith("/a-b")
    assert named(f"<{BASE}graph/ontology> {derived}").endswith("/added/a-b")
    assert graph(root / "graph" / "tinyml-2023" / "programme.ttl") == PROGRAMME
