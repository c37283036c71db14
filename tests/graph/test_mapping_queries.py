"""Each mapping query alone: what it builds from a small graph, and what it leaves unread.

A case is a TriG file in tests/data/mappings: the default graph is the source, `<built>` what the
query makes of it, `<kept>` what it does not read. The conference is `<c>`.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic, to_isomorphic
from symposia.graph.mappings import MAPPINGS, alignments
from symposia.graph.sequences import POSITIONS, positions
from symposia.graph.substitution import substitute
from symposia.graph.terms import to_rdflib
from symposia.graph.used import reading

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "mappings"
BASE = "http://source.example/"
CASES = sorted(DATA.glob("*/*.trig"))
BOUND = {"programme": ox.NamedNode(BASE + "c")}


def parts(path: Path) -> dict[str, list[ox.Triple]]:
    found: dict[str, list[ox.Triple]] = {"": [], "built": [], "kept": []}
    for quad in ox.parse(path.read_bytes(), ox.RdfFormat.TRIG, base_iri=BASE):
        name = getattr(quad.graph_name, "value", "").removeprefix(BASE)
        found[name].append(quad.triple)
    return found


def query(path: Path) -> str:
    return (ROOT / "queries" / "mappings" / path.parent.name / f"{path.stem}.rq").read_text()


def numbered(path: Path) -> list[ox.Quad]:
    mapping = MAPPINGS.get(path.parent.name)
    return list(positions(parts(path)[""], mapping.lists)) if mapping else []


def engine(path: Path) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in parts(path)[""])
    store.extend(alignments())
    store.extend(numbered(path))
    return store


def test_every_query_has_a_case() -> None:
    queries = (ROOT / "queries" / "mappings").glob("*/*.rq")
    assert {f"{path.parent.name}/{path.stem}" for path in queries} == {
        f"{path.parent.name}/{path.stem}" for path in CASES
    }
    assert {path.parent.name for path in CASES} == {*MAPPINGS, "ours"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_built(path: Path) -> None:
    built = to_rdflib(set(engine(path).query(substitute(query(path), BOUND))))
    expected = to_rdflib(parts(path)["built"])
    assert isomorphic(built, expected), built.serialize(format="nt")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_kept(path: Path) -> None:
    source = engine(path)
    read = set(source.query(substitute(reading(query(path)), BOUND)))
    original = {q.triple for q in source.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    kept = to_rdflib(original - read)
    assert isomorphic(kept, to_rdflib(parts(path)["kept"])), kept.serialize(format="nt")


@pytest.fixture(scope="module")
def dictionary() -> rdflib.Graph:
    """The alignments for rdflib."""
    return to_rdflib(alignments())


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Code. Duration is not defined:UserWarning")
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_rdflib_builds_the_same(path: Path, dictionary: rdflib.Graph) -> None:
    dataset = rdflib.Dataset()
    dataset.default_graph += to_rdflib(parts(path)[""])
    named = dataset.graph(rdflib.URIRef("https://w3id.org/symposia/graph/alignments"))
    named += dictionary
    places = dataset.graph(rdflib.URIRef(POSITIONS.value))
    places += to_rdflib(quad.triple for quad in numbered(path))
    built = dataset.query(substitute(query(path), BOUND)).graph
    assert built is not None
    assert to_isomorphic(built) == to_isomorphic(to_rdflib(parts(path)["built"]))
