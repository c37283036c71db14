"""The SPARQL editor and the pictures of answers, in a browser."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

from flask.testing import FlaskClient

from .browsing import Visit

QUERY = "PREFIX sym: <https://w3id.org/symposia/ontology#>\nSELECT * { ?x a sym:Talk } LIMIT 3"


def test_terms_are_prefixes_and_what_the_dataset_uses(client: FlaskClient) -> None:
    found = client.get("/sparql/terms").json
    assert found is not None
    assert found["prefixes"]["sym"] == "https://w3id.org/symposia/ontology#"
    assert "https://w3id.org/symposia/ontology#Talk" in found["classes"]
    assert "https://w3id.org/symposia/ontology#presenter" in found["properties"]
    assert sorted(found) == ["classes", "prefixes", "properties"]


def test_a_query_is_written_with_completion_and_run_by_keyboard(desktop: Visit) -> None:
    page = desktop.go("/sparql")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("PREFIX sy")
    page.locator(".CodeMirror-hint", has_text="sym: <").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("\nSELECT * { ?x a sym:Ta")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint", has_text="sym:Talk").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" } LIMIT 3")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sparql?query=**")
    query = parse_qs(urlsplit(page.url).query)["query"][0]
    assert query.replace("\r", "").split() == QUERY.split()
    assert page.locator("tbody tr").count() == 3
    assert desktop.faults == []


def test_the_keyboard_leaves_the_editor_by_tab(desktop: Visit) -> None:
    page = desktop.go("/sparql")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


def test_a_fault_is_marked_where_it_is_before_it_is_sent(desktop: Visit) -> None:
    page = desktop.go("/sparql?query=" + quote("SELECT * {\n  ?s ?p\n}"))
    page.locator(".parseErrorIcon").first.wait_for()
    assert page.get_by_role("alert").count() == 1


def test_an_answer_is_shown_as_chart_and_network(desktop: Visit) -> None:
    page = desktop.go("/queries/coauthor_pairs")
    table = page.locator("table[data-pictures]")
    page.get_by_role("button", name="Chart").click()
    assert page.locator("svg.chart rect").count() == 60
    assert not table.is_visible()
    page.get_by_role("button", name="Network").click()
    page.get_by_role("img", name="things and 60 links").wait_for()
    assert page.locator(".answer-network canvas").count() > 0
    page.get_by_role("button", name="Table").click()
    assert table.is_visible()
    assert page.get_by_label("Filter").is_visible()
    assert desktop.faults == []


def test_what_has_no_number_and_no_links_is_a_table_alone(desktop: Visit) -> None:
    page = desktop.go("/sparql?query=" + quote("SELECT ?a { VALUES ?a { 'x' 'y' 'z' } }"))
    assert page.get_by_role("group", name="Show as").count() == 0


def test_hostile_names_stay_text_in_pictures(desktop: Visit) -> None:
    hostile = "<img src=x onerror=alert(1)>{{7*7}}"
    query = f"""SELECT ?name ?n {{ VALUES (?name ?n) {{ ("{hostile}" 1) ("b" 2) }} }}"""
    page = desktop.go("/sparql?query=" + quote(query))
    page.get_by_role("button", name="Chart").click()
    assert page.locator("svg.chart text", has_text="<img src=x").count() == 1
    assert page.locator("main img").count() == 0
    assert desktop.faults == []


def test_a_question_shows_how_programs_ask_it(client: FlaskClient) -> None:
    page = client.get("/queries/coauthors?person=Brett+Meyer").text
    address = "http://localhost/api/coauthors?format=csv&amp;person=Brett+Meyer"
    assert f"curl &#39;{address}&#39;" in page
    assert f"pandas.read_csv(&#34;{address}&#34;)" in page
    assert f"read.csv(&#34;{address}&#34;)" in page
