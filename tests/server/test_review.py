"""Links looked at side by side, and decided about, in a real browser over a real server."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.library import Library
from symposia.graph.linking.links import CLOSE, SAME, Evidence, Link, Links, Method, Status
from symposia.graph.linking.reviewing import publish_links
from symposia.graph.linking.run import link
from symposia.graph.namespaces import BASE

from .browsing import DESKTOP, PHONE, Visit
from .test_accessibility import ALL
from .writable import TOKEN, Reply, Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FORM = "application/x-www-form-urlencoded"
BEN = (f"{BASE}lake-2030/person/ben-cole", f"{BASE}lake-2031/person/b-cole")
GUS = (f"{BASE}lake-2030/person/gus-hill", f"{BASE}lake-2031/person/gus-hill")
CY = (f"{BASE}lake-2030/person/cy-dale", f"{BASE}lake-2031/person/cy-dale")
DAN = (f"{BASE}lake-2030/person/dan-eames", f"{BASE}lake-2031/person/kit-lowe")
SYM = "PREFIX sym: <https://w3id.org/symposia/ontology#> PREFIX prov: <http://www.w3.org/ns/prov#> "
HOSTILE = '<script>alert(1)</script>" onload="x" \u202eback'


@pytest.fixture(scope="module")
def linked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two conferences that never were, and the links of their people."""
    data = tmp_path_factory.mktemp("linked") / "data"
    graphs = [
        NamedGraph(f"{BASE}{path.stem}/graph/programme", path, path.stem)
        for path in sorted((root / "tests" / "data" / "conferences").glob("*.ttl"))
    ]
    library = Library(data)
    library.include({"two conferences": graphs})
    link(library, ["people"])
    return data


@pytest.fixture(scope="module")
def server(linked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server"), "--data", str(linked)) as running:
        yield running


@pytest.fixture(scope="module")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of links that no linkage made, so that each is what a test needs."""
    data = tmp_path_factory.mktemp("made") / "data"
    library = Library(data)
    path = root / "tests" / "data" / "conferences"
    library.include(
        {
            each.stem: [NamedGraph(f"{BASE}{each.stem}/graph/programme", each, each.stem)]
            for each in sorted(path.glob("*.ttl"))
        }
    )
    found = (Evidence("name", HOSTILE, 9.5), Evidence("years", "far apart", -2.25))
    links = (
        Link(*CY, score=0.45, weight=-0.29, evidence=found, status=Status.TO_REVIEW),
        Link(*DAN, CLOSE, 0.93, 3.73, (), status=Status.STATED),
        Link(*GUS, SAME, 0.9999, 13.29, (), status=Status.STATED),
    )
    publish_links(library, [Links("people", links, (), Method("By hand.", "7", 0.999, 0.9))])
    with serving(tmp_path_factory.mktemp("server"), "--data", str(data)) as running:
        yield running


def one(server: Server) -> bool:
    """Whether the two called Gus Hill are one."""
    first, other = GUS
    return server.rows(f"{SYM} SELECT ?o {{ <{other}> prov:alternateOf ?o }}") == [(first,)]


def statuses(server: Server, pair: tuple[str, str]) -> list[str]:
    query = (
        f"{SYM} PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> SELECT ?status"
        f" {{ ?link a sym:Link ; rdf:subject <{pair[0]}> ; rdf:object <{pair[1]}> ;"
        " sym:status ?status }"
    )
    return [row[0].rpartition("#")[2] for row in server.rows(query)]


def enter(visit: Visit, name: str = "Ada Brook") -> None:
    visit.page.fill("#t-by", name)
    visit.page.fill("#t-token", TOKEN)
    visit.page.click("text=Begin to decide")
    visit.page.wait_for_selector("button:has-text('Leave')")


def test_a_wrong_link_is_rejected_and_stays_rejected(
    browser: Browser, server: Server, linked: Path
) -> None:
    assert one(server)
    visit = Visit(browser, server.address)
    person = "/lake-2031/person/gus-hill"
    page = visit.go(person)
    assert "Lake Conference 2030" in page.inner_text("section[aria-labelledby='elsewhere']")
    page.click("section[aria-labelledby='one'] .ties summary:has-text('0.9')")
    assert "All together" in page.inner_text("section[aria-labelledby='one'] table.waterfall")
    page.click("section[aria-labelledby='one'] .ties a:has-text('Look at both')")
    assert page.is_disabled("button[value='reject']")
    enter(visit)
    page.fill("#why", "A father and a son.")
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation():
        page.keyboard.press("r")
    assert "Rejected by Ada Brook" in page.inner_text(".done")
    assert statuses(server, GUS) == ["Rejected"]
    assert not one(server)
    assert "Oars" not in visit.go(person).inner_text("article")

    command = [str(Path(sys.executable).with_name("symposia")), "link", "people", "--data"]
    run = subprocess.run([*command, str(linked)], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert statuses(server, GUS) == ["Rejected"]
    assert not one(server)
    assert "A father and a son." in (linked / "decisions.ttl").read_text("utf-8")

    page = visit.go("/review/people?show=decided")
    assert "A father and a son." in page.inner_text("section[aria-labelledby='decide']")
    with page.expect_navigation():
        page.click("text=Take the decision back")
    assert statuses(server, GUS) != ["Rejected"]
    assert one(server)
    assert visit.faults == []
    visit.context.close()


def test_keys_lead_through_the_pairs(browser: Browser, made: Server) -> None:
    """The nearer to one half, the earlier."""
    visit = Visit(browser, made.address)
    page = visit.go("/review/people")
    assert "1 of 2 uncertain" in page.inner_text("header.title")
    assert "Cy Dale" in page.inner_text("table.pair thead")
    for key, name in (("n", "Dan Eames"), ("p", "Cy Dale"), ("j", "Dan Eames"), ("k", "Cy Dale")):
        with page.expect_navigation():
            page.keyboard.press(key)
        assert name in page.inner_text("table.pair thead")
    page.keyboard.press("?")
    assert page.evaluate("document.querySelector('details.keys').open")
    page.keyboard.press("a")  # without the token nothing happens
    assert statuses(made, CY) == ["ToReview"]
    assert visit.faults == []
    visit.context.close()


def test_the_evidence_is_a_waterfall(made: Server) -> None:
    page = made.send("GET", "/review/people", accept="text/html", token=None).body.decode()
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    table = page.partition('<table class="waterfall">')[2].partition("</table>")[0]
    assert re.findall(r"[+−]\d+\.\d\d", table) == ["−7.54", "+9.50", "−2.25", "−0.29"]
    starts = [float(each) for each in re.findall(r'rect x="([\d.]+)"', table)]
    assert all(0 <= each <= 100 for each in starts)
    assert "not known" in page
    assert "Perhaps the same" not in page


def test_who_may_be_the_same_is_told_on_pages(made: Server) -> None:
    page = made.send("GET", "/lake-2030/person/dan-eames.html", token=None).body.decode()
    perhaps = page.partition('aria-labelledby="perhaps"')[2].partition("</section>")[0]
    assert "Kit Lowe" in perhaps
    assert "0.93" in perhaps
    assert "Close" in perhaps
    assert 'aria-labelledby="one"' not in page


def test_exact_evidence_can_be_rejected_too(made: Server) -> None:
    """Two that nobody compared are one by an ORCID, until someone who knows better decides."""
    page = made.send("GET", "/lake-2030/person/ben-cole.html", token=None).body.decode()
    address = re.search(r'href="(/review/people\?one=[^"]*)"', page)
    assert address is not None
    pair = made.send("GET", html.unescape(address[1]), token=None)
    assert pair.status == 200
    assert "No linkage has compared them." in pair.body.decode()
    asked = {"one": BEN[0], "other": BEN[1], "by": "Ada Brook"}

    def post(verdict: str, **more: str) -> int:
        body = urlencode({**asked, "verdict": verdict, **more})
        return made.send("POST", "/review/people", body, content_type=FORM).status

    query = f"{SYM} SELECT ?o {{ <{BEN[1]}> prov:alternateOf ?o }}"
    assert made.rows(query) == [(BEN[0],)]
    assert post("reject") == 303
    assert made.rows(query) == []
    assert statuses(made, BEN) == ["Rejected"]
    assert post("withdraw") == 303
    assert made.rows(query) == [(BEN[0],)]
    assert post("reject", other=f"{BASE}lake-2031/person/nobody") == 404
    assert post("reject", other=BEN[0]) == 404
    assert post("reject", other="no IRI") == 404


def test_both_or_one_address_alone(made: Server) -> None:
    both = made.send("GET", "/lake-2030/person/gus-hill.html", token=None).body.decode()
    alone = made.send("GET", "/lake-2030/person/gus-hill.html?identities=own", token=None)
    body = alone.body.decode()
    assert "Oars" in both
    assert "Nets" in both
    assert "Oars" in body
    assert "Nets" not in body
    assert "All 2 that are one" in body


def test_only_who_has_the_token_decides(made: Server) -> None:
    mark = Link(*CY).iri("people").rpartition("/")[2]
    asked = {"pair": mark, "verdict": "accept", "by": "Ada Brook"}

    def post(token: str | None = None, **headers: str) -> int:
        body = urlencode(asked)
        return made.send("POST", "/review/people", body, token, content_type=FORM, **headers).status

    def type_in(token: str) -> Reply:
        body = urlencode({"token": token, "by": "Ada"})
        return made.send("POST", "/review/token", body, None, content_type=FORM)

    assert post() == 401
    assert post(token=TOKEN[::-1]) == 401
    assert type_in(TOKEN[::-1]).status == 401
    entered = type_in(TOKEN)
    assert entered.status == 303
    cookie = entered.headers["set-cookie"]
    assert TOKEN not in cookie
    for part in ("HttpOnly", "SameSite=Strict", "Path=/review"):
        assert part in cookie
    value = cookie.partition(";")[0]
    assert post(cookie=value) == 403  # a form without its key
    page = made.send("GET", "/review/people", None, None, cookie=value).body.decode()
    found = re.search(r'name="key" value="([0-9a-f]{64})"', page)
    assert found is not None
    asked["key"] = found[1]
    assert post(cookie=value, sec_fetch_site="cross-site") == 403
    assert post(cookie=value[:-1] + ("0" if value[-1] != "0" else "1")) == 401
    later = re.sub(r"=\d+", lambda end: f"={int(end[0][1:]) + 9}", value)
    assert post(cookie=later) == 401
    assert statuses(made, CY) == ["ToReview"]
    asked["by"] = " "
    assert post(cookie=value) == 409
    asked["by"], asked["verdict"] = "Ada", "conquer"
    assert post(cookie=value) == 404
    asked["verdict"] = "accept"
    assert post(cookie=value) == 303
    assert statuses(made, CY) == ["Accepted"]
    del asked["key"]
    asked["verdict"] = "withdraw"
    assert post(token=TOKEN) == 303  # programs send the token itself


def test_one_iri_for_all_who_are_one(made: Server, linked: Path) -> None:
    """By workers, and on the command line."""
    command = [str(Path(sys.executable).with_name("symposia")), "query", "people"]
    told = ["--format", "csv", "--data", str(linked)]
    for merged, number in ((False, 2), (True, 1)):
        flag = ["--merged"] if merged else []
        run = subprocess.run([*command, *flag, *told], capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stderr
        assert run.stdout.count("Eve Fox") == number
        path = f"/api/people?format=csv&merged={str(merged).lower()}"
        reply = made.send("GET", path, token=None)
        assert reply.body.decode().count("Eve Fox") == number
    both = subprocess.run(
        [*command, "--merged", "--originals", *told], capture_output=True, text=True, timeout=60
    )
    assert both.returncode == 2
    assert "Originals are as they were" in both.stderr


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/update"])
def test_a_form_leads_nowhere_else(made: Server, back: str) -> None:
    body = urlencode({"token": TOKEN, "by": "Ada", "back": back})
    reply = made.send("POST", "/review/token", body, None, content_type=FORM)
    assert (reply.status, reply.headers["location"]) == (303, "/review")


@pytest.mark.parametrize("path", ["/review/people?pair=nothing", "/review/token"])
def test_what_is_not_there(made: Server, path: str) -> None:
    reply = made.send("GET", path, token=None)
    assert reply.status == (405 if path.endswith("token") else 404)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_page_of_the_review_breaks_a_rule(
    browser: Browser,
    made: Server,
    axe: str,
    size: tuple[int, int],
    dark: bool,
) -> None:
    visit = Visit(browser, made.address, size, dark=dark)
    for address in ("/review", "/review/people", "/lake-2030/person/gus-hill"):
        page = visit.go(address)
        page.evaluate(axe)
        found = page.evaluate("only => axe.run(document, {runOnly: only})", ALL)
        told = [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]]
        assert told == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address
    visit.context.close()
