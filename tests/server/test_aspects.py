"""Pages about more than one thing: two compared, what is missing, why a statement is there."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from symposia.graph.store import Store
from symposia.server.app import create_app
from symposia.server.panels import panels

BASE = "https://w3id.org/symposia/"


def text(page: str) -> str:
    """The words of a page's content."""
    found = re.search(r"<main.*?</main>", page, re.S)
    assert found is not None
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def rows(page: str) -> list[list[str]]:
    """The cells of its tables, a list a row."""
    return [
        [" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in cells]
        for line in re.findall(r"<tr>(.*?)</tr>", page, re.S)
        if (cells := re.findall(r"<td[^>]*>(.*?)</td>", line, re.S))
    ]


def test_two_people_are_compared_by_name(client: FlaskClient) -> None:
    page = client.get("/compare?one=Brett+Meyer&other=Warren+J.+Gross").text
    found = text(page)
    assert found.startswith("Comparison Brett Meyer and Warren J. Gross")
    assert "Papers together 2 FMAS: Fast Multi-Objective SuperNet" in found
    assert ["Marihan Amein", "2", "2"] in rows(page)
    assert ["semantic segmentation", "2", "2"] in rows(page)
    assert "Organisations of both 1 McGill University" in found
    assert "Both took part in 1 tinyML Research Symposium 2023" in found
    assert not [row for row in rows(page) if row[0] in ("Brett Meyer", "Warren J. Gross")]


def test_people_without_a_common_paper_are_led_to_who_connects_them(client: FlaskClient) -> None:
    page = client.get("/compare?one=Brett+Meyer&other=Marian+Verhelst").text
    assert "Papers together 0 None here. Who connects them?" in text(page)


def test_a_conference_is_compared_with_itself_where_there_is_no_other(client: FlaskClient) -> None:
    page = client.get("/compare?one=tinyml-2023&other=tinyML+Research+Symposium+2023").text
    assert "At both 69" in text(page)
    assert ["microcontroller", "5", "5"] in rows(page)
    assert ["McGill University", "2", "2"] in rows(page)


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/compare", 200, "What two people, or two conferences, have in common."),
        ("/compare?one=Brett+Meyer", 200, "Compare two"),
        ("/compare?one=Bret+Meyer&other=Marian+Verhelst", 404, "Did you mean Brett Meyer"),
        ("/compare?one=Brett+Meyer&other=tinyml-2023", 400, "cannot be compared"),
        ("/compare?one=%3Cscript%3E&other=x", 404, "nothing here is called '<script>'"),
        ("/missing?conference=tinyml-2032", 404, "nothing here is called 'tinyml-2032'"),
        ("/why", 400, "the subject of a statement"),
        ("/why?subject=tinyml-2023/paper/none", 404, "No graph makes such a statement."),
        ("/why?subject=javascript:alert(1)", 400, "must be an IRI"),
    ],
)
def test_what_cannot_be_shown_is_told(
    client: FlaskClient, address: str, status: int, told: str
) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert told in text(answer.text)
    assert "<script>alert" not in answer.text


def test_gaps_are_counted_and_lead_to_the_lines_that_would_fill_them(client: FlaskClient) -> None:
    counted = rows(client.get("/missing").text)
    assert ["Roles whose holder is lost", "7"] in counted
    page = client.get("/missing?conference=tinyml-2023").text
    assert "Roles whose holder is lost 7" in text(page)
    lost = [row for row in rows(page) if "line" in row[1]]
    assert len(lost) >= 7
    assert sum(int(number) for _, number in counted) == len(rows(page))


@pytest.mark.parametrize(
    ("sources", "told"),
    [(0, ""), (2, "Source 0 , Source 1"), (9, "Source 0 , Source 1 , Source 2 and 6 more")],
)
def test_each_statement_is_told_once_whatever_its_graph_is_derived_from(
    sources: int, told: str
) -> None:
    graph, derived = f"{BASE}x/graph", "<http://www.w3.org/ns/prov#wasDerivedFrom>"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    text = f'<{BASE}x/ann> {label} "Ann" ; <https://o.org/p> 1 , 2 .'
    text += "".join(f'<{BASE}x/{n}> {label} "Thing {n}" .' for n in range(50))
    for n in range(sources):
        source = f"<{BASE}x/source/{n}>"
        text += f'<{graph}> {derived} {source} . {source} {label} "Source {n}" .'
    store = Store.memory()
    store.load(graph, [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)])
    app = create_app(store=store)
    served = app.extensions["symposia"].now()
    subject = {"subject": ox.NamedNode(f"{BASE}x/ann")}
    assert len(panels(served, "why", subject, ("statements",))["statements"]) == 3
    page = app.test_client().get("/why?subject=x/ann").text
    assert [row[2] for row in rows(page)] == [told] * 3


def test_a_statement_says_where_it_is_from(client: FlaskClient) -> None:
    paper = f"{BASE}tinyml-2023/paper/fmas"
    page = client.get(f"/why?subject={paper}&predicate=dcterms:subject").text
    assert "Made by Assignment of topics to the papers and talks of the programme ." in text(page)
    found = {row[1]: row for row in rows(page)}
    assert sorted(found) == [
        "multi-objective neural architecture search",
        "neural architecture search",
        "semantic segmentation",
        "super-network weight sharing",
    ]
    assert found["semantic segmentation"][3].startswith("characters 8744–8768")
    doi = rows(client.get(f"/why?subject={paper}&predicate=bibo:doi").text)
    assert [row[:2] for row in doi] == [["bibo:doi", "10.48550/arXiv.2303.16322"]]
    assert "read 22 November 2026" in doi[0][2]
    one = rows(client.get(f"/why?subject={paper}&object=10.48550/arXiv.2303.16322").text)
    assert one == doi


def test_every_page_of_a_thing_leads_to_why_it_is_there(client: FlaskClient) -> None:
    page = client.get("/tinyml-2023/person/brett-meyer.html").text
    address = re.search(r'href="(/why\?subject=[^"]+)"', page)
    assert address is not None
    assert "Brett Meyer" in text(client.get(unescape(address[1])).text)


@pytest.fixture(scope="module")
def several(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The application over three conferences of the Semantic Web."""
    from click.testing import CliRunner
    from symposia.server.cli import main

    folder = tmp_path_factory.mktemp("several")
    conferences = shared / "conferences"
    sources = [
        conferences / "eswc" / "eswc-2009-complete.rdf",
        conferences / "iswc" / "iswc-2009-complete.new.ttl",
        conferences / "iswc" / "iswc-2010-complete.new.ttl",
    ]
    run = CliRunner().invoke(main, ["add", *map(str, sources), "--data", str(folder)])
    assert run.exit_code == 0, run.output
    return create_app(folder).test_client()


def test_a_person_of_several_conferences_has_them_on_each_page(several: FlaskClient) -> None:
    page = several.get("/eswc-2009/person/manfred-hauswirth.html").text
    assert [row for row in rows(page) if row[0].startswith("20")] == [
        ["2009", "6th Annual European Semantic Web Conference", "Manfred Hauswirth", "1", "0"],
        ["2009", "8th International Semantic Web Conference", "Manfred Hauswirth", "1", "0"],
        ["2010", "9th International Semantic Web Conference", "Manfred Hauswirth", "1", "1"],
    ]
    assert 'href="/iswc-2009/person/manfred-hauswirth.html?identities=own"' in page


def test_two_conferences_share_people_topics_and_organisations(several: FlaskClient) -> None:
    page = several.get("/compare?one=iswc-2009&other=iswc-2010").text
    assert "Manfred Hauswirth" in text(page).partition("Topics of both")[0]
    assert len(rows(page)) > 20


def test_a_topic_has_its_papers_of_each_year(several: FlaskClient) -> None:
    topics = several.get(
        "/sparql?format=csv&query=SELECT ?t (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g"
        " { ?p <http://purl.org/dc/terms/subject> ?t } } GROUP BY ?t ORDER BY DESC(?n) ?t LIMIT 1"
    ).text.split("\r\n")
    page = several.get(topics[1].split(",")[0].removeprefix("https://w3id.org/symposia") + ".html")
    assert page.status_code == 200
    years = [row[0] for row in rows(page.text) if re.fullmatch(r"20\d\d", row[0])]
    assert years == sorted(years)
