"""Records of tables that somebody brings: which columns each kind knows, and what they become."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..dataset import NamedGraph
from ..errors import SourceError
from ..iris import slug
from ..store import Store
from ..tidy import tidy
from .bibliographic import RDF, is_bibtex, publications
from .kinds import Kind
from .names import fold
from .publication import NAMES
from .tables import rows

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Records", "is_register", "meanings", "read_records"]

_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "people": {
        "name": "name fullname label person author",
        "given": "given givenname givennames first firstname forename",
        "family": "family familyname last lastname surname",
        "aliases": "aliases alias othernames othername variants",
        "affiliation": "affiliation affiliations organisation organization institution employer",
        "orcid": "orcid orcidid",
        "email": "email emails mail mbox mboxsha1sum mboxsha1 emailsha1 emailhash",
        "homepage": "homepage website url sameas",
        "coauthors": "coauthors coauthor",
        "works": "works work papers paper publications publication",
        "topics": "topics topic keywords keyword subjects",
        "year": "year years date",
        "programme": "programme program event conference",
    },
    "organisations": {
        "name": "name label title organisation organization institution",
        "affiliation": "affiliation affiliations affiliationstring",
        "aliases": "aliases alias othernames acronym acronyms",
        "city": "city place location",
        "country": "country countrycode",
    },
    "papers": {name: " ".join(others) for name, others in NAMES.items() if name != "id"},
    "topics": {
        "name": "name label preflabel title topic keyword term concept",
        "aliases": "aliases alias altlabel altlabels synonyms acronym",
        "near": "near broader narrower related",
        "scheme": "scheme vocabulary inscheme",
    },
    "events": {
        "name": "name label title event conference",
        "short": "short acronym aliases alias series",
        "start": "start startdate begin date from",
        "end": "end enddate to until",
        "year": "year",
        "place": "place city location venue country",
        "kind": "kind type",
        "link": "link url homepage website sameas",
        "work": "work works papers paper titles",
    },
}
"""What columns mean, and what they are called, in small letters without signs."""
_ID: Final = "id key identifier iri uri"
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("name", "given", "family"),
    "organisations": ("name", "affiliation"),
    "papers": ("title",),
    "topics": ("name",),
    "events": ("name", "short"),
}
_SHOWN: Final = {"organisations": "texts", "papers": "title"}
"""The columns of records that hold what each is called, where it is not `name`."""

_SEVERAL: Final = re.compile(r"\s*[;|]\s*")
_HASH: Final = re.compile("[0-9a-f]{40}")
_ORCID: Final = re.compile(r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")
_SIGNS: Final = re.compile(r"[^a-z0-9]")
_LONGEST: Final = 2_000
_MOST: Final = 500
_REGISTER: Final = re.compile(rb'"id"\s*:\s*"https://ror\.org/')
_PACKED: Final = (b"\x1f\x8b", b"PK\x03\x04")
_START: Final = 65_536

_Told = dict[str, list[str]]


@dataclass(frozen=True)
class Records:
    """The records of a file.

    :param table: what is compared of them; their ids begin with the side that they are on.
    :param own: what the file calls each, by these ids, in its order.
    :param names: what people read for each.
    :param notes: what was left out of the file, in sentences.
    """

    table: pa.Table
    own: Mapping[str, str]
    names: Mapping[str, str]
    notes: tuple[str, ...] = ()


def meanings(kind: str) -> tuple[str, ...]:
    """What columns of a kind mean."""
    return ("id", *_COLUMNS[kind])


def read_records(
    kind: Kind,
    path: Path,
    side: str = "",
    columns: Mapping[str, str] | None = None,
    *,
    register: bool = False,
) -> Records:
    """Read the records of a kind from a table, or from a file that the kind knows.

    :param side: what ids begin with, so that those of two files are different.
    :param columns: what columns mean that are called otherwise.
    :param register: whether organisations are compared with those of ROR.
    :raises SourceError: the file cannot be read, has no column that names its records, no record
        at all, or two records of one id.
    """
    if kind.name == "organisations" and is_register(path):
        from .kinds.organisations import records_of  # it is slow to load

        return _known(kind, records_of(path))
    if path.is_file() and path.suffix.lower() in RDF:
        return _of_rdf(kind, path)
    if kind.name == "papers":
        found = _of_papers(kind, path, side, columns or {})
    else:
        found = _of_table(kind, path, side, columns or {}, register)
    if not found.table.num_rows:
        raise SourceError(f"there are no {kind.name} in it.", source=str(path))
    return found


def is_register(path: Path) -> bool:
    """Whether a file is a dump of ROR, or packed as those are."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(_START)
    is_json = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")
    return start.startswith(_PACKED) or (is_json and bool(_REGISTER.search(start)))


def _of_rdf(kind: Kind, path: Path) -> Records:
    """The things of a kind in a graph, by the questions that a dataset is asked."""
    if kind.records_of is not None and kind.name != "organisations":
        found = kind.records_of(path)
    else:
        found = kind.records(Store.memory([NamedGraph("urn:records", path, path.name)]))
    if not found.num_rows:
        raise SourceError(f"there are no {kind.name} in it.", source=str(path))
    return _known(kind, found)


def _known(kind: Kind, table: pa.Table, notes: Sequence[str] = ()) -> Records:
    """Records that have their own ids."""
    ids = table["id"].to_pylist()
    return Records(table, dict(zip(ids, ids, strict=True)), _names(kind, table), tuple(notes))


def _names(kind: Kind, table: pa.Table) -> dict[str, str]:
    found = {}
    columns = (table[name].to_pylist() for name in ("id", _SHOWN.get(kind.name, "name")))
    for each, name in zip(*columns, strict=True):
        found[each] = (name[0] if isinstance(name, list) and name else name) or ""
    return found


def _of_papers(kind: Kind, path: Path, side: str, columns: Mapping[str, str]) -> Records:
    from .kinds.papers import table

    notes = []
    if not is_bibtex(path):
        notes = _unused(kind, path, columns, NAMES["id"])
    found = [replace(each, id=f"{side}{each.key}") for each in publications(path, columns)]
    _check_ids(path, (each.key for each in found))
    records = table(found)
    own = {each.id: each.key for each in found}
    return Records(records, own, {each.id: each.title for each in found}, tuple(notes))


def _of_table(
    kind: Kind, path: Path, side: str, columns: Mapping[str, str], register: bool
) -> Records:
    notes = _unused(kind, path, columns, _ID.split())
    own: dict[str, str] = {}
    names: dict[str, str] = {}
    told: dict[str, _Told] = {}
    bare = 0
    for number, row in enumerate(rows(path, (), columns), start=1):
        found = _told(kind, row)
        name = next((found[each][0] for each in _NEEDED[kind.name] if found.get(each)), "")
        if not name:
            bare += 1
            continue
        key = next(iter(found.get("id", ())), str(number))
        if (each := f"{side}{key}") in told:
            _check_ids(path, (*own.values(), key))
        given = " ".join((*found.get("given", ()), *found.get("family", ())))
        names[each] = next(iter(found.get("name", ())), given or name)
        own[each], told[each] = key, found
    if bare:
        notes.append(f"{path}: rows without a name are left out: {bare:,}.")
    return Records(_TABLES[kind.name](told, register, side), own, names, tuple(notes))


def _check_ids(path: Path, keys: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for number, key in enumerate(keys, start=1):
        if key in seen:
            raise SourceError(
                f"the records {seen[key]} and {number} are both called '{key[:80]}'.",
                source=str(path),
                hint="The column 'id' tells records apart; without it their numbers do.",
            )
        seen[key] = number


def _unused(kind: Kind, path: Path, columns: Mapping[str, str], ids: Sequence[str]) -> list[str]:
    """A note about columns that mean nothing; one that is needed is there.

    :raises SourceError: it is not, or a column of `columns` is not.
    """
    first = next(iter(rows(path)), None)
    if first is None:
        raise SourceError("there is a header and no row.", source=str(path))
    there = [name for name in first if name]
    known = _aliases(kind.name) | {_SIGNS.sub("", each): "id" for each in ids}
    meant = {name: columns.get(name) or known.get(_SIGNS.sub("", name), "") for name in there}
    needed = _NEEDED[kind.name]
    if not {*meant.values()} & {*needed}:
        wanted = " or ".join(f"'{each}'" for each in needed)
        near = [name for name in there if get_close_matches(name, needed, n=1)]
        hint = f"If it is called otherwise: --column {needed[0]}={(near or there)[0]}"
        what = f"no column {wanted}; it has {', '.join(there[:20])}."
        raise SourceError(what, source=str(path), line=1, hint=hint)
    unused = [name for name, meaning in meant.items() if not meaning]
    return [f"{path}: columns that are not compared: {', '.join(unused[:20])}."] if unused else []


@cache
def _aliases(kind: str) -> dict[str, str]:
    found = dict.fromkeys(_ID.split(), "id")
    for meaning, others in _COLUMNS[kind].items():
        for each in (meaning, *others.split()):
            found.setdefault(_SIGNS.sub("", each), meaning)
    return found


def _told(kind: Kind, row: Mapping[str, Any]) -> _Told:
    """What a row tells, under our names; lists and cells of several values as lists."""
    aliases = _aliases(kind.name)
    found: _Told = {}
    for name, value in row.items():
        if meaning := aliases.get(_SIGNS.sub("", name)):
            one = meaning in ("id", "name", "given", "family", "year", "start", "end")
            texts = _texts(value, one=one or (meaning == "affiliation" and kind.name != "people"))
            if meaning == "coauthors" and isinstance(value, str) and ";" not in value:
                texts = [part for text in texts for part in text.split(",")]
            found.setdefault(meaning, []).extend(texts)
    return found


def _texts(value: object, *, one: bool = False) -> list[str]:
    if isinstance(value, list | tuple):
        return [text for each in value[:_MOST] for text in _texts(each, one=True)]
    if isinstance(value, dict):
        value = value.get("name") or value.get("label") or value.get("value") or ""
    if value is None or isinstance(value, dict):
        return []
    text = tidy(str(value)[:_LONGEST])[0]
    parts = [text] if one else _SEVERAL.split(text)[:_MOST]
    return [part for part in parts if part]


def _people(told: Mapping[str, _Told], _: bool, side: str) -> pa.Table:
    from .kinds.people import Person, table

    people, topics, years = [], {}, {}
    for each, found in told.items():
        given, family = (" ".join(found.get(name, ())) for name in ("given", "family"))
        name = next(iter(found.get("name", ())), f"{given} {family}".strip())
        row = f"{each}#row"
        year = re.search(r"\d{4}", " ".join(found.get("year", ())))
        works = [f"{side}{work}" for work in found.get("works", ())]
        if found.get("topics") or year:
            works.append(row)
            topics[row] = [fold(topic) for topic in found.get("topics", ())]
            if year:
                years[row] = int(year[0])
        people.append(
            Person(
                each,
                # whom two tables name may be one person at one event
                "" if side else slug(next(iter(found.get("programme", ())), "")),
                [name, *found.get("aliases", ())],
                given,
                family,
                found.get("affiliation", []),
                [*_identifiers(found)],
                works,
                found.get("coauthors", []),
            )
        )
    return table(people, topics, years)


def _identifiers(told: _Told) -> Iterator[str]:
    """IRIs, and hashes of mailboxes as FOAF has them (`mbox_sha1sum`)."""
    for each in told.get("orcid", ()):
        if match := _ORCID.fullmatch(each):
            yield f"https://orcid.org/{match[1]}"
    for each in told.get("email", ()):
        mail = each.lower().removeprefix("mailto:")
        is_hash = _HASH.fullmatch(mail)
        yield mail if is_hash else hashlib.sha1(f"mailto:{mail}".encode()).hexdigest()  # noqa: S324
    yield from told.get("homepage", ())


def _organisations(told: Mapping[str, _Told], register: bool, _: str) -> pa.Table:
    from .kinds.organisations import affiliations, named

    if any("affiliation" in found for found in told.values()):
        return affiliations(
            {each: " ".join((found.get("affiliation") or found["name"])[:1])
             for each, found in told.items()}
        )  # fmt: skip
    names = {}
    for each, found in told.items():
        first, *others = found["name"] + found.get("aliases", [])
        where = [*found.get("city", ()), *found.get("country", ())] if register else []
        names[each] = [", ".join((first, *where)), *others]
    return named(names)


def _topics(told: Mapping[str, _Told], _: bool, side: str) -> pa.Table:
    from .kinds.topics import KEYWORDS, Concept, table

    scheme = {"left:": KEYWORDS}.get(side)
    return table(
        Concept(
            each,
            next((f"{side}{one}" for one in found.get("scheme", ())), scheme),
            found["name"][0],
            {*found["name"], *found.get("aliases", ())},
            {*found.get("near", ())},
        )
        for each, found in told.items()
    )


def _events(told: Mapping[str, _Told], _: bool, __: str) -> pa.Table:
    from .kinds.events import table

    return table(
        {
            each: {**found, "start": found.get("start") or found.get("year", [])}
            for each, found in told.items()
        }
    )


_TABLES: Final[Mapping[str, Callable[[Mapping[str, _Told], bool, str], pa.Table]]] = {
    "people": _people,
    "organisations": _organisations,
    "topics": _topics,
    "events": _events,
}
