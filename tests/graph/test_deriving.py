"""When the derived graphs of a data folder are derived again, and when they are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from symposia.graph import deriving
from symposia.graph.dataset import NamedGraph
from symposia.graph.deriving import DERIVED
from symposia.graph.library import Library
from symposia.graph.namespaces import BASE

WHO = """\
<{base}{n}/person/ada> a <http://xmlns.com/foaf/0.1/Person> ;
  <http://www.w3.org/2000/01/rdf-schema#label> "Ada {n}"@en ;
  <http://xmlns.com/foaf/0.1/name> "Ada Lovelace" ;
  <http://www.w3.org/2002/07/owl#sameAs> <https://orcid.org/0000-0002-1825-0097> .
"""


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Gets how many graphs were read each time that graphs are derived."""
    found: list[int] = []
    real = deriving.derive

    def derive(graphs: list[NamedGraph], folder: Path) -> list[NamedGraph]:
        found.append(len(graphs))
        return real(graphs, folder)

    monkeypatch.setattr(deriving, "derive", derive)
    return found


def add(library: Library, folder: Path, name: str) -> None:
    path = folder / f"{name}.ttl"
    path.write_text(WHO.format(base=BASE, n=name), "utf-8")
    library.include({name: [NamedGraph(f"{BASE}{name}/graph/programme", path, name)]}, valid=True)


def digests(library: Library) -> dict[str, str]:
    now = library.generations.current()
    assert now is not None
    return {graph.iri: graph.digest for graph in now.graphs if graph.iri in DERIVED}


def test_they_are_derived_when_what_they_follow_from_has_changed(
    tmp_path: Path, derived: list[int]
) -> None:
    data = tmp_path / "data"
    Library(data).publish()
    assert len(derived) == 1
    for _ in range(2):
        assert Library(data).publish().unchanged
    assert len(derived) == 1
    add(Library(data), tmp_path, "one")
    add(Library(data), tmp_path, "two")
    assert len(derived) == 3
    first = digests(Library(data))
    assert f"{BASE}graph/identity" in first
    Library(data).publish()
    assert (len(derived), digests(Library(data))) == (3, first)
    Library(data).remove(["two"])
    assert len(derived) == 4
    assert digests(Library(data)) != first
    add(Library(data), tmp_path, "two")
    assert (len(derived), digests(Library(data))) == (5, first)


@pytest.mark.parametrize("note", [None, "", "[]", '{"from": "another program", "derived": {}}'])
def test_they_are_derived_where_it_is_not_known_what_they_follow_from(
    note: str | None, tmp_path: Path, derived: list[int]
) -> None:
    data = tmp_path / "data"
    Library(data).publish()
    file = data / "derived.json"
    kept = json.loads(file.read_text("utf-8"))
    if note is None:
        file.unlink()
    else:
        file.write_text(note, "utf-8")
    Library(data).publish()
    assert len(derived) == 2
    assert json.loads(file.read_text("utf-8")) == kept
