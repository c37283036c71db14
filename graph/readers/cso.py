"""Reads the Computer Science Ontology, a table of topics and how they belong together, as SKOS.

See https://cso.kmi.open.ac.uk/downloads.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph as ox

from ..dataset import NamedGraph
from ..errors import SourceError
from ..loss import Loss
from ..reading import Reading, ReadOptions
from ..topics import CSO
from ..triples import english, link, term, triple
from .publish import describe

__all__ = ["READER", "CsoReader"]

_LONGEST: Final = 256 * 1024 * 1024
"""Bytes of the largest table, unpacked."""

_TOPIC: Final = f"{CSO}/topics/"
_GZIP: Final = b"\x1f\x8b"
_ROW: Final = re.compile(rb'\s*"?(?:[^;"\n]+"?;klink:|<https?://cso\.kmi\.open\.ac\.uk/topics/)')
_OF: Final = {
    "broaderGeneric": "broader", "superTopicOf": "broader",
    "contributesTo": "related",
    "primaryLabel": "same", "preferentialEquivalent": "same",
    "sameAs": "exactMatch",
}  # fmt: skip
"""What the relations of CSO mean, in its release of 2019 and the later ones."""


class CsoReader:
    """Reads the table of CSO, also packed by gzip, as a concept scheme in a graph of its own.

    Topics that CSO holds for the same become one concept with several labels; what is broader,
    contributes, or is the same elsewhere stands as skos:broader, skos:related and skos:exactMatch.
    """

    name = "cso"
    label = "Computer Science Ontology"
    suffixes = (".csv", ".gz")

    def sniff(self, head: bytes, path: Path) -> int:  # noqa: ARG002
        """See `Reader.sniff`."""
        if head.startswith(_GZIP):
            try:
                head = zlib.decompressobj(wbits=31).decompress(head, 4096)
            except zlib.error:
                return 0
        return 3 if _ROW.match(head.removeprefix(codecs.BOM_UTF8)) else 0

    def read(self, path: Path, *, options: ReadOptions) -> list[Reading]:
        """See `Reader.read`; the graph is no programme's, so it stands for itself."""
        source = describe(path, options, "text/csv")
        loss = Loss(source.name)
        table = _Table(_rows(path), loss)
        named = f"{options.base}graph/cso"
        file = options.folder / f"cso-{source.sha256[:12]}.nt"
        ox.serialize(table.triples(), str(file), ox.RdfFormat.N_TRIPLES)
        graph = NamedGraph(named, file, "Computer Science Ontology")
        return [Reading(named, (graph,), loss, (source,))]


class _Table:
    """The topics and their relations."""

    def __init__(self, rows: Iterable[tuple[int, list[str]]], loss: Loss) -> None:
        self._topics: set[str] = set()
        self._preferred: dict[str, str] = {}
        self._relations: dict[tuple[str, str, str], str] = {}
        self._counts: Counter[tuple[str, bool]] = Counter()
        for line, row in rows:
            if len(row) != 3 or not all(row):
                why = f"A row has three columns, this has {sum(map(bool, row))}."
                loss.refuse("property", "(row)", place=f"line {line}", found=";".join(row), why=why)
                continue
            self._counts[row[1], self._take(*row)] += 1
        if not self._topics:
            raise SourceError("the table holds no topic.", source=loss.source)
        self._stated = list(self._settled(loss))
        for (name, mapped), number in sorted(self._counts.items()):
            count = {"mapped": number} if mapped else {"kept": number}
            loss.count("property", _shown(name), **count)

    def _take(self, subject: str, relation: str, value: str) -> bool:
        """Remember a row; whether it says something that we state."""
        kind = re.split(r"[:#/]", relation.strip("<>"))[-1]
        topic, other = _topic(subject), _topic(value)
        if kind in ("type", "label"):
            self._topics.add(topic)
            return True
        meaning = _OF.get(kind)
        if meaning is None:
            return False
        self._topics.add(topic)
        if meaning == "same":
            self._topics.add(other)
            self._preferred[topic] = other
        elif meaning == "exactMatch":
            address = value.strip("<>")
            if link(address) is None:
                return False
            self._relations[topic, meaning, address] = relation
        else:
            self._topics.add(other)
            pair = (other, topic) if meaning == "broader" else (topic, other)
            self._relations[pair[0], meaning, pair[1]] = relation
        return True

    def triples(self) -> Iterator[ox.Triple]:
        """The scheme and its concepts."""
        scheme = ox.NamedNode(CSO)
        yield triple(scheme, "rdf:type", term("skos:ConceptScheme"))
        for predicate in ("rdfs:label", "dcterms:title"):
            yield triple(scheme, predicate, english("Computer Science Ontology"))
        yield triple(
            scheme, "dcterms:license", ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
        )
        for topic in sorted(self._topics):
            concept = _iri(self._first(topic))
            if self._first(topic) != topic:
                yield triple(concept, "skos:altLabel", english(topic))
                continue
            yield triple(concept, "rdf:type", term("skos:Concept"))
            for predicate in ("rdfs:label", "skos:prefLabel"):
                yield triple(concept, predicate, english(topic))
            yield triple(concept, "skos:inScheme", scheme)
        for one, relation, two in self._stated:
            value = ox.NamedNode(two) if relation == "exactMatch" else _iri(two)
            yield triple(_iri(one), f"skos:{relation}", value)

    def _settled(self, loss: Loss) -> Iterator[tuple[str, str, str]]:
        """The relations between concepts, each once; none is broader than itself."""
        stated: set[tuple[str, str, str]] = set()
        above: dict[str, set[str]] = defaultdict(set)
        for (topic, meaning, other), relation in self._relations.items():
            one = self._first(topic)
            two = other if meaning == "exactMatch" else self._first(other)
            if one == two or (one, meaning, two) in stated:
                continue
            if meaning == "broader" and one in _reached(two, above):
                why = "The one is already broader than the other."
                name, found = _shown(relation), f"{two}; {one}"
                loss.refuse("property", name, place="", found=found, why=why)
                self._counts[relation, True] -= 1
                continue
            if meaning == "broader":
                above[one].add(two)
            stated.add((one, meaning, two))
            yield one, meaning, two

    def _first(self, topic: str) -> str:
        """The topic that stands for all that are the same."""
        seen = {topic}
        while (other := self._preferred.get(topic, topic)) not in seen:
            seen.add(other)
            topic = other
        return topic


def _shown(relation: str) -> str:
    """The IRI of a relation."""
    return relation.strip("<>").replace("klink:", "http://kmi.open.ac.uk/klink#")


def _reached(start: str, above: dict[str, set[str]]) -> set[str]:
    """A topic, and whatever is broader than it."""
    found, left = {start}, [start]
    while left:
        new = above.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the table with their lines, from 1."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as opened:
            data = opened.read(_LONGEST + 1)
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"the file cannot be read ({error}).", source=str(path)) from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"the table is not UTF-8 (byte {error.start}).", source=str(path)
        ) from error
    if len(data) > _LONGEST:
        raise SourceError(f"the table has more than {_LONGEST:,} bytes.", source=str(path))
    delimiter = ";" if ";klink:" in text[:4096] else ","
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceError(
                f"the table is broken: {error}.", source=str(path), line=rows.line_num
            ) from error
        if row:
            yield rows.line_num, row


def _topic(cell: str) -> str:
    """The label of a topic, of its IRI where the table has IRIs."""
    address = cell.strip("<>")
    if address.startswith(_TOPIC):
        return unquote(address.removeprefix(_TOPIC)).replace("_", " ")
    return cell


def _iri(topic: str) -> ox.NamedNode:
    return ox.NamedNode(_TOPIC + quote(topic.replace(" ", "_"), safe="!$&'()*+:;=@/"))


READER: Final = CsoReader()
