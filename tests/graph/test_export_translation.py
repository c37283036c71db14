"""What a programme says in each foreign vocabulary: whole graphs, and counts on the shipped one."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, SDO
from rdflib.compare import graph_diff, isomorphic
from rdflib.term import Node
from symposia.graph.dataset import shipped
from symposia.graph.errors import ExportError
from symposia.graph.export import FORMATS, VOCABULARIES, serialise, translate
from symposia.graph.header import form_of, read_header
from symposia.graph.namespaces import BASE
from symposia.graph.store import Store

DATA = Path(__file__).resolve().parent.parent / "data" / "exports"
SMALL = BASE + "small-2031"
TINYML = BASE + "tinyml-2023"
P = rdflib.Namespace(TINYML + "/")
CONF = rdflib.Namespace("https://w3id.org/scholarlydata/ontology/conference-ontology.owl#")
ROLE = rdflib.Namespace("https://w3id.org/scholarlydata/role/")
SWC = rdflib.Namespace("http://data.semanticweb.org/ns/swc/ontology#")
SWRC = rdflib.Namespace("http://swrc.ontoware.org/ontology#")
ICAL = rdflib.Namespace("http://www.w3.org/2002/12/cal/ical#")
BIBO = rdflib.Namespace("http://purl.org/ontology/bibo/")
DBLP = rdflib.Namespace("https://dblp.org/rdf/schema#")
XSD_DATETIME = rdflib.XSD.dateTime


def queries(root: Path, vocabulary: str) -> list[Path]:
    return sorted((root / "queries" / "exports" / vocabulary).glob("*.rq"))


@pytest.fixture(scope="module")
def small() -> Store:
    store = Store.memory()
    path = str(DATA / "programme.ttl")
    store.load("urn:x:small", ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    return store


@pytest.fixture(scope="module")
def store() -> Store:
    graphs = [graph for graph in shipped() if Path(str(graph.source)).is_file()]
    if not any(graph.iri == TINYML + "/graph/programme" for graph in graphs):
        pytest.skip("needs graph/tinyml-2023/programme.ttl")
    store = Store.memory()
    for graph in graphs:
        source = str(graph.source)
        store.load(graph.iri, ox.parse(path=source, format=ox.RdfFormat.TURTLE))
    return store


@pytest.fixture(scope="module")
def graphs(store: Store) -> dict[str, rdflib.Graph]:
    """The shipped programme in each vocabulary."""
    return {name: translate(store, name, TINYML) for name in VOCABULARIES}


def number(graph: rdflib.Graph, kind: Node) -> int:
    return len(set(graph.subjects(RDF.type, kind)))


def in_order(graph: rdflib.Graph, items: set[Node], position: Node, value: Node) -> list[Node]:
    ordered = sorted(items, key=lambda item: int(str(graph.value(item, position))))
    return [next(graph.objects(item, value)) for item in ordered]


FMAS_AUTHORS = [
    "zhuoran-xiong",
    "marihan-amein",
    "olivier-therrien",
    "warren-j-gross",
    "brett-meyer",
]


# The small programme, whole


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_the_small_programme_is_said_exactly(small: Store, vocabulary: str) -> None:
    found = translate(small, vocabulary, SMALL)
    wanted = rdflib.Graph().parse(DATA / f"{vocabulary}.ttl")
    _, too_much, missing = graph_diff(found, wanted)
    assert list(too_much) == []
    assert list(missing) == []


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_rdflibs_engine_gives_the_same(root: Path, small: Store, vocabulary: str) -> None:
    source = rdflib.Graph().parse(DATA / "programme.ttl")
    for bindings in ({"programme": rdflib.URIRef(SMALL)}, {}):
        found = rdflib.Graph()
        for path in queries(root, vocabulary):
            answer = source.query(path.read_text(encoding="utf-8"), initBindings=bindings)
            assert answer.graph is not None
            found += answer.graph
        assert isomorphic(found, translate(small, vocabulary, bindings.get("programme")))


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_all_programmes_are_said_unless_one_is_named(small: Store, vocabulary: str) -> None:
    everything = set(translate(small, vocabulary))
    one = set(translate(small, vocabulary, SMALL))
    other = set(translate(small, vocabulary, BASE + "other-2032"))
    assert everything == one | other
    assert not any(BASE + "other-2032" in str(term) for triple in one for term in triple)
    assert other


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_a_programme_that_is_not_there_is_empty(small: Store, vocabulary: str) -> None:
    assert len(translate(small, vocabulary, BASE + "nowhere-1900")) == 0


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_nothing_unverified_leaves_the_house(small: Store, vocabulary: str) -> None:
    graph = translate(small, vocabulary, SMALL)
    assert not any("Guessed" in str(term) for triple in graph for term in triple)


def test_an_unknown_vocabulary_lists_those_there_are(small: Store) -> None:
    with pytest.raises(ExportError) as caught:
        translate(small, "marc21")
    assert str(caught.value) == (
        "There is no vocabulary called 'marc21'. "
        "Choose one of: schema, conference-ontology, swc, dblp."
    )


def test_a_programme_must_be_an_iri(small: Store) -> None:
    with pytest.raises(ExportError, match="'tiny ml' is not the IRI of a programme"):
        translate(small, "schema", "tiny ml")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_mapping_says_what_it_does(root: Path, vocabulary: str) -> None:
    paths = queries(root, vocabulary)
    assert len(paths) >= 4
    for path in paths:
        text = path.read_text(encoding="utf-8")
        header = read_header(text, path.name)
        assert header.summary.endswith(".")
        assert "?" in header.question
        assert [(p.name, p.type, p.required) for p in header.parameters] == [
            ("programme", "iri", False)
        ]
        assert form_of(text, path.name) == "CONSTRUCT"


# The shipped programme


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_no_node_is_blank(graphs: dict[str, rdflib.Graph], vocabulary: str) -> None:
    terms = {term for triple in graphs[vocabulary] for term in triple}
    assert not any(isinstance(term, rdflib.BNode) for term in terms)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_node_has_a_type(graphs: dict[str, rdflib.Graph], vocabulary: str) -> None:
    """Nothing of the programme is mentioned without being described."""
    graph = graphs[vocabulary]
    mentioned = {
        term
        for triple in graph
        for term in triple
        if isinstance(term, rdflib.URIRef) and term.startswith(TINYML)
    }
    assert {node for node in mentioned if (node, RDF.type, None) not in graph} == set()


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")
@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_export_comes_back(
    graphs: dict[str, rdflib.Graph], vocabulary: str, name: str
) -> None:
    written = serialise(graphs[vocabulary], name, vocabulary)
    parser = {"rdfxml": "xml", "jsonld": "json-ld", "ntriples": "nt"}.get(name, name)
    read = rdflib.Dataset() if FORMATS[name].dataset else rdflib.Graph()
    read.parse(data=written, format=parser)
    found = read.default_graph if isinstance(read, rdflib.Dataset) else read
    assert isomorphic(found, graphs[vocabulary])


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"jsonld"}))
def test_raptor_reads_every_export(
    graphs: dict[str, rdflib.Graph], vocabulary: str, name: str, tmp_path: Path
) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("needs rapper (Debian package raptor2-utils)")
    path = tmp_path / f"export.{FORMATS[name].extension}"
    path.write_bytes(serialise(graphs[vocabulary], name, vocabulary))
    done = subprocess.run([rapper, "-c", "-i", name, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"Parsing returned {len(graphs[vocabulary])} triples" in done.stderr
    assert "Error" not in done.stderr
    assert "Warning" not in done.stderr


def test_schema_has_every_event(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["schema"]
    conference = rdflib.URIRef(TINYML)
    sessions = set(graph.objects(conference, SDO.subEvent))
    talks = {talk for session in sessions for talk in graph.objects(session, SDO.subEvent)}
    assert (len(sessions), len(talks)) == (11, 18)
    assert number(graph, SDO.Event) == 1 + 11 + 18
    for event in sessions | talks:
        assert graph.value(graph.value(event, SDO.superEvent), SDO.subEvent) is not None
    for session in sessions:
        for edge in (SDO.startDate, SDO.endDate):
            assert graph.value(session, edge).datatype == XSD_DATETIME  # type: ignore[union-attr]
    short = graph.value(P["session/short-papers"], SDO.startDate)
    assert str(short) == "2023-03-27T11:30:00-07:00"


def test_schema_has_every_performer_and_paper(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["schema"]
    papers = set(graph.subjects(RDF.type, SDO.ScholarlyArticle))
    assert len(papers) == 16
    talks = {next(graph.subjects(SDO.workFeatured, paper)) for paper in papers}
    assert len(talks) == 16
    assert sum(len(set(graph.objects(talk, SDO.performer))) for talk in talks) == 17
    everyone = set(graph.subject_objects(SDO.performer))
    assert len(everyone) == 17 + 1 + 2
    assert all((person, RDF.type, SDO.Person) in graph for _, person in everyone)
    assert all(graph.value(paper, SDO.name) is not None for paper in papers)


def test_schema_has_authors_in_order(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["schema"]
    lists = [
        part
        for paper in graph.subjects(RDF.type, SDO.ScholarlyArticle)
        for part in graph.objects(paper, SDO.hasPart)
    ]
    assert len(lists) == 11
    for paper in set(graph.objects(None, SDO.isPartOf)):
        items = set(graph.objects(graph.value(paper, SDO.hasPart), SDO.itemListElement))
        places = sorted(int(str(graph.value(item, SDO.position))) for item in items)
        assert places == list(range(1, len(items) + 1))
        authors = in_order(graph, items, SDO.position, SDO.item)
        assert set(authors) == set(graph.objects(paper, SDO.author))
    items = set(graph.objects(P["paper/fmas/author-list"], SDO.itemListElement))
    assert in_order(graph, items, SDO.position, SDO.item) == [
        P[f"person/{name}"] for name in FMAS_AUTHORS
    ]


def test_schema_has_talks_in_order(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["schema"]
    items = set(graph.objects(P["session/short-papers/parts"], SDO.itemListElement))
    assert len(items) == 5
    assert in_order(graph, items, SDO.position, SDO.item)[1] == P["talk/fmas"]


def test_schema_has_chairs_and_committee_as_roles(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["schema"]
    roles = set(graph.subjects(RDF.type, SDO.OrganizationRole))
    names = Counter(str(graph.value(role, SDO.roleName)) for role in roles)
    # The seven organising roles lost their holders, so no role stands between event and person.
    assert names == {"Session chair": 4, "Committee member": 20}
    for role in roles:
        event = next(graph.subjects(SDO.contributor, role))
        person = graph.value(role, SDO.contributor)
        assert (event, RDF.type, SDO.Event) in graph
        assert (person, RDF.type, SDO.Person) in graph


def test_schema_has_the_venue(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["schema"]
    place = graph.value(rdflib.URIRef(TINYML), SDO.location)
    address = graph.value(place, SDO.address)
    assert (place, RDF.type, SDO.Place) in graph
    assert (address, RDF.type, SDO.PostalAddress) in graph
    found = {
        str(key).removeprefix(str(SDO)): str(value)
        for key, value in graph.predicate_objects(address)
        if key != RDF.type
    }
    assert found == {
        "streetAddress": "1333 Bayshore Highway",
        "addressLocality": "Burlingame",
        "addressRegion": "CA",
        "postalCode": "94010",
        "addressCountry": "US",
    }


def test_schema_has_topics_of_a_set_and_organisations_known_elsewhere(
    graphs: dict[str, rdflib.Graph],
) -> None:
    graph = graphs["schema"]
    scheme = rdflib.URIRef(BASE + "topic")
    topics = set(graph.objects(None, SDO.about)) & set(graph.objects(scheme, SDO.hasDefinedTerm))
    assert topics == set(graph.subjects(RDF.type, SDO.DefinedTerm))
    assert {graph.value(topic, SDO.inDefinedTermSet) for topic in topics} == {scheme}
    mcgill = set(map(str, graph.objects(P["organisation/mcgill-university"], SDO.sameAs)))
    assert "https://ror.org/01pxwe438" in mcgill


def test_conference_ontology_has_every_event(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["conference-ontology"]
    kinds = Counter(kind for _, kind in graph.subject_objects(RDF.type))
    assert kinds[CONF.Conference] == 1
    assert kinds[CONF.Talk] == 18
    assert kinds[CONF.Session] + kinds[CONF.Break] + kinds[CONF.NonAcademicEvent] == 11
    assert (kinds[CONF.Break], kinds[CONF.NonAcademicEvent]) == (3, 2)
    assert kinds[CONF.InProceedings] == 16
    conference = rdflib.URIRef(TINYML)
    assert str(graph.value(conference, CONF.startDate)).startswith("2023-03-27T")
    dates = [*graph.objects(None, CONF.startDate), *graph.objects(None, CONF.endDate)]
    assert {date.datatype for date in dates} == {XSD_DATETIME}  # type: ignore[attr-defined]
    assert len(dates) == 2 * 12


def test_conference_ontology_has_linked_lists_of_authors(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["conference-ontology"]
    lists = set(graph.objects(None, CONF.hasAuthorList))
    assert len(lists) == 11
    for list_ in lists:
        item = graph.value(list_, CONF.hasFirstItem)
        walked = []
        while item is not None:
            walked.append(item)
            following = graph.value(item, CONF.next)
            assert following is None or graph.value(following, CONF.previous) == item
            item = following
        assert walked[-1] == graph.value(list_, CONF.hasLastItem)
        assert set(walked) == set(graph.objects(list_, CONF.hasItem))
    fmas = [graph.value(P[f"paper/fmas/author/{n}"], CONF.hasContent) for n in range(1, 6)]
    assert fmas == [P[f"person/{name}"] for name in FMAS_AUTHORS]


def test_conference_ontology_and_swc_have_talks_in_order(
    graphs: dict[str, rdflib.Graph],
) -> None:
    session = P["session/short-papers"]
    graph = graphs["conference-ontology"]
    item = graph.value(graph.value(session, CONF.hasPart), CONF.hasFirstItem)
    walked = []
    while item is not None:
        walked.append(graph.value(item, CONF.hasContent))
        item = graph.value(item, CONF.next)
    assert len(walked) == 5
    assert walked[1] == P["talk/fmas"]
    sequence = graphs["swc"].value(session, SWC.hasPart)
    assert [graphs["swc"].value(sequence, RDF[f"_{n}"]) for n in range(1, 6)] == walked


def test_conference_ontology_has_every_role(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["conference-ontology"]
    roles = set(graph.subjects(RDF.type, CONF.RoleDuringEvent))
    found = Counter(str(graph.value(role, CONF.withRole)).rsplit("/", 1)[1] for role in roles)
    held = Counter(
        str(graph.value(role, CONF.withRole)).rsplit("/", 1)[1]
        for role in roles
        if (role, CONF.isHeldBy, None) in graph
    )
    assert held == {
        "presenter": 17 + 2,
        "ontology#KeynoteSpeaker": 1,
        "session-chair": 4,
        "ontology#CommitteeMember": 20,
    }
    assert (found - held).total() == 7
    documents = [role for role in roles if (role, CONF.relatesToDocument, None) in graph]
    assert len(documents) == 17


def test_swc_has_every_event(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["swc"]
    assert number(graph, SWC.ConferenceEvent) == 1
    assert number(graph, SWC.SessionEvent) == 6
    assert number(graph, SWC.PaperSession) == 4
    assert number(graph, SWC.BreakEvent) == 3
    assert number(graph, SWC.ConferenceOpeningEvent) == 1
    assert number(graph, SWC.NonAcademicEvent) == 1
    assert number(graph, SWC.TalkEvent) == 18
    assert number(graph, SWC.PaperPresentation) == 16
    assert number(graph, SWC.KeynoteTalk) == 1
    assert len(set(graph.subject_objects(SWC.isSubEventOf))) == 11 + 18
    assert len(list(graph.objects(None, ICAL.dtstart))) == 12


def test_swc_has_papers_people_and_roles(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["swc"]
    assert number(graph, SWRC.InProceedings) == 16
    assert number(graph, RDF.Seq) == 11 + 1 + 6
    sequence = P["paper/fmas/author-list"]
    assert (P["paper/fmas"], BIBO.authorList, sequence) in graph
    authors = [graph.value(sequence, RDF[f"_{n}"]) for n in range(1, 6)]
    assert authors == [P[f"person/{name}"] for name in FMAS_AUTHORS]
    assert number(graph, SWC.Presenter) == 17 + 1 + 2
    assert number(graph, SWC.SessionChair) == 4
    assert len(set(graph.subjects(SWC.isRoleAt))) == 20 + 4 + 20 + 7
    assert len(set(graph.subjects(SWC.heldBy))) == 20 + 4 + 20
    assert set(graph.subject_objects(SWC.heldBy)) == {
        (role, person) for person, role in graph.subject_objects(SWC.holdsRole)
    }


def test_queries_for_semantic_web_dog_food_are_answered(graphs: dict[str, rdflib.Graph]) -> None:
    rows = graphs["swc"].query(
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/> "
        "PREFIX swrc: <http://swrc.ontoware.org/ontology#> "
        "SELECT ?n ?o WHERE { ?p a foaf:Person ; foaf:name ?n ; swrc:affiliation ?o }"
    )
    assert (rdflib.Literal("Brett Meyer"), P["organisation/mcgill-university"]) in set(rows)


def test_dblp_has_papers_and_signatures(graphs: dict[str, rdflib.Graph]) -> None:
    graph = graphs["dblp"]
    assert number(graph, DBLP.Inproceedings) == 16
    assert {str(year) for year in graph.objects(None, DBLP.yearOfEvent)} == {"2023"}
    signatures = set(graph.subjects(RDF.type, DBLP.AuthorSignature))
    assert len(signatures) == 43
    signed = set(graph.subjects(DBLP.hasSignature))
    assert len(signed) == 11
    for paper in signed:
        own = set(graph.objects(paper, DBLP.hasSignature))
        assert int(str(graph.value(paper, DBLP.numberOfCreators))) == len(own)
        creators = in_order(graph, own, DBLP.signatureOrdinal, DBLP.signatureCreator)
        assert set(creators) == set(graph.objects(paper, DBLP.authoredBy))
    own = set(graph.objects(P["paper/fmas"], DBLP.hasSignature))
    assert in_order(graph, own, DBLP.signatureOrdinal, DBLP.signatureCreator) == [
        P[f"person/{name}"] for name in FMAS_AUTHORS
    ]
    assert graph.value(P["paper/fmas"], DBLP.doi) == rdflib.URIRef(
        "https://doi.org/10.48550/ARXIV.2303.16322"
    )
    assert all(
        graph.value(creator, RDFS.label) for creator in graph.subjects(RDF.type, DBLP.Creator)
    )
