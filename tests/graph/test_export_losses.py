"""What an export leaves out is what its README lists, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from symposia.graph.export import VOCABULARIES, translate
from symposia.graph.namespaces import PREFIXES
from symposia.graph.store import Store

SMALL = Path(__file__).resolve().parent.parent / "data" / "exports" / "programme.ttl"
SAID_BY = {
    "dcterms:creator": "sym:author",
    "org:organization": "schema:affiliation",
    "schema:affiliation": "org:organization",
    "sym:chair": "sym:holder",
    "sym:committeeMember": "sym:holder",
    "sym:presenter": "sym:holder",
    "sym:topic": "dcterms:subject",
}
"""Shortcuts and the n-ary nodes that say the same: an export needs one of the two."""


@pytest.fixture(scope="module")
def triples() -> list[ox.Quad]:
    return list(ox.parse(path=str(SMALL), format=ox.RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "queries" / "exports" / "README.md").read_text(encoding="utf-8")


def iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def listed(readme: str, name: str) -> set[str]:
    """The properties of an entry of the list of what is left out."""
    section = readme.partition("## What is left out")[2]
    entry = re.search(rf"^- `?{name}`?: (.*?)(?=^- |\n\n)", section, re.DOTALL | re.MULTILINE)
    assert entry is not None
    return set(re.findall(r"`(\w+:[\w-]+)`", entry[1]))


def without(triples: list[ox.Quad], vocabulary: str, *names: str) -> set[tuple[rdflib.Node, ...]]:
    """A translation of the programme without some properties."""
    gone = {iri(name) for name in names}
    store = Store.memory()
    store.load("urn:x:small", (t for t in triples if t.predicate.value not in gone))
    return set(translate(store, vocabulary))


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_what_is_left_out_is_listed(triples: list[ox.Quad], readme: str, vocabulary: str) -> None:
    whole = without(triples, vocabulary)
    names = {
        f"{prefix}:{used.removeprefix(namespace)}"
        for used in {triple.predicate.value for triple in triples}
        for prefix, namespace in PREFIXES.items()
        if used.startswith(namespace)
    }
    assert len(names) > 50
    lost = set()
    for name in names:
        also = [SAID_BY[name]] if name in SAID_BY else []
        if without(triples, vocabulary, name, *also) == whole:
            lost.add(name)
    assert lost == listed(readme, "all") | listed(readme, vocabulary)


def test_no_property_is_listed_twice(readme: str) -> None:
    for vocabulary in VOCABULARIES:
        assert not listed(readme, "all") & listed(readme, vocabulary)


def test_the_readme_has_a_column_for_each_vocabulary(readme: str, root: Path) -> None:
    header = next(line for line in readme.splitlines() if line.startswith("| |"))
    assert re.findall(r"`([\w-]+)`", header) == list(VOCABULARIES)
    folders = {path.name for path in (root / "queries" / "exports").iterdir() if path.is_dir()}
    assert folders == VOCABULARIES.keys()
