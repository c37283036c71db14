"""Clients that read and write at once, and know exactly what each answer may be.

A writer works on a graph of its own and counts up. Change `n` of it says `n` in forty triples, in
two graphs for an update, so that a change which is there in part shows. What was sent, what was
acknowledged and what was refused is kept, and every reader holds what it is told against that.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlencode

from .site import JSON, UPDATE, Answer, Site, exchange, rows

__all__ = ["Load"]

PARTS = 20
_BROKEN = (http.client.HTTPException, ConnectionError, TimeoutError)
_FAULTS = {500: "Query was stopped", 503: "Overloaded"}
"""What a reader may be told while processes die: killed three times, and no worker in time."""
_REFUSALS = {
    True: {(500, "Query was stopped"), (503, "Overloaded")},
    False: {(503, "Store cannot be used")},
}
"""What a writer may be told while processes die, and while there is no room."""
_PAUSE = 0.05
_REST = 0.03
"""Seconds between the requests of a reader, so that writers are served too."""

FIXED = (
    (
        "SELECT ?s ?l { ?s a <https://w3id.org/symposia/ontology#Person> ;"
        " <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?s ?l"
    ),
    (
        "SELECT ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o }"
        " FILTER(!STRSTARTS(STR(?g), 'urn:faults')) } GROUP BY ?p ORDER BY ?p"
    ),
    (
        "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(!STRSTARTS(STR(?g), 'urn:faults')"
        " && !ISBLANK(?s) && !ISBLANK(?o)) } ORDER BY ?g ?s ?p ?o"
    ),
)
"""Queries whose answers no change touches; that of the last is sent in many parts."""
PAGE = "/tinyml-2023/paper/fmas.ttl"


class Journal:
    """What became of the changes of one writer; change numbers begin with 1."""

    def __init__(self, name: str, *, replaces: bool) -> None:
        self.name = name
        self.replaces = replaces
        self.sent = 0
        self.acknowledged: set[int] = set()
        self.refused: set[int] = set()

    @property
    def graphs(self) -> tuple[str, ...]:
        """The graphs that it changes."""
        one = f"urn:faults:{self.name}"
        return (one,) if self.replaces else (one, f"{one}:too")

    @property
    def query(self) -> str:
        """What tells which changes are there, and how much of each."""
        return (
            "SELECT ?n ?g (COUNT(*) AS ?parts) { VALUES ?g { "
            + " ".join(f"<{graph}>" for graph in self.graphs)
            + " } GRAPH ?g { ?n <urn:part> ?part } } GROUP BY ?n ?g ORDER BY ?n ?g"
        )

    def expect(self, found: list[tuple[str, ...]], certain: set[int], sent: int) -> None:
        """Hold an answer against what it may be.

        :param certain: changes that were acknowledged before it was asked for.
        :param sent: how many changes had been sent when it was there.
        """
        parts = PARTS * 2 // len(self.graphs)
        there = {int(n.removeprefix("urn:n:")) for n, _, _ in found}
        whole = [(f"urn:n:{n}", g, str(parts)) for n in there for g in self.graphs]
        assert sorted(found) == sorted(whole), f"{self.name}: a change is there in part: {found}"
        assert there <= {*range(1, sent + 1)}, f"{self.name}: from nowhere: {there}"
        if self.replaces:
            assert len(there) <= 1, f"{self.name}: two at once: {there}"
            assert max(certain, default=0) <= max(there, default=0), f"{self.name}: old: {there}"
            assert not there & self.refused - {max(self.acknowledged, default=0)}
        else:
            assert certain <= there, f"{self.name}: lost: {certain - there}"
            assert not there & self.refused, f"{self.name}: refused and there"


class Load:
    """Readers and writers of a site.

    :param readers: how many read.
    :param writers: how many send updates; one more replaces a graph by PUT.
    :param faulty: whether processes are killed, so that requests may fail.
    """

    def __init__(
        self, site: Site, readers: int = 3, writers: int = 2, *, faulty: bool = True, seed: int = 1
    ) -> None:
        self._site = site
        self._faulty = faulty
        self._seed = seed
        self._readers = readers
        self.journals = [Journal(f"update{n}", replaces=False) for n in range(writers)]
        self.journals.append(Journal("put", replaces=True))
        self.writing = 0
        """How many changes are under way."""
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[BaseException] = []
        self._bodies: dict[tuple[str, str], bytes] = {}
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._right = {query: self._read(query).body for query in (*FIXED, PAGE)}

    def __enter__(self) -> Load:
        """Begin."""
        tasks: list[Callable[[], None]] = [self._reader(n) for n in range(self._readers)]
        tasks += [self._writer(journal) for journal in self.journals]
        self._threads = [threading.Thread(target=self._guarded, args=(task,)) for task in tasks]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and look whether anything was wrong."""
        self._done.set()
        for thread in self._threads:
            thread.join(60)
        if self.wrong:
            raise AssertionError(f"{len(self.wrong)} wrong answers") from self.wrong[0]
        assert not any(thread.is_alive() for thread in self._threads)

    def check(self) -> None:
        """Look that every acknowledged change is there, and of the others none in part."""
        for journal in self.journals:
            found = self._site.ask(journal.query)
            journal.expect(found, {*journal.acknowledged}, journal.sent)
        for query, right in self._right.items():
            assert self._read(query).body == right

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001  the test looks at it
            self.wrong.append(error)
            self._done.set()

    # Reading --------------------------------------------------------------------------------

    def _read(self, query: str) -> Answer:
        answer = self._site.send("GET", _address(query), accept=_accept(query))
        assert answer.status == 200, answer
        return answer

    def _reader(self, number: int) -> Callable[[], None]:
        chance = random.Random(f"{self._seed} reader {number}")  # noqa: S311  not a secret

        def read() -> None:
            known: dict[str, Answer] = {}
            while not self._done.is_set():
                with closing(self._site.connect()) as connection:
                    try:
                        while not self._done.wait(_REST):
                            self._ask(connection, chance, known)
                    except _BROKEN as error:
                        if not self._faulty:
                            raise
                        self.outcomes[type(error).__name__] += 1
                        time.sleep(_PAUSE)

        return read

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        chance: random.Random,
        known: dict[str, Answer],
    ) -> None:
        """Ask for something, and hold the answer against what it may be."""
        journal = chance.choice(self.journals)
        query = chance.choice((*FIXED, PAGE, *(journal.query for _ in range(3))))
        certain = {*journal.acknowledged}
        # With a comment it is another request, which no memory answers.
        remark = f" # {chance.random()}" if query != PAGE and chance.random() < 0.5 else ""
        path = _address(query + remark)
        fields = {"accept": _accept(query)}
        if path in known and chance.random() < 0.5:
            fields["if_none_match"] = known[path].headers["etag"]
        answer = exchange(connection, "GET", path, **fields)
        self.outcomes[f"read {answer.status}"] += 1
        if answer.status in _FAULTS:
            assert self._faulty, answer
            assert answer.problem["title"] == _FAULTS[answer.status], answer
            return
        if answer.status == 304:
            answer = known[path]
        elif "etag" in answer.headers:
            # Equal tags are equal answers, of whatever process.
            key = (path, answer.headers["etag"])
            with self._lock:
                assert self._bodies.setdefault(key, answer.body) == answer.body
            known[path] = answer
        if query == journal.query:
            journal.expect(rows(answer), certain, journal.sent)
        else:
            assert (answer.status, answer.body) == (200, self._right[query])

    # Writing --------------------------------------------------------------------------------

    def _writer(self, journal: Journal) -> Callable[[], None]:
        def write() -> None:
            while not self._done.is_set():
                with closing(self._site.connect()) as connection:
                    try:
                        while not self._done.is_set():
                            self._change(connection, journal)
                    except _BROKEN:
                        if not self._faulty:
                            raise
                        self.outcomes["change broken"] += 1
                        time.sleep(_PAUSE)

        return write

    def _change(self, connection: http.client.HTTPConnection, journal: Journal) -> None:
        if connection.sock is None:
            connection.connect()  # what is refused here was not sent
        number = journal.sent + 1
        journal.sent = number
        with self._lock:
            self.writing += 1
        try:
            answer = _send(connection, journal, number)
        finally:
            with self._lock:
                self.writing -= 1
        self.outcomes[f"change {answer.status}"] += 1
        if answer.status < 300:
            journal.acknowledged.add(number)
            return
        title, detail = answer.problem["title"], answer.problem["detail"]
        assert (answer.status, title) in _REFUSALS[self._faulty], answer
        if "while it was being published" not in detail:  # then it may have been made or not
            journal.refused.add(number)
        time.sleep(_PAUSE)


def _send(connection: http.client.HTTPConnection, journal: Journal, number: int) -> Answer:
    count = PARTS * 2 // len(journal.graphs)
    parts = ", ".join(str(part) for part in range(count))
    triples = f"<urn:n:{number}> <urn:part> {parts} ."
    if journal.replaces:
        path = f"/store?{urlencode({'graph': journal.graphs[0]})}"
        return exchange(connection, "PUT", path, triples, content_type="text/turtle")
    graphs = " ".join(f"GRAPH <{graph}> {{ {triples} }}" for graph in journal.graphs)
    return exchange(
        connection, "POST", "/update", f"INSERT DATA {{ {graphs} }}", content_type=UPDATE
    )


def _address(query: str) -> str:
    return query if query.startswith("/") else f"/sparql?{urlencode({'query': query})}"


def _accept(query: str) -> str:
    return "text/turtle" if query == PAGE else JSON
