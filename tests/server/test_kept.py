"""The bytes of sources can be taken away as they were, and are never shown as a page."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from symposia.server.app import create_app
from symposia.server.cli import main

PAGE = """\
<!DOCTYPE html><title>Small 2030</title><script>alert("ours now")</script>
<script type="application/ld+json">{
  "@context": "https://schema.org/", "@id": "http://small.example/2030", "@type": "Event",
  "name": "Small 2030", "startDate": "2030-05-01", "endDate": "2030-05-03"
}</script>
"""
CALENDAR = """\
BEGIN:VCALENDAR
X-WR-CALNAME:Tiny 2031
BEGIN:VEVENT
UID:1
DTSTART:20310501T090000Z
DTEND:20310501T100000Z
SUMMARY:Opening
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "small page.html").write_bytes(PAGE.encode())
    (folder / "tiny.ics").write_bytes(CALENDAR.encode())
    sources = [str(folder / name) for name in ("small page.html", "tiny.ics")]
    result = CliRunner().invoke(main, ["add", *sources, "--data", str(folder / "data")])
    assert result.exit_code == 0, result.output
    return folder / "data"


@pytest.fixture(scope="module")
def client(data: Path) -> FlaskClient:
    return create_app(data).test_client()


CASES = [
    ("/small-2030/source/small-page-html", PAGE, "text/html", "small page.html"),
    ("/tiny-2031/source/tiny-ics", CALENDAR, "text/calendar", "tiny.ics"),
]


@pytest.mark.parametrize(("iri", "content", "media_type", "name"), CASES, ids=["page", "calendar"])
def test_a_source_as_it_was(
    client: FlaskClient, iri: str, content: str, media_type: str, name: str
) -> None:
    digest = hashlib.sha256(content.encode()).hexdigest()
    page = client.get(f"{iri}.html")
    assert page.status_code == 200
    assert f'<a href="/originals/{digest}" download>' in page.text
    led = client.get(iri, headers={"Accept": "application/octet-stream"})
    assert (led.status_code, led.location) == (303, f"/originals/{digest}")
    answer = client.get(led.location, buffered=True)
    assert answer.data == content.encode()
    assert answer.headers["Content-Type"] == media_type
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert name in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["ETag"] == f'"{digest}"'
    again = client.get(led.location, headers={"If-None-Match": f'"{digest}"'}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(led.location, buffered=True)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(content.encode())))


def test_the_description_goes_first(client: FlaskClient) -> None:
    for accept, ending in (("text/html", "html"), ("*/*", "html"), ("text/turtle", "ttl")):
        led = client.get("/tiny-2031/source/tiny-ics", headers={"Accept": accept})
        assert led.status_code == 303
        assert led.location.endswith(f"/tiny-2031/source/tiny-ics.{ending}")
    asked = client.get("/tiny-2031/source/tiny-ics", headers={"Accept": "text/calendar"})
    assert asked.location.startswith("/originals/")
    assert client.get("/tiny-2031", headers={"Accept": "application/zip"}).status_code == 406


@pytest.mark.parametrize(
    "path",
    ["0" * 64, "x", "..%2Fcurrent", "%2e%2e/current", "F" * 64, "current"],
)
def test_what_is_no_source(client: FlaskClient, path: str) -> None:
    assert client.get(f"/originals/{path}").status_code == 404


def test_files_that_no_source_is_read_from_are_not_given_out(
    data: Path, client: FlaskClient
) -> None:
    digest = hashlib.sha256(b"secret").hexdigest()
    (data / "originals" / digest).write_bytes(b"secret")
    assert client.get(f"/originals/{digest}").status_code == 404


def test_bytes_that_are_not_here(client: FlaskClient) -> None:
    """Of the shipped programme only the digest of its page is known."""
    (line,) = (
        line
        for line in client.get("/tinyml-2023/graph/programme.nt").text.splitlines()
        if "schema.org/sha256" in line
    )
    digest = line.split('"')[1]
    answer = client.get(f"/originals/{digest}")
    assert answer.status_code == 404
    assert "are not kept here; what was read from them is." in answer.text
    assert "/originals/" not in client.get("/tinyml-2023/graph/programme.html").text
