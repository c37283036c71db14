"""Redland's rapper, which reads graphs, and roqet, which asks endpoints and reads their answers."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from .programs import (
    ASK,
    BRETT,
    CONSTRUCT,
    NO_PREFIX,
    PROGRAMME,
    SELECT,
    graph_at,
    installed,
    run,
    table,
)

EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
PARSERS = {
    "turtle": "turtle",
    "ntriples": "ntriples",
    "rdfxml": "rdfxml",
    "trig": "trig",
    "nquads": "nquads",
}
"""Names of our formats, and of its parsers that read them; its JSON is RDF/JSON and not ours."""


def counted(*arguments: str) -> int:
    """The number of triples that rapper finds."""
    told = run(installed("rapper"), "-c", *arguments).stderr
    found = re.search(r"Parsing returned (\d+) triples", told)
    assert found is not None, told
    return int(found[1])


@pytest.mark.parametrize("form", PARSERS)
def test_rapper_reads_every_graph(site: str, form: str) -> None:
    for path, fields in (
        ("/sparql", {"query": EVERYTHING}),
        ("/store", {"graph": PROGRAMME}),
        ("/store?default", {}),
    ):
        mark = "&" if "?" in path else "?"
        address = f"{site}{path}{mark}{urlencode(fields)}"
        expected = len(graph_at(address))
        assert expected > 1800
        assert counted("-i", PARSERS[form], f"{address}&format={form}") == expected


@pytest.mark.parametrize(
    ("parser", "suffix"), [("turtle", ".ttl"), ("ntriples", ".nt"), ("rdfxml", ".rdf")]
)
def test_rapper_reads_the_documents_of_things(site: str, parser: str, suffix: str) -> None:
    """Of what it asks for itself, by the header of each of its parsers, and by suffix."""
    thing = BRETT.replace("https://w3id.org/symposia", site)
    expected = len(graph_at(thing))
    assert counted("-i", parser, thing) == expected
    assert counted("-i", parser, thing + suffix) == expected
    assert counted("-g", thing) == expected


@pytest.mark.parametrize("format_", ["turtle", "rdfxml-abbrev"])
def test_what_rapper_writes_of_a_graph_says_the_same(site: str, format_: str) -> None:
    address = f"{site}/sparql?{urlencode({'query': CONSTRUCT})}"
    written = run(installed("rapper"), "-q", "-g", "-o", format_, address).stdout
    form = ox.RdfFormat.TURTLE if format_ == "turtle" else ox.RdfFormat.RDF_XML
    assert {quad.triple for quad in ox.parse(written, format=form)} == graph_at(address)


@pytest.mark.parametrize(
    ("form", "start"),
    [("xml", "<?xml"), ("csv", "paper"), ("tsv", "?paper"), ("turtle", "@prefix")],
)
def test_roqet_asks_the_endpoint(endpoint: str, form: str, start: str) -> None:
    shown = run(installed("roqet"), "-q", "-p", endpoint, "-e", SELECT, "-r", form).stdout
    assert shown.startswith(start)
    assert len(set(re.findall(r"/paper/[\w-]+", shown))) == 16


TITLES = "SELECT ?paper ?title { ?paper <http://purl.org/dc/terms/title> ?title }"
TERMS = f"""
SELECT ?name (1.5 AS ?decimal) ("a, \\"b\\"\\nc"@en AS ?text) (<x:u> AS ?iri) ?nothing
WHERE {{ <{BRETT}> <http://xmlns.com/foaf/0.1/name> ?name }}
"""


@pytest.mark.parametrize("form", ["xml", "tsv"])
def test_roqet_reads_every_kind_of_term_in_our_answers(
    endpoint: str, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"answer.{form}"
    file.write_bytes(table(endpoint, TERMS, form))
    shown = run(installed("roqet"), "-q", "-t", file, "-R", form, "-r", "tsv").stdout
    header, row = shown.splitlines()
    assert header.split("\t") == ["?name", "?decimal", "?text", "?iri", "?nothing"]
    assert row.split("\t")[0] == '"Brett Meyer"'
    assert row.split("\t")[2:] == ['"a, \\"b\\"\\nc"@en', "<x:u>", ""]


def test_roqet_reads_our_csv(endpoint: str, tmp_path: Path) -> None:
    """It takes no line ends within a value, which RFC 4180 has, so there are none here."""
    text = table(endpoint, TITLES, "csv").decode()
    (tmp_path / "answer.csv").write_text(text, "utf-8", newline="")
    shown = run(
        installed("roqet"), "-q", "-t", tmp_path / "answer.csv", "-R", "csv", "-r", "csv"
    ).stdout
    assert list(csv.reader(shown.splitlines())) == list(csv.reader(text.splitlines()))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (NO_PREFIX, "failed with HTTP status 400"),
        (CONSTRUCT, "failed with HTTP status 406"),
    ],
)
def test_what_roqet_cannot_do(endpoint: str, query: str, told: str) -> None:
    """It shows no message of a server, and accepts only tables."""
    assert told in run(installed("roqet"), "-p", endpoint, "-e", query, status=1).stderr


def test_roqet_asks_and_is_told_nothing(endpoint: str) -> None:
    """It finds no truth value in an answer, whatever server it comes from."""
    shown = run(installed("roqet"), "-p", endpoint, "-e", ASK)
    assert "Query returned 0 results" in shown.stderr
