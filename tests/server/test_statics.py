"""Styles and scripts: compressed, kept by browsers, and nothing but what there is."""

from __future__ import annotations

import re

import brotli
import pytest
from flask.testing import FlaskClient

SHEET = "/static/symposia.css"


def test_a_page_names_its_files_by_their_bytes(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/symposia\.css\?v=[0-9a-f]{16})"', client.get("/").text)
    assert address is not None
    kept = client.get(address[1])
    assert kept.headers["Cache-Control"] == "public, immutable, max-age=31536000"
    assert kept.headers["Content-Type"] == "text/css; charset=utf-8"
    asked = client.get(SHEET)
    assert asked.headers["Cache-Control"] == "no-cache"
    assert asked.data == kept.data
    assert client.get(f"{SHEET}?v=0").headers["Cache-Control"] == "no-cache"


def test_a_file_is_compressed_and_not_sent_twice(client: FlaskClient) -> None:
    plain = client.get(SHEET)
    small = client.get(SHEET, headers={"Accept-Encoding": "gzip, br"})
    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 3
    assert small.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert small.headers["ETag"] != plain.headers["ETag"]
    again = client.get(
        SHEET, headers={"Accept-Encoding": "br", "If-None-Match": small.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        "nothing.css",
        "../app.py",
        "..%2fapp.py",
        "vendor",
        "vendor/",
        "%2e%2e/app.py",
        "//etc/passwd",
    ],
)
def test_nothing_else_is_opened(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code in (308, 404)
    assert client.get(f"/static/{name}", follow_redirects=True).status_code == 404
