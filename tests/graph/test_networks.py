"""Networks: exact ties and figures, the same each time, and files that hold whatever names hold."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import igraph
import networkx
import pyoxigraph as ox
import pytest
from symposia.graph.dataset import shipped
from symposia.graph.errors import ParameterError
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.networks import formats
from symposia.graph.networks.drawing import Drawing, draw, mark
from symposia.graph.networks.file import write
from symposia.graph.networks.flow import flow
from symposia.graph.networks.measures import measured
from symposia.graph.networks.membership import CROWD, projected
from symposia.graph.networks.networks import Network, Networks
from symposia.graph.networks.tallies import Share, matrix, shared, years
from symposia.graph.questions import question
from symposia.graph.store import Store

X = "https://example.org/"
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items()) + f"PREFIX x: <{X}>\n"
TWO_YEARS = """
x:c1 a sym:Conference ; rdfs:label "First" ; schema:startDate "2001-05-01" ;
  schema:workFeatured x:p1, x:p2 .
x:c2 a sym:Conference ; rdfs:label "Second" ; schema:startDate "2002-05-01" .
x:empty a sym:Conference ; rdfs:label "Nothing" .
x:s2 sym:partOf x:c2 . x:t3 sym:partOf x:s2 ; sym:presents x:p3 .
x:t4 sym:partOf x:s2 ; sym:presents x:p4 .
x:p1 a sym:Paper ; dcterms:creator x:a, x:b ; dcterms:subject x:owl .
x:p2 a sym:Paper ; dcterms:creator x:a, x:b ; dcterms:subject x:owl, x:rdf .
x:p3 a sym:Paper ; dcterms:creator x:b2, x:c ; dcterms:subject x:rdfs2 .
x:p4 a sym:Paper ; dcterms:creator x:lone .
x:b2 prov:alternateOf x:b .
x:a rdfs:label "Ann" ; schema:affiliation x:u . x:b rdfs:label "Bob" ; schema:affiliation x:v .
x:b2 rdfs:label "Robert" . x:c rdfs:label "Cy" . x:lone rdfs:label "Lone" .
x:u rdfs:label "U" . x:v rdfs:label "V" ; skos:prefLabel "University of V" .
x:owl skos:prefLabel "Web ontology" ; skos:broader x:rdf . x:rdf skos:prefLabel "Graphs" .
x:rdfs2 skos:prefLabel "graph" .
"""


def store_of(turtle: str) -> Store:
    store = Store.memory()
    store.load(f"{X}graph", ox.parse(HEAD + turtle, ox.RdfFormat.TURTLE))
    return store


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], Networks]:
    """Makes the networks of Turtle."""

    def make(turtle: str) -> Networks:
        write(store_of(turtle), tmp_path / "networks")
        return Networks(tmp_path / "networks")

    return make


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Networks]:
    """The shipped graphs, and their networks."""
    store = Store.memory(shipped())
    path = tmp_path_factory.mktemp("networks") / "networks"
    write(store, path)
    return store, Networks(path)


def parsed(text: str | bytes) -> ElementTree.Element:
    """The root of XML that the tests have made."""
    return ElementTree.fromstring(text)  # noqa: S314


def named(network: Network) -> dict[tuple[str, str], int]:
    """The ties by names."""
    labels = [member.label for member in network.members]
    return {tuple(sorted((labels[tie.one], labels[tie.other]))): tie.works for tie in network.ties}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("conferences", "ties", "works"),
    [
        ((), {("Ann", "Bob"): 2, ("Bob", "Cy"): 1}, {"Ann": 2, "Bob": 3, "Cy": 1}),
        (("c1",), {("Ann", "Bob"): 2}, {"Ann": 2, "Bob": 2}),
        (("c2",), {("Bob", "Cy"): 1}, {"Bob": 1, "Cy": 1}),
        (("c1", "c2"), {("Ann", "Bob"): 2, ("Bob", "Cy"): 1}, {"Ann": 2, "Bob": 3, "Cy": 1}),
        (("empty",), {}, {}),
    ],
)
def test_who_wrote_with_whom_at_some_conferences(
    made: Callable[[str], Networks],
    conferences: tuple[str, ...],
    ties: dict[tuple[str, str], int],
    works: dict[str, int],
) -> None:
    network = made(TWO_YEARS).whole("people", [X + each for each in conferences])
    assert named(network) == ties
    assert {each.label: each.works for each in network.members} == works
    assert network.left == 0


def test_the_strongest_ties_come_first_and_the_others_are_counted(
    made: Callable[[str], Networks],
) -> None:
    networks = made(TWO_YEARS)
    assert (named(networks.whole("people", most=1)), networks.whole("people", most=1).left) == (
        {("Ann", "Bob"): 2},
        1,
    )
    assert networks.whole("people", least=2).left == 0
    scope = networks.whole("people").scope
    assert (scope.works, scope.members, scope.alone, scope.ties) == (4, 4, 1, 2)


def test_what_is_measured_of_a_chain_of_three(made: Callable[[str], Networks]) -> None:
    found = made(TWO_YEARS.replace("x:p4 a sym:Paper ; dcterms:creator x:lone .", ""))
    figures = {each.label: each for each in found.whole("people").members}
    assert [figures[name].neighbours for name in ("Ann", "Bob", "Cy")] == [1, 2, 1]
    assert [figures[name].betweenness for name in ("Ann", "Bob", "Cy")] == [0, 1, 0]
    assert [figures[name].closeness for name in ("Ann", "Bob", "Cy")] == [0.75, 1, 0.75]


def test_groups_are_told_apart_and_the_largest_is_the_first() -> None:
    clique = [(one, other, 1) for one, other in combinations(range(2, 6), 2)]
    figures = measured(6, [(0, 1, 1), *clique], 100)
    assert [each.group for each in figures] == [2, 2, 1, 1, 1, 1]


def test_estimates_are_near_what_is_exact() -> None:
    graph = igraph.Graph.Lattice([12, 12], circular=False)
    ties = [(one, other, 1) for one, other in graph.get_edgelist()]
    exact, estimated = measured(144, ties, 144), measured(144, ties, 48)
    assert [each.betweenness for each in exact] == pytest.approx(
        [number / (143 * 142 / 2) for number in graph.betweenness()], abs=1e-6
    )
    for name in ("betweenness", "closeness"):
        pairs = [
            (getattr(a, name), getattr(b, name)) for a, b in zip(exact, estimated, strict=True)
        ]
        assert max(abs(a - b) for a, b in pairs) < 0.04, name


def test_the_network_around_somebody_grows_by_steps(made: Callable[[str], Networks]) -> None:
    networks = made(TWO_YEARS)
    ann = networks.find("people", "ann", BASE)
    assert named(networks.around("people", ann, 1)) == {("Ann", "Bob"): 2}
    farther = networks.around("people", ann, 2)
    assert named(farther) == {("Ann", "Bob"): 2, ("Bob", "Cy"): 1}
    assert {each.label: each.distance for each in farther.members} == {"Ann": 0, "Bob": 1, "Cy": 2}
    near = networks.around("people", ann, 2, most=1)
    assert (named(near), near.left) == ({("Ann", "Bob"): 2}, 1)
    lone = networks.around("people", f"{X}lone", 3)
    assert ([each.label for each in lone.members], lone.ties) == (["Lone"], ())


def test_a_chain_leads_from_one_to_another(made: Callable[[str], Networks]) -> None:
    networks = made(TWO_YEARS)
    chain = networks.between("people", f"{X}a", f"{X}c")
    assert {each.label: each.distance for each in chain.members} == {"Ann": 0, "Bob": 1, "Cy": 2}
    assert networks.between("people", f"{X}a", f"{X}lone").ties == ()


def test_members_are_found_by_every_iri_and_by_name(made: Callable[[str], Networks]) -> None:
    networks = made(
        TWO_YEARS + 'x:p5 dcterms:creator x:d, x:e . x:d rdfs:label "Cy" . x:e rdfs:label "E" .'
    )
    assert networks.find("people", f"{X}b2", BASE) == f"{X}b"
    assert networks.find("people", "b2", X) == f"{X}b"
    assert networks.find("people", "  BOB ", BASE) == f"{X}b"
    with pytest.raises(ParameterError, match="Several have the name 'Cy'") as several:
        networks.find("people", "Cy", BASE)
    assert several.value.candidates == ((f"{X}c", "Cy"), (f"{X}d", "Cy"))
    with pytest.raises(ParameterError, match="'lon' is not in this network") as near:
        networks.find("people", "lon", BASE)
    assert near.value.candidates == ((f"{X}lone", "Lone"),)
    with pytest.raises(ParameterError, match="no conference of this dataset"):
        networks.whole("people", [f"{X}nowhere"])
    with pytest.raises(ParameterError, match="is not in this network"):
        networks.around("people", f"{X}c", 1, [f"{X}c1"])


def test_topics_of_one_name_are_one_and_know_what_is_broader(
    made: Callable[[str], Networks],
) -> None:
    network = made(TWO_YEARS).whole("topics")
    assert named(network) == {("Graphs", "Web ontology"): 1}
    assert {each.label: each.works for each in network.members} == {"Graphs": 2, "Web ontology": 2}
    labels = [each.label for each in network.members]
    assert [(labels[a], labels[b]) for a, b in network.broader] == [("Web ontology", "Graphs")]


def test_tables_of_organisations_years_and_two_conferences(
    made: Callable[[str], Networks],
) -> None:
    networks = made(TWO_YEARS)
    table = matrix(networks, "organisations")
    assert [each.label for each in table.members] == ["U", "University of V"]
    assert table.cells == ((2, 2), (2, 2))
    over = years(networks)
    assert over.years == (2001, 2002)
    assert over.works == (2, 1)
    rows = dict(zip([each.label for each in over.topics], over.cells, strict=True))
    assert rows == {"Web ontology": (2, 0), "Graphs": (1, 1)}
    found, one, other = shared(networks, f"{X}c1", f"{X}c2")
    assert [each[1:] for each in found] == [("Graphs", 1, 1), ("Web ontology", 2, 0)]
    assert (one, other) == (2, 1)


def test_works_of_crowds_make_no_ties() -> None:
    alone, together, crowded = projected([range(CROWD + 1), [1, 2]])
    assert (len(alone), dict(together), crowded) == (CROWD + 1, {(1, 2): 1}, 1)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("people", "coauthor_pairs"),
        ("topics", "topic_cooccurrence"),
        ("organisations", "collaborating_organisations"),
    ],
)
def test_the_question_of_the_library_says_the_same(
    own: tuple[Store, Networks], kind: str, name: str
) -> None:
    store, networks = own
    network = networks.whole(kind, most=5000)
    iris = [member.iri for member in network.members]
    ties = {(*sorted((iris[tie.one], iris[tie.other])), tie.works) for tie in network.ties}
    rows = store.query(question(name).text)
    assert ties == {
        (row["one"].value, row["other"].value, int(row["papers"].value))  # type: ignore[index, union-attr]
        for row in rows
    }


def test_the_same_dataset_gives_the_same_networks(
    own: tuple[Store, Networks], tmp_path: Path
) -> None:
    store, networks = own
    write(store, tmp_path / "again")
    again = Networks(tmp_path / "again")
    with networks.opened() as one, again.opened() as other:
        assert list(one.iterdump()) == list(other.iterdump())
    for name in ("graphml", "gexf", "csv_of"):
        make = getattr(formats, name)
        assert make(draw(networks.whole("topics"))) == make(draw(again.whole("topics")))


def test_names_in_a_picture_do_not_overlap(own: tuple[Store, Networks]) -> None:
    drawing = draw(own[1].whole("topics"))
    boxes = []
    for spot in drawing.spots:
        wide = 6.4 * len(spot.label)
        left = spot.left - wide * {"right": 0, "left": 1}.get(spot.side, 0.5)
        if spot.label:
            boxes.append((left, spot.base - 11, left + wide, spot.base + 3))
    assert len(boxes) > 20
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)
    for box in boxes:
        assert box[0] >= 0
        assert box[2] <= drawing.width


POISON = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "=HYPERLINK(1)",
    "@SUM(A1)",
    "{{ 7 * 7 }}",
    "\u202eevil\u202c \u0001\u000b]]>",
    "漢字" * 40,
    "x" * 100_000,
)


@pytest.fixture
def poisoned(made: Callable[[str], Networks]) -> Drawing:
    """A network of people with hostile names, who wrote one paper."""
    lines = ["x:p a sym:Paper ."]
    for number, name in enumerate(POISON):
        lines.append(f"x:p dcterms:creator x:n{number} .")
        lines.append(f"x:n{number} rdfs:label {json.dumps(name)} .")
    lines.append(
        'x:p dcterms:creator <javascript:alert(1)> . <javascript:alert(1)> rdfs:label "J" .'
    )
    return draw(made("\n".join(lines)).whole("people"))


def test_hostile_names_stay_text_in_xml(poisoned: Drawing) -> None:
    svg = poisoned.svg('"><script>', lambda iri: iri, "text { fill: red }")
    tags = {each.tag.rpartition("}")[2] for each in parsed(svg).iter()}
    assert tags <= {"svg", "style", "g", "a", "title", "circle", "path", "polygon", "text"}
    assert len(svg) < 60_000
    for text in (formats.graphml(poisoned), formats.gexf(poisoned)):
        root = parsed(text)
        found = {value for each in root.iter() for value in (each.text, each.get("label"))}
        assert {POISON[0], POISON[4]} <= found
        assert "script" not in {each.tag.rpartition("}")[2] for each in root.iter()}


def test_files_are_read_again_by_the_library(poisoned: Drawing) -> None:
    graph = networkx.read_graphml(io.BytesIO(formats.graphml(poisoned)))
    assert (len(graph), graph.number_of_edges()) == (9, 36)
    assert graph.nodes[f"{X}n0"]["label"] == POISON[0]
    assert {data["weight"] for _, _, data in graph.edges(data=True)} == {1}
    assert len(networkx.read_gexf(io.BytesIO(formats.gexf(poisoned)))) == 9


def test_no_cell_of_csv_is_a_formula(poisoned: Drawing) -> None:
    text = formats.csv_of(poisoned, members=True).decode()
    labels = [row["label"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert {"'=HYPERLINK(1)", "'@SUM(A1)", POISON[0]} <= set(labels)
    assert not [label for label in labels if label.startswith(("=", "+", "-", "@"))]


def test_json_holds_what_the_picture_shows(poisoned: Drawing) -> None:
    found = json.loads(formats.json_of(poisoned, lambda iri: iri))
    assert {node["label"] for node in found["nodes"]} >= {POISON[0], POISON[7]}
    assert len(found["edges"]) == 36
    assert found["scope"]["members"] == 9


def test_the_picture_of_two_conferences_holds_hostile_names() -> None:
    shares = [Share("x:1", POISON[0], 3, 1), Share("x:2", POISON[5], 0, 2)]
    root = parsed(flow(shares, POISON[1], POISON[6], POISON[0]))
    assert [each.tag for each in root.iter()].count("path") == 1
    assert [each.tag for each in root.iter()].count("rect") == 3


def test_a_file_is_only_read(own: tuple[Store, Networks]) -> None:
    with own[1].opened() as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM member")


def test_thirty_five_groups_look_different() -> None:
    assert len({mark(group) for group in range(1, 36)}) == 35
