"""Fetching sources: from the public network alone, within limits; and the document of losses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from symposia.graph.errors import SourceError
from symposia.graph.fetching import fetch, is_address
from symposia.graph.loss_document import document


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            leads = {"/to-file": "file:///etc/passwd", "/round": "/round", "/to-data": "/data"}
            if self.path in leads:
                self.send_response(302)
                self.send_header("Location", leads[self.path])
                self.end_headers()
                return
            self.send_response(404 if self.path == "/none" else 200)
            self.send_header("Content-Type", "text/turtle")
            if self.path == "/cut":
                self.send_header("Content-Length", "500")
            self.end_headers()
            self.wfile.write(b"<x:a> <x:b> <x:c> .\n")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/data", "/to-data"])
def test_a_source_is_fetched_where_private_addresses_are_allowed(
    site: str, tmp_path: Path, path: str
) -> None:
    found = fetch(site + path, tmp_path, private=True)
    assert (found.name, found.read_text()) == ("data.ttl", "<x:a> <x:b> <x:c> .\n")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/to-file", "http and https are fetched, not of file"),
        ("/round", "leads on more than 5 times"),
        ("/none", "the answer is 404"),
        ("/cut", "ends before its end|IncompleteRead"),
    ],
)
def test_what_is_not_fetched(site: str, tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        fetch(site + path, tmp_path, private=True)


def test_a_source_that_is_too_large_or_too_late(site: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="more than 5 bytes"):
        fetch(f"{site}/data", tmp_path, private=True, largest=5)
    with pytest.raises(SourceError, match="too long"):
        fetch(f"{site}/data", tmp_path, private=True, patience=0)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/x", "http://10.0.0.1/x", "http://169.254.169.254/", "http://[::1]/x"],
)
def test_private_addresses_are_not_asked(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match=r"not public.*--allow-private"):
        fetch(address, tmp_path)


def test_addresses_are_told_from_files() -> None:
    assert is_address("http://example.org/a.ttl")
    assert is_address("file:///etc/passwd")
    assert not is_address("a/b.ttl")
    assert not is_address(r"C:\a.ttl")


def test_the_document_of_losses_is_current(
    shared: Path, root: Path, snapshot: Callable[[Path, str], None]
) -> None:
    snapshot(root / "docs" / "loss.md", document(shared / "conferences"))
