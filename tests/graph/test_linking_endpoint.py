"""Records of papers from endpoints: Oxigraph and others on loopback, patient and impatient ones."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import urllib3
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import LimitError, ServiceError, SourceError
from symposia.graph.linking import endpoint
from symposia.graph.linking.endpoint import Remote
from symposia.graph.linking.kinds import papers
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.matching import match
from symposia.graph.linking.publication import Publication
from symposia.graph.linking.scoring import score
from symposia.graph.store import Store

from ..engines.servers import MissingError, oxigraph
from ..server.writable import serving as running

EMPTY = {"head": {"vars": []}, "results": {"bindings": []}}
TITLES = [f"On the sum of {number} numbers" for number in range(90)]


@dataclass
class Endpoint:
    """What a small server answers, and what it was asked."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[float, str]] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[Endpoint]:
    """A server that gives these answers in turn, then results without rows."""
    told = Endpoint(list(answers))

    class Handler(BaseHTTPRequestHandler):
        """Answers as it is told."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.asked.append((time.monotonic(), parse_qs(body)["query"][0]))
            ok = (200, {}, json.dumps(EMPTY).encode())
            status, headers, content = told.answers.pop(0) if told.answers else ok
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        told.address = f"http://127.0.0.1:{server.server_port}/sparql"
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wanted(titles: list[str] = TITLES) -> list[Publication]:
    return [Publication(f"urn:paper:{number}", title) for number, title in enumerate(titles)]


def remote(address: str, folder: Path, **options: object) -> Remote:
    given: dict = {"private": True, "pause": 0.0} | options
    return Remote(address, folder / "answers.sqlite", **given)


DBLP = """PREFIX dblp: <https://dblp.org/rdf/schema#>
INSERT DATA {
  <https://dblp.org/rec/conf/iwml/XiongATGM23> dblp:title
    "FMAS: Fast Multi-Objective SuperNet Architecture Search for Semantic Segmentation." ;
    dblp:yearOfPublication "2023" ; dblp:publishedIn "tinyML Research Symposium" ;
    dblp:hasSignature [ dblp:signatureDblpName "Zhuoran Xiong" ; dblp:signatureOrdinal 1 ] ,
      [ dblp:signatureDblpName "Marihan Amein" ; dblp:signatureOrdinal 2 ] ,
      [ dblp:signatureDblpName "Olivier Therrien" ; dblp:signatureOrdinal 3 ] ,
      [ dblp:signatureDblpName "Warren J. Gross" ; dblp:signatureOrdinal 4 ] ,
      [ dblp:signatureDblpName "Brett H. Meyer" ; dblp:signatureOrdinal 5 ] .
  <https://dblp.org/rec/journals/corr/abs-2304-01821> dblp:title
    "Data Aware Neural Architecture Search." ;
    dblp:yearOfPublication "2023" ; dblp:publishedIn "CoRR" ;
    dblp:doi <https://doi.org/10.48550/ARXIV.2304.01821> ;
    dblp:hasSignature [ dblp:signatureDblpName "Emil Njor" ; dblp:signatureOrdinal 1 ] ,
      [ dblp:signatureDblpName "Jan Madsen" ; dblp:signatureOrdinal 2 ] ,
      [ dblp:signatureDblpName "Xenofon Fafoutis" ; dblp:signatureOrdinal 3 ] .
  <https://dblp.org/rec/other> dblp:title "Fast Data Aware Neural Architecture Search." .
}"""


def graph_files(root: Path) -> list[Path]:
    return sorted((root / "graph" / "tinyml-2023").glob("*.ttl"))


def shipped(root: Path) -> Store:
    return Store.memory(
        NamedGraph(f"urn:{path.stem}", path, path.stem) for path in graph_files(root)
    )


def test_links_to_oxigraph_end_to_end(tmp_path: Path, root: Path) -> None:
    store = shipped(root)
    linkage = read_linkage("papers")
    try:
        with oxigraph(tmp_path) as server:
            headers = {"Content-Type": "application/sparql-update"}
            assert (
                urllib3.request("POST", f"{server.url}/update", body=DBLP, headers=headers).status
                == 204
            )
            dblp = remote(f"{server.url}/query", tmp_path, batch=10)
            right = papers.records_at(dblp, store)
            for path in graph_files(root):
                headers = {"Content-Type": "text/turtle"}
                address = f"{server.url}/store?default"
                assert urllib3.request(
                    "POST", address, body=path.read_bytes(), headers=headers
                ).status in (200, 201, 204)
            other = remote(f"{server.url}/query", tmp_path, vocabulary="symposia")
            mirrored = papers.records_at(other, store)
    except MissingError as missing:
        pytest.skip(str(missing))
    assert dblp.requests == 3, "16 titles and 12 DOIs, ten at a time"
    assert right.num_rows == 2, "what is called otherwise is not asked for"
    left = papers.records(store)
    assert other.requests == 1
    assert mirrored["id"].to_pylist() == left["id"].to_pylist()
    for column in ("key", "families", "year", "venue", "doi", "arxiv"):
        assert mirrored[column] == left[column], column
    scores = papers.confirm(match(score(linkage, left, right), "one-to-one"), left, right)
    found = {
        (row["left"].rpartition("/")[2], row["right"].rpartition("/")[2]): row["probability"]
        for row in scores.pairs.to_pylist()
    }
    same = linkage.thresholds.same
    assert found.pop(("fmas", "XiongATGM23")) >= same
    (((_, record), probability),) = found.items()
    assert record == "abs-2304-01821"
    assert linkage.thresholds.close <= probability < same, "a preprint is a version"
    again = remote(dblp.address, tmp_path)
    assert papers.records_at(again, store).equals(right)
    assert again.requests == 0, "the server is gone; the cache is not"


def test_many_titles_in_one_request(tmp_path: Path) -> None:
    with serving() as server:
        asked = remote(server.address, tmp_path, batch=40)
        assert list(asked.publications(wanted())) == []
        assert asked.requests == len(server.asked) == 3
        assert [query.count("of 1") for _, query in server.asked] != [0, 0, 0]
        more = remote(server.address, tmp_path)
        list(more.publications([*wanted(), *wanted(["Another title?"])]))
        assert more.requests == 1
        assert server.asked[-1][1].count("numbers") == 0
        assert '"Another title?"@en' in server.asked[-1][1]
        assert '"Another title?."' not in server.asked[-1][1]


def test_titles_cannot_leave_their_quotes(tmp_path: Path) -> None:
    title = 'A " } DROP ALL # \n \\" title'
    row = {"asked": title, "paper": "urn:p", "fact": "title", "value": title}
    bindings = [
        {
            name: {"type": "uri" if name == "paper" else "literal", "value": value}
            for name, value in row.items()
        }
    ]
    answer = json.dumps({"results": {"bindings": bindings}}).encode()
    with serving((200, {}, answer)) as server:
        (found,) = remote(server.address, tmp_path).publications(wanted([title]))
        assert found.id == "urn:p"
        assert r'"A \" } DROP ALL # \n \\\" title"' in server.asked[0][1]


@pytest.mark.parametrize("status", [429, 503])
def test_waits_as_long_as_it_is_asked_to(tmp_path: Path, status: int) -> None:
    with serving((status, {"Retry-After": "1"}, b"")) as server:
        asked = remote(server.address, tmp_path)
        list(asked.publications(wanted(["One"])))
        (first, _), (second, _) = server.asked
        assert second - first >= 1
        assert asked.requests == 2


def test_pauses_from_one_request_to_the_next(tmp_path: Path) -> None:
    with serving() as server:
        list(remote(server.address, tmp_path, batch=45, pause=0.5).publications(wanted()))
        (first, _), (second, _) = server.asked
        assert second - first >= 0.45


def test_what_was_answered_is_kept_when_a_later_request_fails(tmp_path: Path) -> None:
    ok = (200, {}, json.dumps(EMPTY).encode())
    with serving(ok, (400, {}, b"")) as server:
        with pytest.raises(ServiceError, match="it answers 400"):
            list(remote(server.address, tmp_path, batch=45).publications(wanted()))
        again = remote(server.address, tmp_path, batch=45)
        list(again.publications(wanted()))
        assert again.requests == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b""), "it answers 404"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "it answers 302"),
        ((503, {"Retry-After": "86400"}, b""), "asks to wait 86400 s"),
        ((200, {}, b"<html>"), "no SPARQL results"),
        ((200, {}, b'{"results": []}'), "no SPARQL results"),
        ((200, {}, b"[" * 100_000), "no SPARQL results"),
    ],
)
def test_what_an_endpoint_cannot_do(
    tmp_path: Path, answer: tuple[int, dict[str, str], bytes], said: str
) -> None:
    with serving(answer) as server, pytest.raises(ServiceError, match=said):
        list(remote(server.address, tmp_path).publications(wanted(["One"])))


def test_answers_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_LARGEST", 1000)
    with serving((200, {}, b" " * 2000)) as server, pytest.raises(LimitError, match="1,000 bytes"):
        list(remote(server.address, tmp_path).publications(wanted(["One"])))


def test_a_server_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_WAITS", (0.0, 0.0))
    with serving() as server:
        asked = remote(server.address, tmp_path)
    with pytest.raises(ServiceError, match="refused"):
        list(asked.publications(wanted(["One"])))
    assert asked.requests == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"])
def test_private_addresses_are_refused(tmp_path: Path, host: str) -> None:
    asked = remote(f"http://{host}:9/sparql", tmp_path, private=False)
    with pytest.raises(SourceError, match="--allow-private"):
        list(asked.publications(wanted(["One"])))
    assert asked.requests == 1


@pytest.mark.parametrize(
    "address",
    ["ftp://a/sparql", "file:///etc/passwd", "http://user:secret@a/", "sparql", "http://"],
)
def test_no_addresses(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match="no address"):
        remote(address, tmp_path)


def test_no_vocabulary(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="dblp or symposia"):
        remote("http://a/", tmp_path, vocabulary="schema")


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    with serving() as server:
        asked = remote(server.address, tmp_path / "answers.sqlite")
        (tmp_path / "answers.sqlite").write_text("a file where a folder should be")
        with pytest.raises(SourceError, match="cannot be kept there"):
            list(asked.publications(wanted(["One"])))
        assert server.asked == []


def test_a_cache_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_text("no database " * 100)
    with pytest.raises(SourceError, match="Delete the file"):
        list(remote("http://127.0.0.1:9/", tmp_path).publications(wanted(["One"])))


def test_another_symposia_knows_titles_in_any_case(tmp_path: Path) -> None:
    titles = ["FMAS: FAST MULTI‑OBJECTIVE SuperNet Architecture Search for Semantic segmentation"]
    with running(tmp_path, "--data", str(tmp_path / "data")) as server:
        asked = remote(f"{server.address}/sparql", tmp_path, vocabulary="symposia")
        (found,) = asked.publications(wanted(titles))
        exact = remote(f"{server.address}/sparql", tmp_path, vocabulary="dblp")
        assert list(exact.publications(wanted(titles))) == []
    assert found.id == "https://w3id.org/symposia/tinyml-2023/paper/fmas"
    assert found.authors[0] == "Zhuoran Xiong"
    assert asked.requests == 1


@pytest.mark.parametrize("status", [504, 507])
def test_what_is_too_much_is_asked_to_the_letter(tmp_path: Path, status: int) -> None:
    with serving((status, {"Retry-After": "100"}, b"")) as server:
        asked = remote(server.address, tmp_path, vocabulary="symposia", batch=45)
        assert list(asked.publications(wanted())) == []
        whole, *others = (query for _, query in server.asked)
        assert '"on the sum of 1 numbers"' in whole
        assert len(others) == 2
        assert not any("on the sum" in query for query in others)
