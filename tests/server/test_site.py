"""A site of files: exported, and used in a browser from plain files."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import pytest
from click.testing import CliRunner
from symposia.graph.errors import StoreError
from symposia.server.cli import main
from symposia.server.site import export_site
from symposia.server.site_addresses import relative, target
from symposia.server.site_rewriting import rewrite

from .browsing import PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

URL = "https://example.org/talks/"
PERSON = "tinyml-2023/person/brett-meyer.html"
COUNT = (
    "PREFIX sym: <https://w3id.org/symposia/ontology#>\n"
    "SELECT (COUNT(*) AS ?papers) { ?paper a sym:Paper }"
)
COMPARED = [
    "Papers together 2",
    "Wrote with both 3",
    "Topics of both 5",
    "Organisations of both 1",
    "Both took part in 1",
]
LINKS = ("href", "src", "action", "data-source", "data-image", "data-script", "data-network")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph as a site, under a subpath of a folder."""
    folder = tmp_path_factory.mktemp("www") / "talks"
    made = export_site(tmp_path_factory.mktemp("data") / "none", folder, url=URL)
    assert made.files == sum(path.is_file() for path in folder.rglob("*"))
    return folder


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """The address of a server of files whose root is above the site."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = partial(Quiet, directory=str(site.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/talks/"
        server.shutdown()
        thread.join(5)


class Links(HTMLParser):
    """The links of a page, and its names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Note what an element links to and is called."""
        given = dict(attrs)
        self.links += [value for name in LINKS if (value := given.get(name)) is not None]
        if given.get("id"):
            self.names.add(str(given["id"]))


def test_no_link_is_dead(site: Path) -> None:
    there = {path.resolve() for path in site.rglob("*") if path.is_file()}
    parsed = {p: Links(p.read_text("utf-8")) for p in there if p.suffix in (".html", ".svg")}
    dead = []
    for path, found in parsed.items():
        # What stands for a missing page is shown at any address, so its links begin at the root.
        root = site.parent if path.name == "404.html" else path.parent
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or not link:
                continue
            to = (root / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            if to not in there or parts.query or parts.netloc:
                dead.append((path.relative_to(site).as_posix(), link))
    assert len(parsed) > 900
    assert dead == []


def test_nothing_speaks_of_the_server_that_it_was_made_by(site: Path) -> None:
    texts = (".html", ".ttl", ".nt", ".svg", ".json", ".jsonld", ".js", ".xml", ".txt")
    told = [
        p for p in site.rglob("*") if p.suffix in texts and b"symposia.invalid" in p.read_bytes()
    ]
    assert told == []
    page = (site / PERSON).read_text("utf-8")
    assert f'<link rel="canonical" href="{URL}{PERSON}">' in page
    assert f"<loc>{URL}{PERSON}</loc>" in (site / "sitemap.xml").read_text("utf-8")


@pytest.mark.parametrize("ending", ["html", "ttl", "jsonld", "nt", "rdf", "bib", "csl.json"])
def test_a_paper_has_its_documents(site: Path, ending: str) -> None:
    assert "FMAS" in (site / f"tinyml-2023/paper/fmas.{ending}").read_text("utf-8")


def test_answers_and_networks_are_files(site: Path) -> None:
    rows = json.loads((site / "api/coauthors.json").read_text("utf-8"))["results"]["bindings"]
    assert {row["coauthor_label"]["value"] for row in rows} >= {"Warren J. Gross", "Zhuoran Xiong"}
    network = json.loads((site / "network.json").read_text("utf-8"))
    assert all((site / node["address"]).is_file() for node in network["nodes"])
    assert (site / ".nojekyll").is_file()


def test_all_is_done_from_plain_files(browser: Browser, served: str) -> None:
    visit = Visit(browser, served)
    page = visit.go("")
    page.locator("#search").fill("bret mayer")
    page.locator("#suggestions li").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{PERSON}")
    assert page.locator("h1").inner_text() == "Brett Meyer"
    page.locator("a[href='../paper/fmas.html']").first.click()
    page.wait_for_url("**/tinyml-2023/paper/*.html")
    page.locator("#search").fill("quantizaton")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=quantizaton")
    assert page.locator(".hits li").first.locator("a").inner_text() == "quantization"
    page.get_by_role("navigation", name="Kinds").get_by_role("link", name="Topic").click()
    page.locator(".chosen li").wait_for()
    assert page.locator(".hits .kind").all_inner_texts() == ["Topic", "Topic"]
    visit.go(f"sparql.html#query={quote(COUNT)}")
    page.locator("#result tbody td").first.wait_for(timeout=60_000)
    assert page.locator("#result tbody").inner_text() == "16"
    visit.go("network.html")
    page.locator("figure[data-ready]").wait_for()
    visit.go(PERSON)
    page.get_by_role("link", name="Compare with another person").click()
    page.wait_for_url("**/compare.html#one=*")
    page.get_by_label("The other").fill("marihan amein")
    page.keyboard.press("Enter")
    page.locator("#state", has_text="Compared in this browser").wait_for(timeout=60_000)
    assert page.locator("h1").inner_text() == "Brett Meyer and Marihan Amein"
    assert page.locator("#result h2").all_inner_texts() == COMPARED
    assert visit.faults == []
    visit.context.close()


def test_a_query_with_a_fault_says_so(browser: Browser, served: str) -> None:
    visit = Visit(browser, served, PHONE)
    page = visit.go(f"sparql.html#query={quote('SELECT * { ?a ?b }')}")
    page.get_by_role("alert").wait_for(timeout=60_000)
    assert page.locator("#result table").count() == 0
    assert visit.faults == []
    visit.context.close()


def test_pages_and_search_work_from_a_disk(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{PERSON}")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") != "32px"
    page.locator("#search").fill("quantization")
    page.keyboard.press("Enter")
    page.locator(".hits li").first.wait_for()
    page.goto(f"{site.as_uri()}/sparql.html#query={quote(COUNT)}")
    page.get_by_role("alert").wait_for()
    assert "Serve this folder" in page.get_by_role("alert").inner_text()
    context.close()


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(
    browser: Browser, served: str, axe: str, dark: bool
) -> None:
    visit = Visit(browser, served, dark=dark)
    for address in (
        "",
        PERSON,
        "network.html",
        "search.html?q=net",
        "sparql.html",
        "compare.html",
        "404.html",
    ):
        page = visit.go(address)
        page.evaluate(axe)
        found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", RULES)
        assert found["passes"], address
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    visit.context.close()


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/queries/", "queries/index.html"),
        ("/people?page=1", "people.html"),
        ("/people?page=2", "people/page-2.html"),
        ("/a/b.ttl", "a/b.ttl"),
        ("/a/b.trig", None),
        ("/a/j%C3%BCrgen", "a/jürgen.html"),
        ("/static/symposia.css?v=1", "static/symposia.css"),
        ("/.well-known/void.ttl", "void.ttl"),
        ("/network?conference=https://e.org/c&format=csv&table=members", None),
        ("/network?person=x&distance=2", None),
        ("/compare?one=a&other=b", "compare.html"),
        ("/api/no-such-question?format=csv", None),
        ("/search?q=a+b", "search.html"),
        ("/sparql?query=ASK", "sparql.html"),
    ],
)
def test_addresses_become_files(address: str, file: str | None) -> None:
    found = target(address)
    if address.startswith("/network?conference"):
        assert found is not None
        assert found.file.startswith("network/e-org-c-")
        assert found.file.endswith(".members.csv")
    else:
        assert (found.file if found else None) == file


def test_names_that_no_file_system_takes_are_shortened() -> None:
    found = target(f"/a/{'x' * 300}.ttl")
    assert found is not None
    assert len(found.file) < 100
    assert found.file.endswith(".ttl")


@pytest.mark.parametrize(
    ("file", "page", "link"),
    [
        ("a/b.html", "a/c.html", "b.html"),
        ("b.html", "a/c/d.html", "../../b.html"),
        ("a/b c?.html", "x.html", "a/b%20c%3F.html"),
        ("a:b.html", "x.html", "./a%3Ab.html"),
    ],
)
def test_links_are_relative(file: str, page: str, link: str) -> None:
    assert relative(file, page) == link


def test_the_rest_of_a_page_stays_to_the_byte() -> None:
    text = (
        '<!doctype html><meta charset="utf-8"><a title="a href=/x" href="/a/b#c">x &amp; y</a>'
        '<a href="/why">no</a><svg viewBox="0 0 1 1"/><script>"<a href=/x>"</script>'
        '<form class="choose"><form></form><b></form><a href="https://e.org/?q">out</a>'
    )
    done = rewrite(text, "a/z.html", URL, "default-src 'none'")
    assert done.text == (
        '<!doctype html><meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"'
        ' content="default-src &#x27;none&#x27;">'
        '<a title="a href=/x" href="b.html#c">x &amp; y</a>'
        '<span>no</span><svg viewBox="0 0 1 1"/><script>"<a href=/x>"</script>'
        '<a href="https://e.org/?q">out</a>'
    )
    assert [each.file for each in done.targets] == ["a/b.html"]


def test_a_folder_of_others_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "theirs.txt").write_text("kept")
    with pytest.raises(StoreError, match="no site of Symposia's"):
        export_site(tmp_path / "none", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.txt"]


@pytest.mark.parametrize("force", [False, True], ids=["ours", "theirs, by force"])
def test_a_site_takes_the_place_of_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    for each in ("prepare", "write"):
        monkeypatch.setattr(f"symposia.server.site_extras.{each}", lambda *_: None)
    monkeypatch.setattr("symposia.server.site._make_all", lambda *_: None)
    folder = tmp_path / "www"
    if force:
        folder.mkdir()
    else:
        export_site(tmp_path / "none", folder)
    (folder / "old.html").write_text("old")
    made = export_site(tmp_path / "none", folder, url=URL, force=force)
    (mark,) = folder.iterdir()
    assert (made.files, made.size) == (1, mark.stat().st_size)
    assert json.loads(mark.read_text("utf-8"))["url"] == URL
    assert [*tmp_path.iterdir()] == [folder]


@pytest.mark.parametrize("force", [False, True])
def test_a_file_is_no_folder_for_a_site(tmp_path: Path, force: bool) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(StoreError, match="is a file"):
        export_site(tmp_path / "none", tmp_path / "file", force=force)
    assert (tmp_path / "file").read_text() == "kept"


def test_nothing_half_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("symposia.server.site_extras.prepare", fail)
    with pytest.raises(StoreError, match="No space left"):
        export_site(tmp_path / "none", tmp_path / "site")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--site", "x", "--format", "turtle"], "--site is of everything"),
        (["--url", "https://e.org/"], "belong to --site"),
        (["--site", "x", "--url", "e.org"], "no address of the web"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], told: str) -> None:
    found = CliRunner().invoke(main, ["export", *arguments])
    assert found.exit_code == 2
    assert told in found.output
