"""What the server says of itself and of its dataset, as other tools read it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, RDF, VOID, Literal, URIRef
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.errors import OverloadedError, StoreError
from symposia.graph.statistics import measure
from symposia.graph.store import Store
from symposia.server import wellknown
from symposia.server.app import create_app
from symposia.server.description import DUMPS, Described, describe_dataset
from symposia.server.dumps import Dump
from symposia.server.negotiation import Format
from symposia.server.paper_files import PAPERS
from symposia.server.serving import Served

from .jelly import read_jelly

SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
BASE = "https://w3id.org/symposia/"
DATASET = URIRef(f"{BASE}.well-known/void#dataset")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
BY = URIRef("https://creativecommons.org/licenses/by/4.0/")
PARSERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}
READ = pytest.mark.filterwarnings(r"ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")


def read(client: FlaskClient, address: str, accept: str = "text/turtle") -> rdflib.Graph:
    answer = client.get(address, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.mimetype == accept
    return rdflib.Graph().parse(data=answer.data, format=PARSERS[accept])


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.memory(shipped())


# Service description: the three tests of the W3C suite
# (rdf-tests/sparql/sparql11/service-description/manifest.ttl)


@READ
@pytest.mark.parametrize("accept", PARSERS)
def test_get_on_the_endpoint_returns_rdf(client: FlaskClient, accept: str) -> None:
    assert len(read(client, "/sparql", accept)) > 10


@READ
@pytest.mark.parametrize("root", ["http://localhost/", "https://data.example.org:8443/"])
def test_there_is_a_matching_endpoint_triple(client: FlaskClient, root: str) -> None:
    answer = client.get("/sparql", base_url=root, headers={"Accept": "text/turtle"})
    found = rdflib.Graph().parse(data=answer.data, format="turtle")
    ((service, endpoint),) = found.subject_objects(SD.endpoint)
    assert isinstance(service, rdflib.BNode)
    assert endpoint == URIRef(f"{root}sparql")


@READ
def test_the_description_conforms_to_the_vocabulary(client: FlaskClient) -> None:
    found = read(client, "/sparql")
    terms = {
        *("Service", "Graph", "NamedGraph", "Dataset", "endpoint", "feature", "name", "graph"),
        *("defaultDataset", "defaultEntailmentRegime", "defaultGraph", "namedGraph"),
        *("resultFormat", "supportedLanguage", "SPARQL11Query", "UnionDefaultGraph"),
    }
    used = {str(t)[len(SD) :] for triple in found for t in triple if str(t).startswith(SD)}
    assert used == terms
    (service,) = found.subjects(RDF.type, SD.Service)
    assert [*found.objects(service, SD.supportedLanguage)] == [SD.SPARQL11Query]
    assert len({*found.objects(service, SD.resultFormat)}) == 10
    dataset = found.value(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in found
    named = [found.value(node, SD.name) for node in found.objects(dataset, SD.namedGraph)]
    assert sorted(map(str, named)) == sorted(graph.iri for graph in shipped())


def test_without_a_query_a_browser_gets_the_editor(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.mimetype == "text/html"
    assert "<textarea" in answer.text


@pytest.mark.parametrize(
    ("address", "accept", "status", "mimetype"),
    [
        ("/sparql", None, 200, "text/turtle"),
        ("/sparql?format=jsonld", None, 200, "application/ld+json"),
        ("/sparql", "text/turtle, text/html;q=0.5", 200, "text/turtle"),
        ("/sparql", "image/png", 406, "application/problem+json"),
        ("/sparql?default-graph-uri=urn:x", None, 400, "application/problem+json"),
        ("/.well-known/void", None, 200, "text/turtle"),
        ("/.well-known/void", "text/html,*/*;q=0.8", 200, "text/html"),
        ("/.well-known/void", "image/png", 406, "application/problem+json"),
        ("/.well-known/void.ttl", "text/html", 200, "text/turtle"),
        ("/.well-known/void.jsonld", None, 200, "application/ld+json"),
        ("/.well-known/void.rdf", None, 200, "application/rdf+xml"),
        ("/.well-known/void.html", None, 200, "text/html"),
        ("/.well-known/void.exe", None, 404, "application/problem+json"),
    ],
)
def test_formats_are_negotiated(
    client: FlaskClient, address: str, accept: str | None, status: int, mimetype: str
) -> None:
    answer = client.get(address, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (status, mimetype)


# VoID and DCAT


@READ
@pytest.mark.parametrize("accept", PARSERS)
def test_void_says_the_same_in_every_format(client: FlaskClient, accept: str) -> None:
    found = read(client, "/.well-known/void", accept)
    assert len(found) == len(read(client, "/.well-known/void"))
    assert (DATASET, RDF.type, VOID.Dataset) in found
    assert (DATASET, RDF.type, DCAT.Dataset) in found


def test_the_numbers_are_those_of_the_triples(store: Store) -> None:
    """Counted once more, in Python."""
    triples = {quad.triple for quad in store.quads()}
    found = measure(store)
    assert found.triples == len(triples)
    assert found.subjects == len({t.subject for t in triples})
    assert found.objects == len({t.object for t in triples})
    type_ = ox.NamedNode(str(RDF.type))
    classes = {t.object.value for t in triples if t.predicate == type_}  # type: ignore[union-attr]
    assert {iri for iri, _ in found.classes} == classes
    for iri, entities in found.classes:
        assert entities == sum(t.predicate == type_ and t.object.value == iri for t in triples)  # type: ignore[union-attr]
    assert sum(each.triples for each in found.properties) == len(triples)
    for each in found.properties:
        own = [t for t in triples if t.predicate.value == each.property]
        assert each.triples == len(own)
        assert each.subjects == len({t.subject for t in own})
        assert each.objects == len({t.object for t in own})
    assert {g.iri: g.triples for g in found.graphs} == {g: store.count(g) for g in store.graphs()}


def test_linksets_are_counted_by_dataset_and_predicate(store: Store) -> None:
    links = {(e.title, e.predicate.rpartition("/")[2]): e.triples for e in measure(store).linksets}
    text = "".join(f"{quad.triple} .\n" for quad in store.quads())
    ror = len(re.findall(r"<https://schema.org/sameAs> <https://ror\.org/", text))
    cso = len(re.findall(r"core#broadMatch> <https://cso\.kmi\.open\.ac\.uk/topics/", text))
    assert links["ROR", "sameAs"] == ror > 30
    assert links["Computer Science Ontology", "core#broadMatch"] == cso > 20
    assert {"arXiv", "DOI", "Wikidata", "IEEE Taxonomy"} < {title for title, _ in links}


@READ
def test_void_and_dcat_lead_to_everything(client: FlaskClient) -> None:
    found = read(client, "/.well-known/void")
    assert found.value(DATASET, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    assert found.value(DATASET, VOID.uriSpace) == Literal(BASE)
    dumps = {str(dump) for dump in found.objects(DATASET, VOID.dataDump)}
    versioned = "http://localhost/dumps/0/symposia.nq.gz"
    assert dumps == {versioned} | {f"http://localhost/dump.{form.suffix}" for form in DUMPS}
    parts = [*found.objects(DATASET, DCAT.distribution)]
    assert {str(found.value(part, DCAT.downloadURL)) for part in parts} == dumps
    (catalog,) = found.subjects(RDF.type, DCAT.Catalog)
    assert found.value(catalog, DCAT.dataset) == DATASET
    service = found.value(catalog, DCAT.service)
    assert found.value(service, DCAT.endpointURL) == URIRef("http://localhost/sparql")
    for example in found.objects(DATASET, VOID.exampleResource):
        path = str(example).removeprefix(BASE)
        assert client.get(f"/{path}.ttl").status_code == 200, example


@READ
def test_the_licence_is_stated_where_it_is_known(client: FlaskClient, tmp_path: Path) -> None:
    found = read(client, "/.well-known/void")
    assert found.value(DATASET, DCTERMS.license) == CC0
    subsets = {
        str(found.value(part, DCTERMS.identifier)): found.value(part, DCTERMS.license)
        for part in found.objects(DATASET, VOID.subset)
    }
    assert subsets[f"{BASE}graph/ontology"] == BY
    assert subsets[f"{BASE}tinyml-2023/graph/programme"] == CC0
    (tmp_path / "other.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    other = NamedGraph("urn:other", tmp_path / "other.ttl", "somebody's")
    counted = measure(Store.memory([*shipped(), other]))
    known = {graph.iri: str(CC0) for graph in shipped()}
    about = Described("http://x/", BASE, 1, None, {}, known, counted)
    assert about.licence == ""
    assert (ox.NamedNode(str(DATASET)), ox.NamedNode(str(DCTERMS.license))) not in {
        (triple.subject, triple.predicate) for triple in describe_dataset(about)
    }


@READ
def test_hostile_data_stay_data(tmp_path: Path) -> None:
    (tmp_path / "poison.ttl").write_text(
        '<urn:x:%3Cscript%3E> a <urn:x:"%3E"> ; <javascript:alert(1)> "<script>" .'.replace(
            '"%', "%"
        ).replace('%3E"', "%3E")
    )
    poison = NamedGraph("urn:g", tmp_path / "poison.ttl", "<script>alert(1)</script>")
    client = create_app(store=Store.memory([poison])).test_client()
    page = client.get("/.well-known/void.html").text
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert len(read(client, "/.well-known/void")) > 10


def test_the_description_of_nothing() -> None:
    empty = measure(Store.memory())
    assert (empty.triples, empty.classes, empty.graphs, empty.vocabularies) == (0, (), (), ())
    about = Described("http://x/", "http://x/", 0, None, {}, {}, empty)
    assert describe_dataset(about)
    assert about.licence == ""


def test_numbers_are_counted_once_for_a_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    monkeypatch.setattr(wellknown, "measure", lambda store: counted.append(1) or measure(store))
    served = Served(Store.memory(), 1, None, BASE)
    assert wellknown.statistics(served) is wellknown.statistics(served)
    assert len(counted) == 1


def test_a_failed_count_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Store) -> None:
        raise StoreError("The store failed.")

    served = Served(Store.memory(), 1, None, BASE)
    with monkeypatch.context() as patch:
        patch.setattr(wellknown, "measure", fail)
        with pytest.raises(StoreError):
            wellknown.statistics(served)
    assert wellknown.statistics(served).triples == 0


def test_who_waits_too_long_for_numbers_is_told_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import threading

    go = threading.Event()
    monkeypatch.setattr(wellknown, "_PATIENCE", 0.05)
    monkeypatch.setattr(wellknown, "measure", lambda store: go.wait(20) and measure(store))
    served = Served(Store.memory(), 1, None, BASE)
    with pytest.raises(OverloadedError):
        wellknown.statistics(served)
    go.set()
    monkeypatch.setattr(wellknown, "_PATIENCE", 20)
    assert wellknown.statistics(served).triples == 0


# Dumps


@pytest.mark.parametrize("form", DUMPS, ids=lambda form: form.suffix)
def test_a_dump_is_the_dataset(client: FlaskClient, store: Store, form: Format) -> None:
    suffix = form.suffix
    answer = client.get(f"/dump.{suffix}")
    assert answer.status_code == 200
    assert f'filename="symposia-0.{suffix}"' in answer.headers["Content-Disposition"]
    if suffix == "jelly":
        assert sorted(map(str, read_jelly(answer.data))) == sorted(map(str, store.quads()))
        return
    kinds = {
        "nq": ox.RdfFormat.N_QUADS,
        "trig": ox.RdfFormat.TRIG,
        "nt": ox.RdfFormat.N_TRIPLES,
        "ttl": ox.RdfFormat.TURTLE,
    }
    found = list(ox.parse(answer.data, kinds[suffix]))
    if suffix in ("nq", "trig"):
        assert set(found) == set(store.quads())
    else:
        assert {quad.triple for quad in found} == {quad.triple for quad in store.quads()}
    assert len(found) == len(set(found))


@READ
@pytest.mark.parametrize("form", PAPERS, ids=lambda form: form.suffix)
def test_all_papers_are_a_file(client: FlaskClient, form: Format) -> None:
    answer = client.get(f"/dump.{form.suffix}")
    assert (answer.status_code, answer.content_type) == (200, form.content_type)
    assert f"symposia-0.{form.suffix}" in answer.headers["Content-Disposition"]
    assert f'<{CC0}>; rel="license"' in answer.headers["Link"]
    assert answer.data == client.get(f"/tinyml-2023.{form.suffix}").data  # the only conference
    assert f'href="/dump.{form.suffix}"' in client.get("/papers").text
    assert f'href="/dump.{form.suffix}"' in client.get("/.well-known/void.html").text
    again = client.get(f"/dump.{form.suffix}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    answer.close()
    again.close()


@READ
def test_the_dump_of_a_generation_is_a_file_with_its_checksum(
    client: FlaskClient, store: Store
) -> None:
    answer = client.get("/dumps/0/symposia.nq.gz")
    assert (answer.status_code, answer.content_type) == (200, "application/gzip")
    digest = hashlib.sha256(answer.data)
    assert answer.headers["Repr-Digest"] == f"sha-256=:{b64encode(digest.digest()).decode()}:"
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert f'<{CC0}>; rel="license"' in answer.headers["Link"]
    assert "no-cache" in answer.headers["Cache-Control"]
    lines = gzip.decompress(answer.data).splitlines()
    assert lines == sorted(lines)
    assert len(lines) == sum(1 for _ in store.quads())
    assert client.get("/dumps/0/SHA256SUMS").text == f"{digest.hexdigest()}  symposia.nq.gz\n"
    part = client.get("/dumps/0/symposia.nq.gz", headers={"Range": "bytes=2-9"})
    assert (part.status_code, part.data) == (206, answer.data[2:10])
    answer.close()
    part.close()
    found = read(client, "/.well-known/void")
    (checksum,) = found.subjects(SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    assert str(found.value(checksum, SPDX.checksumValue)) == digest.hexdigest()
    (size,) = found.objects(None, DCAT.byteSize)
    assert int(size) == len(answer.data)


@pytest.mark.parametrize("path", ["/dumps/7/symposia.nq.gz", "/dumps/7/SHA256SUMS"])
def test_a_generation_that_is_gone_has_no_dump(path: str, client: FlaskClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json["detail"] == "Generation 7 is not served."
    assert answer.json["hint"].endswith("http://localhost/dumps/0/symposia.nq.gz.")


def test_a_dump_in_a_format_that_is_not_offered_is_404(client: FlaskClient) -> None:
    assert client.get("/dump.zip").status_code == 404


@pytest.mark.parametrize("form", DUMPS, ids=lambda form: form.suffix)
def test_a_dump_that_is_closed_ends_its_thread(store: Store, form: Format) -> None:
    import threading

    ended = threading.Event()
    dump = Dump(store, form, ended.set)
    next(dump)
    dump.close()
    assert ended.wait(20)


def test_a_dump_that_fails_breaks_off() -> None:
    class Failing(Store):
        def quads(self):  # type: ignore[no-untyped-def]
            for number in range(50_000):
                yield ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode("urn:p"), ox.Literal(""))
            raise StoreError("The disk is gone.")

    nquads = next(form for form in DUMPS if form.name == "nquads")
    dump = Dump(Failing(ox.Store()), nquads)
    with pytest.raises(StoreError, match="The disk is gone"):
        b"".join(dump)


def test_few_dumps_at_a_time(app: Flask) -> None:
    client = app.test_client()
    held = [client.get("/dump.nt", buffered=False) for _ in range(2)]
    try:
        refused = client.get("/dump.nt")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        assert client.get("/papers").status_code == 200
    finally:
        for answer in held:
            answer.close()


def test_json_ld_is_compact(client: FlaskClient) -> None:
    found = json.loads(client.get("/.well-known/void.jsonld").data)
    assert "@context" in found


@pytest.mark.parametrize(
    ("accept", "status", "location"),
    [
        ("text/turtle", 303, "/.well-known/void.ttl"),
        ("application/ld+json, text/html;q=0.5", 303, "/.well-known/void.jsonld"),
        ("text/html, */*;q=0.8", 200, None),
        ("*/*", 200, None),
        ("image/png", 200, None),
    ],
)
def test_the_home_page_leads_who_asks_for_data_to_the_description(
    client: FlaskClient, accept: str, status: int, location: str | None
) -> None:
    answer = client.get("/", headers={"Accept": accept})
    assert (answer.status_code, answer.headers.get("Location")) == (status, location)
    assert "Accept" in answer.headers["Vary"]
