"""Conferences that never were, in our model: as many triples as wanted, the same for a seed."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

__all__ = ["COUNTRIES", "conference", "topics", "write"]

Chance = random.Random
Say = Callable[..., None]

BASE = "https://w3id.org/symposia/"
SYM = BASE + "ontology#"
COUNTRIES = ("DE", "FR", "IN", "JP", "US")
SESSIONS, TALKS, PEOPLE, ORGANISATIONS, TOPICS = 10, 5, 120, 30, 400

_PREFIXES = {
    "a": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sym": SYM,
}
_SYLLABLES = [a + b for a in "bdfklmnrst" for b in "aeio"]
_WORD_LIST = (
    "adaptive audio benchmark binary cluster compact compiler convolution data device dynamic edge"
    " efficient embedded energy event federated fixed fusion hardware inference keyword kernel"
    " latency learning memory mixed mobile model network neural on-device pipeline precision"
    " pruning quantised radar recurrent robust search sensor sparse spiking streaming vision"
)
_WORDS = _WORD_LIST.split()


def _term(text: str) -> str:
    if text == "a":
        return f"<{_PREFIXES['a']}>"
    prefix, _, name = text.partition(":")
    return f"<{_PREFIXES[prefix]}{name}>"


_TERMS = (
    "a dcterms:creator dcterms:subject dcterms:title foaf:Person foaf:familyName foaf:givenName"
    " foaf:name org:Organization org:member org:organization rdfs:label schema:addressCountry"
    " schema:affiliation schema:endDate schema:startDate skos:Concept skos:prefLabel"
    " skos:inScheme skos:ConceptScheme skos:topConceptOf skos:hasTopConcept skos:definition"
    " sym:Affiliation sym:Conference sym:Event sym:EventRole sym:Paper sym:PaperSession"
    " sym:Session sym:Talk sym:at sym:chair sym:committeeMember sym:during sym:holder"
    " sym:partOf sym:position sym:presenter sym:presents sym:role"
    " sym:CommitteeMember sym:Presenter sym:SessionChair sym:Authorship sym:TopicAssignment"
    " sym:author sym:of sym:topic"
)
_NAMES = {name: _term(name) for name in _TERMS.split()}


class Zipf:
    """Draws from few often and from many seldom (weights 1, 1/2, 1/3, …)."""

    def __init__(self, number: int, chance: Chance) -> None:
        self._chance = chance
        self._sums = list(accumulate(1 / (i + 1) for i in range(number)))

    def draw(self) -> int:
        """A number from 0 on."""
        return bisect(self._sums, self._chance.random() * self._sums[-1])

    def some(self, number: int) -> list[int]:
        """Some numbers that differ."""
        found: dict[int, None] = {}
        while len(found) < number:
            found[self.draw()] = None
        return list(found)


def _text(value: str, tag: str = "") -> str:
    return f'"{value}"{tag}'


def _whole(value: int) -> str:
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def _time(day: int, minutes: int) -> str:
    clock = f"{9 + minutes // 60:02}:{minutes % 60:02}:00+00:00"
    return f'"2020-06-{1 + day % 28:02}T{clock}"^^<http://www.w3.org/2001/XMLSchema#dateTime>'


def _date(day: int) -> str:
    return f'"2020-06-{1 + day % 28:02}"^^<http://www.w3.org/2001/XMLSchema#date>'


def _name(chance: Chance) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3)))).capitalize()


def topics() -> Iterator[str]:
    """The lines of the topics of all conferences."""
    n = _NAMES
    scheme = f"<{BASE}bench/topics>"
    yield f"{scheme} {n['a']} {n['skos:ConceptScheme']} .\n"
    yield f"{scheme} {n['rdfs:label']} {_text('Topics of the benchmark', '@en')} .\n"
    for number in range(TOPICS):
        label = f"{_WORDS[number % len(_WORDS)]} {_WORDS[number * 7 % len(_WORDS)]} {number}"
        topic = f"<{BASE}bench/topic/{number}>"
        yield f"{topic} {n['a']} {n['skos:Concept']} .\n"
        yield f"{topic} {n['rdfs:label']} {_text(label, '@en')} .\n"
        yield f"{topic} {n['skos:prefLabel']} {_text(label, '@en')} .\n"
        yield f"{topic} {n['skos:definition']} {_text(f'What concerns {label}.', '@en')} .\n"
        yield f"{topic} {n['skos:inScheme']} {scheme} .\n"
        yield f"{topic} {n['skos:topConceptOf']} {scheme} .\n"


def conference(number: int, seed: int = 1) -> list[str]:
    """The lines of one conference, about 3,500 triples.

    :param number: which one; each has things of its own, but for the topics.
    """
    chance = random.Random(f"{seed} {number}")  # noqa: S311  it must repeat itself
    n = _NAMES
    root = f"{BASE}bench-{number}"
    here = f"<{root}>"
    lines: list[str] = []

    def say(subject: str, *pairs: tuple[str, str]) -> None:
        lines.extend(f"{subject} {n[name]} {value} .\n" for name, value in pairs)

    say(
        here,
        ("a", n["sym:Conference"]),
        ("a", n["sym:Event"]),
        ("rdfs:label", _text(f"Symposium of the Bench {number}", "@en")),
        ("schema:startDate", _date(number)),
        ("schema:endDate", _date(number)),
    )
    organisations = [f"<{root}/organisation/{i}>" for i in range(ORGANISATIONS)]
    for i, each in enumerate(organisations):
        say(
            each,
            ("a", n["org:Organization"]),
            ("rdfs:label", _text(f"University of {_name(chance)}", "@en")),
            ("schema:addressCountry", _text(COUNTRIES[(i + number) % len(COUNTRIES)])),
        )
    people = [f"<{root}/person/{i}>" for i in range(PEOPLE)]
    labels = []
    employers = Zipf(ORGANISATIONS, chance)
    for i, each in enumerate(people):
        given, family = _name(chance), _name(chance)
        labels.append(f"{given} {family}")
        employer = organisations[employers.draw()]
        say(
            each,
            ("a", n["foaf:Person"]),
            ("rdfs:label", _text(labels[i])),
            ("foaf:name", _text(labels[i])),
            ("foaf:givenName", _text(given)),
            ("foaf:familyName", _text(family)),
            ("schema:affiliation", employer),
        )
        say(
            f"<{root}/affiliation/{i}>",
            ("a", n["sym:Affiliation"]),
            ("rdfs:label", _text(f"{labels[i]} at work", "@en")),
            ("org:member", each),
            ("org:organization", employer),
            ("sym:during", here),
        )
    for i in range(20):
        say(
            f"<{root}/role/{i}>",
            ("a", n["sym:EventRole"]),
            ("rdfs:label", _text("Committee member", "@en")),
            ("sym:at", here),
            ("sym:holder", people[-i - 1]),
            ("sym:role", n["sym:CommitteeMember"]),
            ("sym:position", _whole(i + 1)),
        )
        say(here, ("sym:committeeMember", people[-i - 1]))
    _sessions(say, root, number, people, chance)
    return lines


def _sessions(say: Say, root: str, number: int, people: Sequence[str], chance: Chance) -> None:
    n = _NAMES
    authors, topic = Zipf(PEOPLE, chance), Zipf(TOPICS, chance)
    for i in range(SESSIONS):
        session, chair = f"<{root}/session/{i}>", people[authors.draw()]
        say(
            session,
            ("a", n["sym:PaperSession"]),
            ("a", n["sym:Session"]),
            ("rdfs:label", _text(f"Session on {chance.choice(_WORDS)} {i + 1}", "@en")),
            ("sym:partOf", f"<{root}>"),
            ("sym:position", _whole(i + 1)),
            ("sym:chair", chair),
            ("schema:startDate", _time(number, 50 * i)),
            ("schema:endDate", _time(number, 50 * i + 50)),
        )
        say(
            f"<{root}/session/{i}/chair>",
            ("a", n["sym:EventRole"]),
            ("rdfs:label", _text("Session chair", "@en")),
            ("sym:at", session),
            ("sym:holder", chair),
            ("sym:role", n["sym:SessionChair"]),
        )
        for k in range(TALKS):
            title = " ".join(chance.sample(_WORDS, 6)).capitalize()
            paper, talk = f"<{root}/paper/{i}-{k}>", f"<{root}/talk/{i}-{k}>"
            writers = [people[a] for a in authors.some(chance.choice((1, 2, 3, 3, 4, 5, 7)))]
            subjects = topic.some(2)
            say(
                paper,
                ("a", n["sym:Paper"]),
                ("rdfs:label", _text(title, "@en")),
                ("dcterms:title", _text(title, "@en")),
                *(("dcterms:creator", writer) for writer in writers),
                *(("dcterms:subject", f"<{BASE}bench/topic/{t}>") for t in subjects),
            )
            for place, writer in enumerate(writers, 1):
                say(
                    f"<{root}/paper/{i}-{k}/author/{place}>",
                    ("a", n["sym:Authorship"]),
                    ("rdfs:label", _text(f"{title}, author {place}", "@en")),
                    ("sym:author", writer),
                    ("sym:of", paper),
                    ("sym:position", _whole(place)),
                )
            for about in subjects:
                say(
                    f"<{root}/paper/{i}-{k}/topic/{about}>",
                    ("a", n["sym:TopicAssignment"]),
                    ("rdfs:label", _text(f"{title}: topic {about}", "@en")),
                    ("sym:of", paper),
                    ("sym:topic", f"<{BASE}bench/topic/{about}>"),
                )
            say(
                talk,
                ("a", n["sym:Talk"]),
                ("rdfs:label", _text(title, "@en")),
                ("sym:partOf", session),
                ("sym:position", _whole(k + 1)),
                ("sym:presents", paper),
                ("sym:presenter", writers[0]),
            )
            say(
                f"<{root}/talk/{i}-{k}/presenter>",
                ("a", n["sym:EventRole"]),
                ("rdfs:label", _text(f"{title}: presenter", "@en")),
                ("sym:at", talk),
                ("sym:holder", writers[0]),
                ("sym:role", n["sym:Presenter"]),
            )


def write(path: Path, triples: int, seed: int = 1) -> int:
    """Write conferences as N-Triples, until there are so many triples.

    :return: how many conferences there are.
    """
    written = number = 0
    with path.open("w", encoding="utf-8") as file:
        for line in topics():
            file.write(line)
            written += 1
        while written < triples:
            lines = conference(number, seed)
            file.writelines(lines)
            written += len(lines)
            number += 1
    return number
