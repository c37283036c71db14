"""Reverse proxies: who is believed, and that every link of every page stays behind them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from email.message import Message
from html import unescape
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

import pytest
from click.testing import CliRunner
from symposia.server.cli import main
from symposia.server.proxies import Origin, Proxies

from .writable import serving

SEEN = Origin("http", "127.0.0.1:8000", "", "10.0.0.2")


def told(trusted: tuple[str, ...], seen: Origin = SEEN, **headers: str) -> Origin:
    """What is made of a request with these X-Forwarded headers."""
    given = {f"x-forwarded-{name}": value for name, value in headers.items()}
    return Proxies(trusted).origin(seen, lambda name: given.get(name, ""))


FORWARDED = {"proto": "https", "host": "data.org", "prefix": "/programmes/", "for": "192.0.2.7"}
BELIEVED = Origin("https", "data.org", "/programmes", "192.0.2.7")


@pytest.mark.parametrize(
    ("trusted", "believed"),
    [
        ((), False),
        (("10.0.0.3",), False),
        (("10.0.0.2",), True),
        (("192.0.2.1", "10.0.0.0/8"), True),
        (("::1",), False),
    ],
)
def test_only_trusted_proxies_are_believed(trusted: tuple[str, ...], believed: bool) -> None:
    assert told(trusted, **FORWARDED) == (BELIEVED if believed else SEEN)


def test_an_address_in_the_form_of_ipv6_is_the_same_address() -> None:
    seen = SEEN._replace(client="::ffff:10.0.0.2")
    assert told(("10.0.0.0/8",), seen, **FORWARDED) == BELIEVED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proto", "javascript"),
        ("proto", ""),
        ("host", "evil.org/path"),
        ("host", "a b"),
        ("host", '"><script>'),
        ("prefix", "//evil.org"),
        ("prefix", "/a/../b"),
        ("prefix", "a"),
        ("prefix", "/a\r\nLocation: x"),
        ("prefix", "/%2f"),
        ("prefix", '/"'),
        ("for", "unknown"),
        ("for", "<script>"),
    ],
)
def test_what_cannot_be_is_passed_over(name: str, value: str) -> None:
    assert told(("10.0.0.2",), **{name: value}) == SEEN


def test_of_several_proxies_the_outermost_that_is_trusted_says_what_was_asked() -> None:
    found = told(
        ("10.0.0.0/8",),
        **{
            "for": "198.51.100.9, 192.0.2.7, 10.0.0.1",
            "proto": "https, http",
            "host": "data.org, inner:81",
            "prefix": "/outer",
        },
    )
    assert found == Origin("https", "data.org", "/outer", "192.0.2.7")


def test_what_a_client_says_before_its_proxy_is_not_believed() -> None:
    found = told(("10.0.0.2",), **{"for": "1.1.1.1, 192.0.2.7", "host": "evil.org, data.org"})
    assert (found.client, found.host) == ("192.0.2.7", "data.org")


@pytest.mark.parametrize("network", ["nonsense", "10.0.0.1/8", "10.0.0.0/99", ""])
def test_what_is_no_network_is_refused(network: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits"):
        Proxies((network,))


# Behind a real proxy, under a path


class Proxy(BaseHTTPRequestHandler):
    """A small reverse proxy: it takes its prefix off, and says what it was asked."""

    protocol_version = "HTTP/1.1"
    behind = ""
    prefix = "/some/prefix"
    passed: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Pass a request on."""
        if not self.path.startswith(self.prefix + "/"):
            type(self).passed.append(self.path)
            self.send_error(404)
            return
        line = HTTPConnection(self.behind, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        headers["X-Forwarded-For"] = self.client_address[0]
        headers["X-Forwarded-Proto"] = "https"
        headers["X-Forwarded-Host"] = "data.example.org"
        headers["X-Forwarded-Prefix"] = self.prefix
        try:
            line.request("GET", self.path.removeprefix(self.prefix), headers=headers)
            answer = line.getresponse()
            body = answer.read()
        finally:
            line.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy in front of a real server that believes it."""
    folder = tmp_path_factory.mktemp("proxied")
    options = ("--data", str(folder / "data"), "--trusted-proxy", "127.0.0.0/8")
    with serving(folder, *options, "--no-log-requests", token=None) as server:
        Proxy.behind = urlsplit(server.address).netloc
        with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
            thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            yield f"127.0.0.1:{proxy.server_port}"
            proxy.shutdown()
            thread.join(5)


def fetch(host: str, path: str, accept: str = "text/html") -> tuple[int, Message, str]:
    """What an address answers, and where it leads."""
    line = HTTPConnection(host, timeout=30)
    try:
        line.request("GET", path, headers={"Accept": accept})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        line.close()


PAGES = (
    "/",
    "/papers",
    "/people",
    "/results",
    "/queries/",
    "/queries/coauthors",
    "/sparql",
    "/ontology.html",
    "/topic.html",
    "/tinyml-2023.html",
    "/tinyml-2023/paper/fmas.html",
    "/tinyml-2023/person/brett-meyer.html",
    "/resource.html?iri=http://xmlns.com/foaf/0.1/name",
    "/.well-known/void.html",
    "/no/such/thing",
)
OUTSIDE = "https://data.example.org"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_stays_under_the_prefix(proxied: str, page: str) -> None:
    _, _, html = fetch(proxied, Proxy.prefix + page)
    found = re.findall(r'(?:href|src|action)="([^"]*)"', html)
    assert len(found) > 10
    here = f"{OUTSIDE}{Proxy.prefix}{page}"
    for link in map(unescape, found):
        target = urljoin(here, link)
        if urlsplit(target).netloc == "data.example.org":
            assert target.startswith(f"{OUTSIDE}{Proxy.prefix}/"), link
        assert "127.0.0.1" not in target


def test_what_a_page_needs_is_there_under_the_prefix(proxied: str) -> None:
    for page in ("/", "/sparql", "/network"):
        _, _, html = fetch(proxied, Proxy.prefix + page)
        for link in re.findall(r'(?:src|rel="stylesheet" href)="([^"]*)"', html):
            status, _, _ = fetch(proxied, link, "*/*")
            assert status == 200, link
    assert Proxy.passed == []


def test_redirections_and_links_are_those_that_the_client_can_follow(proxied: str) -> None:
    path = f"{Proxy.prefix}/tinyml-2023/paper/fmas"
    status, headers, _ = fetch(proxied, path)
    assert (status, headers["Location"]) == (303, f"{path}.html")
    assert f"<{path}.ttl>" in headers["Link"]
    _, headers, html = fetch(proxied, f"{path}.html")
    assert f'<{OUTSIDE}{path}.html>; rel="canonical"' in headers["Link"]
    assert f'<link rel="canonical" href="{OUTSIDE}{path}.html">' in html
    assert "https://w3id.org/symposia/tinyml-2023/paper/fmas" in html
    _, _, text = fetch(proxied, f"{Proxy.prefix}/robots.txt")
    assert f"Sitemap: {OUTSIDE}{Proxy.prefix}/sitemap.xml" in text
    assert f"Disallow: {Proxy.prefix}/api/" in text
    _, _, void = fetch(proxied, f"{Proxy.prefix}/.well-known/void.nt")
    assert f"<{OUTSIDE}{Proxy.prefix}/sparql>" in void


def test_without_trust_nothing_is_believed(live: str) -> None:
    line = HTTPConnection(urlsplit(live).netloc, timeout=30)
    try:
        told = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.org"}
        line.request("GET", "/tinyml-2023.html", headers=told)
        html = line.getresponse().read().decode()
    finally:
        line.close()
    assert "evil" not in html
    assert f'<link rel="canonical" href="{live}/tinyml-2023.html">' in html


def test_what_is_no_address_of_a_proxy_is_told() -> None:
    done = CliRunner().invoke(main, ["serve", "--trusted-proxy", "nonsense"])
    assert done.exit_code == 2
    assert "a network such as 10.0.0.0/8" in done.output
