"""The shipped graph of tinyML 2023: it is what the page says, completely, without its prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rdflib import DCTERMS, FOAF, ORG, PROV, RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import graph_diff, isomorphic
from symposia.graph.build import build
from symposia.graph.dataset import shipped
from symposia.graph.namespaces import BASE
from symposia.graph.namespaces import SYM as SYM_IRI
from symposia.graph.readers.page import read_page
from symposia.graph.records import Programme
from symposia.graph.turtle import to_turtle

SYM = Namespace(SYM_IRI)
SCHEMA = Namespace("https://schema.org/")
P = Namespace(BASE + "tinyml-2023/")
CONFERENCE = URIRef(BASE + "tinyml-2023")
ADDRESS = "https://www.tinyml.org/event/research-symposium-2023/"
FOLDER = Path("graph") / "tinyml-2023"
RUN = 8


@pytest.fixture(scope="module")
def programme(page: Path) -> Programme:
    return read_page(page.read_bytes(), name=page.name, url=ADDRESS)


@pytest.fixture(scope="module")
def path(root: Path) -> Path:
    return root / FOLDER / "programme.ttl"


@pytest.fixture(scope="module")
def graph(path: Path) -> Graph:
    return Graph().parse(path)


def summaries(graph: Graph) -> dict[URIRef, Literal]:
    """Return the summary of each paper, in other words than its abstract's."""
    papers = graph.subjects(RDF.type, SYM.Paper)
    return {paper: text for paper in papers if (text := graph.value(paper, DCTERMS.description))}


def with_summaries(built: Graph, texts: dict[URIRef, Literal]) -> Graph:
    for paper, text in texts.items():
        built.add((paper, DCTERMS.description, text))
    return built


def test_the_file_is_what_the_page_says(programme: Programme, graph: Graph) -> None:
    built = with_summaries(build(programme, abstracts=False), summaries(graph))
    _, missing, surplus = graph_diff(built, graph)
    assert (sorted(missing), sorted(surplus)) == ([], [])
    assert isomorphic(built, graph)


def test_the_file_is_written_by_the_turtle_writer(
    programme: Programme, path: Path, graph: Graph, snapshot: Callable[[Path, str], None]
) -> None:
    built = with_summaries(build(programme, abstracts=False), summaries(graph))
    snapshot(path, to_turtle(built))


@pytest.mark.parametrize("name", ["programme", "enrichment", "systems", "topics"])
def test_writing_what_was_read_gives_the_same_bytes(root: Path, name: str) -> None:
    path = root / FOLDER / f"{name}.ttl"
    assert to_turtle(Graph().parse(path)).encode() == path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (SYM.Conference, 1),
        (SYM.Event, 2),
        (SYM.Session, 11),
        (SYM.PaperSession, 4),
        (SYM.Break, 3),
        (SYM.Keynote, 1),
        (SYM.Opening, 1),
        (SYM.Registration, 1),
        (SYM.Talk, 18),
        (SYM.Paper, 16),
        (SYM.EventRole, 17 + 1 + 2 + 4 + 20 + 7),
        (FOAF.Person, 43),
        (SCHEMA.Place, 1),
        (SCHEMA.PostalAddress, 1),
        (PROV.Activity, 1),
        (PROV.SoftwareAgent, 1),
    ],
    ids=lambda value: re.split("[/#]", value)[-1] if isinstance(value, URIRef) else "",
)
def test_everything_on_the_page_is_there(graph: Graph, kind: URIRef, count: int) -> None:
    assert len(set(graph.subjects(RDF.type, kind))) == count


@pytest.mark.parametrize(
    ("role", "count", "held"),
    [
        ("Presenter", 19, 19),
        ("KeynoteSpeaker", 1, 1),
        ("SessionChair", 4, 4),
        ("CommitteeMember", 20, 20),
        ("GeneralCoChair", 2, 0),
        ("ProgramCoChair", 2, 0),
        ("SteeringCommitteeMember", 1, 0),
        ("PublicationsChair", 1, 0),
        ("PublicityChair", 1, 0),
    ],
)
def test_every_role_is_there_and_no_holder_is_guessed(
    graph: Graph, role: str, count: int, held: int
) -> None:
    nodes = set(graph.subjects(SYM.role, SYM[role]))
    assert len(nodes) == count
    assert sum(graph.value(node, SYM.holder) is not None for node in nodes) == held


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        ("talk/fmas", SYM.presenter, P["person/brett-meyer"]),
        ("talk/fmas", SYM.presents, P["paper/fmas"]),
        ("talk/fmas", SYM.position, Literal(2)),
        ("talk/fmas", SYM.recorded, Literal(True)),
        ("talk/metaldc", SYM.recorded, Literal(False)),
        ("talk/mema-runtime-framework", SYM.presenter, P["person/vikas-natesh"]),
        ("talk/mema-runtime-framework", SYM.presenter, P["person/andrew-sabot"]),
        ("talk/keynote", SYM.presenter, P["person/alex-jones"]),
        ("talk/keynote", RDFS.label, Literal("Keynote by Alex Jones", lang="en")),
        ("session/short-papers", SYM.position, Literal(6)),
        ("session/short-papers", SYM.chair, P["person/arman-roohi"]),
        ("session/tinyml-hardware", SYM.chair, P["person/huichu-liu"]),
        ("session/break-1440", SYM.position, Literal(9)),
        ("session/the-power-of-diversity-in-machine-learning", RDF.type, SYM.Session),
        ("role/presenter-5", SYM.holder, P["person/brett-meyer"]),
        ("role/general-co-chair-1", SYM.statedAffiliation, P["organisation/ku-leuven"]),
        ("affiliation/brett-meyer-1", ORG.organization, P["organisation/mcgill-university"]),
        ("place/hyatt-regency-san-francisco-airport/address", SCHEMA.postalCode, Literal("94010")),
    ],
)
def test_a_fact(graph: Graph, subject: str, predicate: URIRef, value: URIRef | Literal) -> None:
    assert (P[subject], predicate, value) in graph


def test_a_session_lasts_from_to_in_local_time(graph: Graph) -> None:
    session = P["session/short-papers"]
    assert str(graph.value(session, SCHEMA.startDate)) == "2023-03-27T11:30:00-07:00"
    assert str(graph.value(session, SCHEMA.endDate)) == "2023-03-27T12:10:00-07:00"


def test_no_blank_nodes_and_one_label_each(graph: Graph) -> None:
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]
    labels = {subject: len(set(graph.objects(subject, RDFS.label))) for subject in graph.subjects()}
    assert labels == dict.fromkeys(labels, 1)


def test_every_paper_has_a_summary_of_one_sentence(graph: Graph) -> None:
    texts = summaries(graph)
    assert len(texts) == 16
    for text in texts.values():
        assert text.language == "en"
        assert re.fullmatch(r"[A-Z][^.!?]{60,190}\.", text), text


def test_whatever_a_shipped_graph_names_is_described_in_one() -> None:
    everything = Graph()
    for part in shipped():
        assert isinstance(part.source, Path)
        everything.parse(part.source)
    ours = {
        str(term)
        for triple in everything
        for term in triple
        if isinstance(term, URIRef) and term.startswith(P) and "#" not in term
    }
    described = {str(subject) for subject in everything.subjects(RDF.type)}
    assert sorted(ours - described) == []


def test_no_prose_of_the_page_is_shipped(programme: Programme, root: Path) -> None:
    prose = [programme.description or ""]
    prose += [talk.abstract or "" for slot in programme.slots for talk in slot.talks]
    ours = {run: index for index, text in enumerate(prose) for run in runs(text)}
    assert len(prose) == 19
    assert len(ours) > 2000
    assert ours.keys() & set(runs(to_turtle(build(programme, abstracts=True))))
    for folder in (FOLDER, "ontology", "queries"):
        for file in sorted((root / folder).rglob("*.*")):
            assert not ours.keys() & set(runs(file.read_text("utf-8"))), file


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield every eight words in a row, whatever stands between them."""
    words = re.findall(r"[^\W_]+", text.lower())
    for start in range(len(words) - RUN + 1):
        yield tuple(words[start : start + RUN])
