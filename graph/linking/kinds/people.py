"""People: what is compared of them, and how common their names are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, cast

from ...namespaces import BASE
from ..collective import confirm
from ..commonness import Commonness
from ..names import Name, diminutives, fold, read_names
from ..syllables import is_japanese, syllables

if TYPE_CHECKING:
    import pyarrow as pa
    from pyoxigraph import QuerySolutions

    from ...store import Store

__all__ = ["Person", "confirm", "records", "table"]

_ORCID: Final = re.compile(r"https?://(?:www\.)?orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")
_SERIES: Final = re.compile(r"([a-z]+(?:-[a-z]+)*)(?=-?\d|/|$)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_WORD: Final = re.compile(r"[a-z]{3,}")

_PLAIN: Final = frozenset(
    {"academia", "academy", "and", "applied", "centre", "center", "college", "company", "computer"}
    | {"computing", "degli", "dei", "del", "della", "department", "dept", "der", "des", "die"}
    | {"engineering", "faculty", "for", "fur", "group", "gmbh", "inc", "information", "informatics"}
    | {"institut", "institute", "instituto", "international", "lab", "laboratories", "laboratory"}
    | {"labs", "las", "los", "ltd", "national", "research", "school", "science", "sciences"}
    | {"software", "state", "systems", "technical", "technische", "technology", "technologies"}
    | {"the", "und", "universidad", "universidade", "universita", "universitat", "universite"}
    | {"universiteit", "university"}
)
"""Words of affiliations that tell none from another."""
_BEARERS: Final = 50
"""Names of those who have one identifier that are compared."""
_SHARE: Final = 0.01
"""The largest share of people whose affiliations have a word, for it to tell something."""
_RARE: Final = -18.0
"""log2 of how common a co-author's name may be, to tell something by itself."""
_AUTHORS: Final = 100
"""The most authors of a work that tells who writes with whom: all of it takes their square."""


@dataclass
class Person:
    """What is known of a person.

    :param id: IRI of the person, or what else it is called by.
    :param programme: the programme that knows the person, in which no other is the same as a rule.
    :param names: texts of names, the main one first.
    :param given, family: the parts of the main name, where they are known.
    :param affiliations: names of organisations.
    :param identifiers: IRIs, hashes of mailboxes, homepages.
    :param works: ids of works of which the person is an author.
    :param coauthors: names of co-authors, beside those of the works.
    """

    id: str
    programme: str = ""
    names: list[str] = field(default_factory=list)
    given: str = ""
    family: str = ""
    affiliations: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    works: list[str] = field(default_factory=list)
    coauthors: list[str] = field(default_factory=list)


def records(store: Store) -> pa.Table:
    """The people of a dataset, each programme's by themselves."""
    people: dict[str, Person] = {}
    for iri, fact, value in _rows(store, "people"):
        person = people.setdefault(iri, Person(iri, _programme(iri)))
        match fact:
            case "name":
                person.names.append(value)
            case "given":
                person.given = min(person.given or value, value)
            case "family":
                person.family = min(person.family or value, value)
            case "affiliation":
                person.affiliations.append(value)
            case "work":
                person.works.append(value)
            case _:
                person.identifiers.append(value)
    topics: dict[str, set[str]] = defaultdict(set)
    years: dict[str, int] = {}
    for work, fact, value in _rows(store, "people_works"):
        if fact == "year":
            if found := _YEAR.match(value):
                years[work] = min(years.get(work, 9999), int(found[0]))
        else:
            topics[work].update((fold(value),) if fact == "topic" else _WORD.findall(fold(value)))
    return table(people.values(), topics, years)


def table(
    people: Iterable[Person],
    topics: Mapping[str, Iterable[str]] | None = None,
    years: Mapping[str, int] | None = None,
) -> pa.Table:
    """What is compared of people, a row each.

    `letters` are the whole names without spaces, `sorted` their words in order of the alphabet,
    `short` the first given name with what the family may be called, `nick` the same with what the
    given name may stand for, `initials` with its first letter alone, `pairs` any two words of the
    main name, `middles` the initials of its further given names, `spellings` what another spelling
    is likely to keep, `eastern` whether the given name is Chinese, Korean, Vietnamese or Japanese,
    and `common` log2 of the share of people who have the name.

    :param topics: words of what each work is about.
    :param years: when each work appeared.
    """
    import pyarrow as pa  # it is slow to load

    known = sorted(people, key=lambda person: person.id)
    names = [_names(person) for person in known]
    main = [each[0] if each else Name((), ()) for each in names]
    commonness = Commonness(main)
    common = [commonness(name) for name in main]
    rows = [_row(*each) for each in zip(known, names, common, strict=True)]
    _drop_shared(rows)
    _add_coauthors(rows, known, main, common, commonness)
    _add_words(rows, known)
    _add_topics(rows, known, topics or {}, years or {})
    return pa.Table.from_pylist(rows, schema=_schema())


def _schema() -> pa.Schema:
    import pyarrow as pa

    several = pa.list_(pa.string())
    text = ("id", "name", "programme", "series", "given", "family", "generation", "whole", "orcid")
    lists = (
        "letters", "sorted", "families", "short", "nick", "initials", "words", "pairs", "middles",
        "spellings", "affiliations", "places", "identifiers", "works", "coauthors",
        "written_with", "topics",
    )  # fmt: skip
    fields = [(each, pa.string()) for each in text] + [(each, several) for each in lists]
    others = (("eastern", pa.bool_()), ("common", pa.float64()), ("year", pa.int32()))
    return pa.schema([*fields, *others])


def _rows(store: Store, name: str) -> Iterable[tuple[str, str, str]]:
    text = (files("symposia") / "queries" / "linking" / f"{name}.rq").read_text("utf-8")
    for one, fact, value in cast("QuerySolutions", store.query(text)):
        yield one.value, fact.value, value.value


def _programme(iri: str) -> str:
    """The programme below which a person has an IRI; anyone else is alone."""
    return iri.rpartition("/person/")[0] or iri


def _series(programme: str) -> str | None:
    """The series of a programme: what stands before the year or number in its IRI."""
    return match[1] if (match := _SERIES.match(programme.removeprefix(BASE))) else None


def _names(person: Person) -> list[Name]:
    found: dict[Name, None] = {}
    for text in person.names:
        found.update(dict.fromkeys(read_names(text, person.given, person.family)))
    return sorted(found, key=lambda name: (-len(name.letters), name))


def _row(person: Person, names: Sequence[Name], common: float) -> dict[str, Any]:
    main = names[0] if names else Name((), ())
    short = {f"{each.first} {family}" for each in names if each.first for family in each.families}
    nick = {
        f"{given} {family}"
        for each in names
        if each.first
        for given in diminutives(each.first)
        for family in each.families
    }
    words = _list(word for word in main.given + main.family if len(word) > 1)
    orcids = {match[1] for each in person.identifiers if (match := _ORCID.fullmatch(each))}
    return {
        "id": person.id,
        "name": min(person.names, default=None),
        "programme": person.programme or None,
        "series": _series(person.programme),
        "given": main.first or None,
        "family": "".join(main.family) or None,
        "generation": main.generation or None,
        "whole": main.letters or None,
        "orcid": min(orcids, default=None),
        "letters": _list(each.letters for each in names),
        "sorted": _list(" ".join(sorted(each.given + each.family)) for each in names),
        "families": _list(family for each in names for family in each.families),
        "short": _list(short),
        "nick": _list(nick),
        "initials": _list(
            f"{each.given[0][0]} {family}"
            for each in names
            if each.given
            for family in each.families
        ),
        "words": words,
        "pairs": _list(map(" ".join, combinations((words or [])[:6], 2))),
        "middles": _list(w[0] for w in _further(main)),
        "spellings": _list(_spellings(main)),
        "affiliations": _list(map(fold, person.affiliations)),
        "identifiers": _list(person.identifiers),
        "works": _list(person.works),
        "eastern": _is_eastern(main),
        "common": common,
    }


def _is_eastern(name: Name) -> bool:
    """Whether the given name is one of which a part is another name."""
    family = "".join(name.family)
    return syllables(name.first, family) > 0 or is_japanese(name.first, family)


def _spellings(name: Name) -> Iterator[str]:
    """Parts of a name that another spelling of it is likely to have, too."""
    given, family = name.first, "".join(name.family)
    if given and family:
        yield f"{given} {family[0]}"
        yield f"{given} -{family[-3:]}"
        yield f"-{given[-3:]} {family}"


def _list(values: Iterable[str]) -> list[str] | None:
    return sorted({value for value in values if value}) or None


def _further(name: Name) -> list[str]:
    """The given names but the first one that is written out."""
    given = list(name.given)
    if name.first:
        given.remove(name.first)
        return given
    return given[1:]


def _drop_shared(rows: Sequence[dict[str, Any]]) -> None:
    """Drop what people of other names have, too: the home page of a company is nobody's own."""
    bearers: dict[str, list[frozenset[str]]] = defaultdict(list)
    for row in rows:
        words = frozenset((*(row["words"] or ()), *(row["families"] or ())))
        for each in row["identifiers"] or ():
            if words and len(known := bearers[each]) < _BEARERS and words not in known:
                known.append(words)
    shared = {
        each
        for each, known in bearers.items()
        if any(one.isdisjoint(other) for one, other in combinations(known, 2))
    }
    for row in rows:
        row["identifiers"] = _list(each for each in row["identifiers"] or () if each not in shared)


def _add_coauthors(
    rows: Sequence[dict[str, Any]],
    people: Sequence[Person],
    names: Sequence[Name],
    common: Sequence[float],
    commonness: Commonness,
) -> None:
    """The ids of those who wrote a work with each, and the names that are rare among them."""
    authors: dict[str, set[int]] = defaultdict(set)
    for number, person in enumerate(people):
        for work in person.works:
            authors[work].add(number)
    for number, (row, person) in enumerate(zip(rows, people, strict=True)):
        works = [authors[work] for work in person.works if len(authors[work]) <= _AUTHORS]
        others = set().union(*works) - {number}
        row["written_with"] = _list(people[other].id for other in others)
        told = [name for text in person.coauthors for name in read_names(text)[:1]]
        telling = [names[other] for other in others if common[other] < _RARE]
        telling += [name for name in told if commonness(name) < _RARE]
        row["coauthors"] = _list(
            f"{name.given[0][0]} {''.join(name.family)}" for name in telling if name.given
        )


def _add_words(rows: Sequence[dict[str, Any]], people: Sequence[Person]) -> None:
    """The words of affiliations that tell one from another."""
    words = [
        {word for text in person.affiliations for word in _WORD.findall(fold(text))} - _PLAIN
        for person in people
    ]
    frequent = Counter(word for each in words for word in each)
    most = max(20.0, _SHARE * len(people))
    for row, found in zip(rows, words, strict=True):
        row["places"] = _list(word for word in found if frequent[word] <= most)


def _add_topics(
    rows: Sequence[dict[str, Any]],
    people: Sequence[Person],
    topics: Mapping[str, Iterable[str]],
    years: Mapping[str, int],
) -> None:
    """The words of works that few works have, and the year of the first."""
    frequent = Counter(word for words in topics.values() for word in set(words))
    most = max(5.0, _SHARE * len(topics))
    for row, person in zip(rows, people, strict=True):
        row["topics"] = _list(
            word for work in person.works for word in topics.get(work, ()) if frequent[word] <= most
        )
        row["year"] = min((years[work] for work in person.works if work in years), default=None)
