"""YASGUI: the query editor that most endpoints have, in a browser and on another origin."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from ..server.browsing import CHROMIUM, FLAGS
from ..server.writable import TOKEN, Server
from .programs import BRETT, CLIENTS, CONSTRUCT, FMAS, NO_PREFIX, PREFIX_HINT, ROOT, SELECT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

DOCUMENT = (ROOT / "docs" / "clients.md").read_text("utf-8")
BUILD = CLIENTS / "node_modules/@zazuko/yasgui/build"
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Queries</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="yasgui.min.css">
<div id="yasgui"></div>
<script src="yasgui.min.js"></script>
<script>
const config = JSON.parse(decodeURIComponent(location.search.slice(1)) || "{}");
const yasgui = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: config, copyEndpointOnNewTab: false, persistenceId: null,
});
</script>
</html>
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, endpoint: str) -> Iterator[str]:
    """The address of a server that is not ours, which has pages with YASGUI."""
    if not BUILD.is_dir():
        pytest.skip("needs YASGUI (run .ci/clients)")
    folder = tmp_path_factory.mktemp("yasgui")
    for name in ("yasgui.min.js", "yasgui.min.css"):
        shutil.copy(BUILD / name, folder)
    (folder / "index.html").write_text(PAGE, "utf-8")
    example = re.findall(r"^```html\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)[0]
    own = example.replace("http://127.0.0.1:8000/sparql", endpoint)
    (folder / "example.html").write_text(f"<!doctype html>\n{own}", "utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join(5)


class Editor:
    """A window with YASGUI in it, set to an endpoint."""

    def __init__(self, page: Page, elsewhere: str, endpoint: str, **config: Any) -> None:
        self.page = page
        config = {"endpoint": endpoint, "method": "POST", "headers": {}, **config}
        page.goto(f"{elsewhere}?{quote(json.dumps(config))}")

    def ask(self, query: str) -> Response:
        """Type a query in the place of the one that is there, and run it."""
        self.page.locator(".yasqe .CodeMirror").first.click(position={"x": 300, "y": 100})
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(query)
        with self.page.expect_response(lambda answer: "/sparql" in answer.url) as found:
            self.page.locator(".yasqe_queryButton").click()
        return found.value

    def rows(self) -> list[list[str]]:
        """The rows of the table that it shows, without their numbers."""
        shown = self.page.locator(".yasr table.dataTable tbody tr")
        shown.first.wait_for()
        return [row.locator("td").all_inner_texts()[1:] for row in shown.all()]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium that reaches nothing but this machine."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs Chromium ({CHROMIUM} is not there)")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    # No interception of requests: with it, the browser would send no preflight.
    flags = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window with nothing remembered."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(15_000)
    yield page
    page.close()


def test_a_query_is_typed_run_and_read(page: Page, elsewhere: str, endpoint: str) -> None:
    """By POST, which needs no preflight, and by GET."""
    name = f"SELECT ?name WHERE {{ <{BRETT}> <http://xmlns.com/foaf/0.1/name> ?name }}"
    for method in ("POST", "GET"):
        editor = Editor(page, elsewhere, endpoint, method=method)
        answer = editor.ask(name)
        assert (answer.request.method, answer.status) == (method, 200)
        assert editor.rows() == [["Brett Meyer"]]
        editor.ask(SELECT)
        page.locator(".yasr_response_chip", has_text="16 results").wait_for()
        assert len(editor.rows()) == 16


def test_an_error_shows_our_message(page: Page, elsewhere: str, endpoint: str) -> None:
    answer = Editor(page, elsewhere, endpoint).ask(f"{NO_PREFIX} # and more")
    assert answer.status == 400
    shown = page.locator(".yasr .errorResult pre")
    shown.wait_for()
    lines = shown.inner_text().splitlines()
    assert lines[2:6] == [
        '  "title": "Query cannot be run",',
        '  "status": 400,',
        """  "detail": "Wrong at line 2, column 17: the prefix 'foaf:' is not declared.",""",
        f'  "hint": "{PREFIX_HINT}",',
    ]


def test_a_graph_is_a_table_or_turtle(page: Page, elsewhere: str, endpoint: str) -> None:
    editor = Editor(page, elsewhere, endpoint)
    assert editor.ask(CONSTRUCT).headers["content-type"] == "application/n-triples"
    assert len(editor.rows()) == 23
    page.goto(f"{elsewhere}example.html")
    assert editor.ask(CONSTRUCT).headers["content-type"] == "text/turtle; charset=utf-8"
    page.locator(".yasr_btn", has_text="Response").click()
    text = page.locator(".yasr .CodeMirror-code")
    text.wait_for()
    assert f"<{FMAS}> a sym:Paper" in text.inner_text()


def test_a_header_of_its_own_is_asked_for_first(
    page: Page, elsewhere: str, endpoint: str, shipped: Server
) -> None:
    """The browser asks by OPTIONS whether it may be sent (CORS)."""
    editor = Editor(page, elsewhere, endpoint, headers={"X-Request-Id": "sent-by-yasgui"})
    answer = editor.ask(SELECT)
    assert answer.headers["x-request-id"] == "sent-by-yasgui"
    assert len(editor.rows()) == 16
    log = shipped.log.read_text("utf-8")
    assert " method=OPTIONS path=/sparql status=2" in log.split("request_id=sent-by-yasgui")[0]


def test_a_page_of_another_origin_sends_no_token(
    page: Page, elsewhere: str, scratch: Server
) -> None:
    """Whoever has a token types it into no page of others: the browser refuses to send it."""
    page.goto(elsewhere)
    sent = page.evaluate(
        """([address, token]) => fetch(address, {
             method: "POST", body: "CLEAR ALL",
             headers: {"Content-Type": "application/sparql-update", Authorization: token},
           }).then(answer => answer.status, error => String(error))""",
        [f"{scratch.address}/update", f"Bearer {TOKEN}"],
    )
    assert sent == "TypeError: Failed to fetch"
    assert "method=POST path=/update" not in scratch.log.read_text("utf-8").splitlines()[-1]
