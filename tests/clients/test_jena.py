"""Apache Jena's command line: rsparql, rupdate, riot and sparql with SERVICE."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from ..server.writable import Server
from .programs import ASK, BRETT, CONSTRUCT, FMAS, SELECT, SYM, graph_at, installed, run


def jena(program: str, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a program of Jena, which Fuseki's jar holds too."""
    jars = Path.home() / ".m2/repository/org/apache/jena/jena-fuseki-server"
    jar = max(jars.glob("5.*/jena-fuseki-server-5.*[0-9].jar"), default=None)
    if jar is None or shutil.which("java") is None:
        pytest.skip("needs Apache Jena (run .ci/engines)")
    command = (installed("java"), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", jar, program)
    return run(*command, *arguments, status=status)


@pytest.mark.parametrize("sent", [(), ("--post",)])
def test_a_table_is_asked_for(endpoint: str, sent: tuple[str, ...]) -> None:
    shown = jena("arq.rsparql", "--service", endpoint, *sent, "--results=json", SELECT).stdout
    rows = json.loads(shown)["results"]["bindings"]
    assert len(rows) == 16
    assert FMAS in {row["paper"]["value"] for row in rows}


def test_a_truth_value_and_a_graph_are_asked_for(endpoint: str) -> None:
    assert "Ask => Yes" in jena("arq.rsparql", "--service", endpoint, ASK).stdout
    shown = jena("arq.rsparql", "--service", endpoint, "--results=nt", CONSTRUCT).stdout
    found = {quad.triple for quad in ox.parse(shown, format=ox.RdfFormat.N_TRIPLES)}
    assert len(found) == 23


def test_documents_and_the_endpoint_are_joined(endpoint: str, site: str) -> None:
    """The document of a person gives the name, the endpoint by SERVICE the papers."""
    address = BRETT.replace("https://w3id.org/symposia", site)
    query = f"""
        SELECT ?name ?title WHERE {{
          <{BRETT}> <http://xmlns.com/foaf/0.1/name> ?name .
          SERVICE <{endpoint}> {{
            ?paper a <{SYM}Paper> ; <http://purl.org/dc/terms/creator> <{BRETT}> ;
              <http://purl.org/dc/terms/title> ?title
          }}
        }}"""
    shown = jena("arq.sparql", "--data", address, "--results=csv", query).stdout
    lines = shown.splitlines()
    assert lines[0] == "name,title"
    assert {line.split(",", 1)[0] for line in lines[1:]} == {"Brett Meyer"}
    assert any("FMAS" in line for line in lines)


def test_riot_reads_every_document(site: str) -> None:
    address = BRETT.replace("https://w3id.org/symposia", site)
    expected = len(graph_at(address))
    suffixes = ("", ".ttl", ".nt", ".rdf", ".jsonld")
    told = jena("riotcmd.riot", "--count", *(address + suffix for suffix in suffixes)).stderr
    for suffix in suffixes:
        assert f"{address}{suffix} : Triples = {expected}\n" in told


def test_it_shows_the_status_of_an_error_alone(endpoint: str) -> None:
    refused = "SELECT * { ?s ?p ?o SERVICE <http://127.0.0.1:1/> { ?o ?p ?s } }"
    told = jena("arq.rsparql", "--service", endpoint, refused, status=1)
    assert "400 Bad Request" in told.stderr


def test_it_can_send_no_token(scratch: Server) -> None:
    address = f"{scratch.address}/update"
    told = jena("arq.rupdate", "--service", address, "CREATE GRAPH <x:g>", status=2)
    assert "401 - Unauthorized" in told.stderr
