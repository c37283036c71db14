"""Programmes and papers over HTTP, for other programs."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


@pytest.mark.parametrize(
    ("address", "kind", "begins"),
    [
        ("/tinyml-2023.ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n"),
        ("/tinyml-2023/talk/fmas.ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n"),
        ("/tinyml-2023.frab.json", "application/json", '{\n  "generator"'),
        ("/tinyml-2023.frab.xml", "application/xml", "<?xml version='1.0'"),
        ("/tinyml-2023.programme.csv", "text/csv; charset=utf-8", "start,end,kind,"),
        ("/tinyml-2023/paper/fmas.bib", "application/x-bibtex", "@inproceedings{"),
        ("/tinyml-2023/paper/fmas.ris", "application/x-research-info-systems", "TY  - CPAPER"),
        ("/topic/quantization.csl.json", "application/vnd.citationstyles.csl+json", "[\n  {"),
        ("/tinyml-2023/system/fmas.csv", "text/csv; charset=utf-8", "title,authors,"),
    ],
)
def test_things_are_taken_away(address: str, kind: str, begins: str, client: FlaskClient) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.text.startswith(begins)
    name = address.rpartition("/")[2]
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert f'<{CC0}>; rel="license"' in answer.headers["Link"]
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def summaries(client: FlaskClient, address: str) -> list[str]:
    calendar = Calendar.from_ical(client.get(address).data)
    return [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]


def test_one_s_own_calendar_is_an_address(client: FlaskClient) -> None:
    address = "/tinyml-2023.ics?id=session/short-papers&id=session/keynote&id=nothing"
    assert summaries(client, address) == ["Keynote", "Short papers"]
    whole = "/tinyml-2023.ics?id=https://w3id.org/symposia/tinyml-2023/session/keynote"
    assert summaries(client, whole) == ["Keynote"]


@pytest.mark.parametrize("suffix", ["ics", "frab.xml", "bib", "csv"])
def test_what_a_thing_does_not_have_is_said(suffix: str, client: FlaskClient) -> None:
    place = "/tinyml-2023/place/hyatt-regency-san-francisco-airport"
    answer = client.get(f"{place}.{suffix}")
    assert answer.status_code == 404
    assert "so there is no" in answer.json["detail"]
    assert f"{place}.{suffix}" not in client.get(f"{place}.html").text


def offered(client: FlaskClient, path: str) -> set[str]:
    found = re.findall(rf'href="{path}\.([a-z.]+)"', client.get(f"{path}.html").text)
    return set(found) & {"ics", "frab.json", "frab.xml", "programme.csv", "bib", "ris", "csl.json",
                         "csv"}  # fmt: skip


PAPERS = {"bib", "ris", "csl.json", "csv"}


@pytest.mark.parametrize(
    ("path", "forms"),
    [
        ("/tinyml-2023", {"ics", "frab.json", "frab.xml", "programme.csv"} | PAPERS),
        ("/tinyml-2023/session/short-papers", {"ics"} | PAPERS),
        ("/tinyml-2023/session/break-1100", {"ics"}),
        ("/tinyml-2023/paper/fmas", PAPERS),
        ("/tinyml-2023/person/brett-meyer", PAPERS),
        ("/topic/quantization", PAPERS),
        ("/tinyml-2023/place/hyatt-regency-san-francisco-airport", set()),
    ],
)
def test_pages_offer_what_there_is(path: str, forms: set[str], client: FlaskClient) -> None:
    assert offered(client, path) == forms


def test_the_timetable_is_filtered_without_script(client: FlaskClient) -> None:
    html = client.get("/tinyml-2023.html?person=meyer&id=session/short-papers").text
    assert re.findall(r'<li class="slot[^>]*>.*?<h3><a href="([^"]*)"', html, re.S) == [
        "/tinyml-2023/session/short-papers"
    ]
    assert re.findall(r'<li data-topic[^>]*><span class="title"><a href="([^"]*)"', html) == [
        "/tinyml-2023/paper/fmas",
        "/tinyml-2023/paper/sss3d",
    ]
    assert 'value="session/short-papers" checked' in html
    nothing = client.get("/tinyml-2023.html?topic=%3Cscript%3E&organisation=acme").text
    assert 'class="slot' not in nothing
    words = "has the topic or title “&lt;script&gt;” and the organisation “acme”."
    assert words in nothing
