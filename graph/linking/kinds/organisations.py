"""Organisations and affiliations: what is compared of them, with each other and with ROR."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz

from ..affiliations import COMMON, initials, words
from ..bibliographic import texts
from ..choosing import choose
from ..mentions import Affiliation
from ..organisation_names import CORE, SHORT, Frequencies, Names, keys_of_text, names_of
from ..ror import Organisation, read_ror

if TYPE_CHECKING:
    import pyarrow as pa

    from ...store import Store
    from ..scoring import Scores

__all__ = ["affiliations", "confirm", "named", "records", "records_of"]

_RELATIONS: Final = ("parent", "child", "related", "successor", "predecessor")
_LISTS: Final = (
    "texts", "units", "keys", "names", "parts", "runs", "turned", "acronyms", "initials", "short",
    "begun", "called", "kinds", "places", "countries", "types", *_RELATIONS,
)  # fmt: skip
_BRACKETS: Final = re.compile(r"\(([A-Z][A-Za-z]{1,10})\)")
_TYPO: Final = 93.0
"""Likeness, of 100, of names that differ by a typing error."""
_SUBJECTS: Final = """
    art arts business communication computational computer computing economic electrical electronic
    electronics group humanitie industrial informatic information law management mathematic
    mathematical mechanical philosophy psychology social software statistic studie system unit
"""
_ONE_OF_ITS_KIND: Final = frozenset({"federal", "international", "national", "university"})
_GENERAL: Final = (COMMON | frozenset(_SUBJECTS.split())) - _ONE_OF_ITS_KIND
"""Words of what many organisations have a department or a group of."""
_APART: Final = {
    "unit": ("One is a unit of the other", -20.0),
    "part": ("One has but a part of the other's name", -20.0),
    "general": ("The same name, which many organisations have a unit of", -13.0),
    "typo": ("Names that differ by a typing error", 4.0),
    "three initials": ("One is the three initials of the other, as of others, too", -1.0),
    "acronym": ("One gives the other as its acronym", 5.0),
    "initials": ("One is the initials of the other", 3.0),
    "same": ("The same name but for word order, language and abbreviations", 6.0),
}
"""What two names of a dataset say, with weights (log2) that were set."""
_SHORT: Final = 100
"""Characters of a name that is known by its initials."""
_LONGEST: Final = 12
"""Words of a name that is found inside of an affiliation."""


def records(store: Store) -> pa.Table:
    """The organisations of a dataset."""
    text = (files("symposia") / "queries" / "linking" / "organisations.rq").read_text("utf-8")
    names: dict[str, list[str]] = defaultdict(list)
    units: dict[str, list[str]] = defaultdict(list)
    for row in texts(store.query(text)):
        (units if row["fact"] == "unit" else names)[row["organisation"]].append(row["value"])
    return _table(
        {"id": each, "units": units[each], **_compared(found)} for each, found in names.items()
    )


def records_of(path: Path) -> pa.Table:
    """The organisations of ROR's dump.

    A record that was withdrawn, or that has a successor, is none; its names are its successor's.

    :raises SourceError: see `ror.read_ror`.
    """
    found = {each.iri: each for each in read_ror(path)}
    names = {iri: _names(each) for iri, each in found.items()}
    for iri, each in found.items():
        if each.status != "active":
            for other in each.related("successor"):
                if other in names:
                    names[other].take(names[iri])
    kept = [iri for iri, each in found.items() if _current(each)]
    frequencies = Frequencies([names[iri] for iri in kept])
    return _table(_registered(found[iri], names[iri], frequencies) for iri in kept)


def affiliations(found: Mapping[str, str]) -> pa.Table:
    """Affiliations as people write them, as records.

    :param found: texts by their identifiers.
    """
    rows = ({"id": each, **_compared([text], short=False)} for each, text in found.items())
    return _table(rows)


def named(found: Mapping[str, Sequence[str]]) -> pa.Table:
    """Organisations elsewhere, as records.

    :param found: the names of each, by their identifiers.
    """
    return _table({"id": each, **_compared(names)} for each, names in found.items())


def confirm(scores: Scores, left: pa.Table, right: pa.Table) -> Scores:
    """Let candidates compete for an affiliation, and keep units from what they are units of.

    Against ROR, what speaks for each candidate is weighed (`choosing.choose`), and all are weighed
    against each other and against "none of them": at most one can be more probable than not.
    Organisations of a dataset are no rivals, as each programme has its own; there a name inside of
    another is refused, which is of a unit.
    """
    if any(right["called"].to_pylist()):
        return choose(scores, left, right)
    return _apart(scores, left, right)


def _current(each: Organisation) -> bool:
    return each.status == "active" or (each.status == "inactive" and not each.related("successor"))


def _names(each: Organisation) -> Names:
    university = "education" in each.types
    return names_of(each.names, each.acronyms, each.places, university=university)


def _compared(found: Sequence[str], *, short: bool = True) -> dict[str, Any]:
    """What is compared of names and affiliations.

    :param short: whether they may be known by their initials.
    """
    read = [Affiliation(each) for each in found]
    letters = {initials(each) for each in found if short and len(each) < _SHORT} - {""}
    parts = {segment for each in read for segment in each.segments}
    runs = {
        each.words[start:end]
        for each in read
        for start in range(len(each.words))
        for end in range(start + 1, min(start + _LONGEST, len(each.words)) + 1)
        if not (end - start < 3 and COMMON.issuperset(each.words[start:end]))
    }
    return {
        "said": " ".join(words(next(iter(found), ""))),
        "texts": found,
        "names": _joined(words(each) for each in found),
        "parts": _joined(parts),
        "runs": _joined(sorted(runs, key=lambda run: (len(run), run))),
        "turned": _joined(tuple(sorted(each)) for each in parts if len(each) > 1),
        "acronyms": {acronym for each in read for acronym in each.acronyms if acronym},
        "initials": letters,
        "keys": {key for each in read for key in keys_of_text(each.words, each.acronyms)}
        | {f"@{each}" for each in letters},
    }


def _registered(each: Organisation, names: Names, frequencies: Frequencies) -> dict[str, Any]:
    full = [name for name, kind in names.named.items() if kind not in (SHORT, CORE)]
    short = [name for name, kind in names.named.items() if kind in (SHORT, CORE)]
    return {
        "id": each.iri,
        "said": " ".join(words(each.name)),
        "texts": each.names,
        "keys": frequencies.keys(names),
        "names": _joined(full),
        "turned": _joined(tuple(sorted(name)) for name in full if len(name) > 1),
        "acronyms": names.acronyms,
        "short": _joined(short),
        "begun": _joined(
            begun
            for name in full
            for begun in (name[:-1], name[:-2])
            if len(begun) > 1 and not COMMON.issuperset(begun)
        ),
        "called": [" ".join(name) for name in names.named],
        "kinds": [str(kind) for kind in names.named.values()],
        "places": _joined(map(words, each.places)),
        "countries": [f"{code} {name}" for code, name in each.countries],
        "types": each.types,
        **{kind: each.related(kind) for kind in _RELATIONS},
    }


def _joined(found: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(" ".join(each) for each in found if each))


def _table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    import pyarrow as pa  # it is slow to load

    columns: dict[str, list[Any]] = {name: [] for name in ("id", "said", *_LISTS)}
    for row in rows:
        columns["id"].append(row["id"])
        columns["said"].append(row["said"] or None)
        for name in _LISTS:
            found = row.get(name)
            values = sorted(found) if isinstance(found, set) else list(found or ())
            columns[name].append(values or None)
    several = pa.list_(pa.string())
    types = {"id": pa.string(), "said": pa.string(), **dict.fromkeys(_LISTS, several)}
    return pa.table({name: pa.array(columns[name], types[name]) for name in columns})


def _apart(scores: Scores, left: pa.Table, right: pa.Table) -> Scores:
    """Refuse what has but a part of another's name, and units of the other."""
    import pyarrow as pa

    told = (each.select(["id", "texts", "units"]).to_pylist() for each in (left, right))
    known = {row["id"]: row for rows in told for row in rows}
    said = {each: _said(row["texts"] or ()) for each, row in known.items()}
    levels = list(_APART)
    rows = scores.pairs.to_pylist()
    for row in rows:
        one, other = known[row["left"]], known[row["right"]]
        unit = row["left"] in (other["units"] or ()) or row["right"] in (one["units"] or ())
        level = "unit" if unit else _alike(one, other, said[one["id"]], said[other["id"]])
        row["whole"], row["whole_weight"] = levels.index(level), _APART[level][1]
        row["weight"] += row["whole_weight"]
        row["probability"] = 1 / (1 + 2.0 ** -row["weight"])
    schema = scores.pairs.schema
    for name, type_ in (("whole", pa.int32()), ("whole_weight", pa.float64())):
        schema = schema.append(pa.field(name, type_))
    labels = {("whole", at): label for at, (label, _) in enumerate(_APART.values())}
    pairs = pa.Table.from_pylist(rows, schema=schema)
    return replace(scores, pairs=pairs, labels={**scores.labels, **labels})


def _alike(
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    ours: Sequence[Sequence[str]],
    theirs: Sequence[Sequence[str]],
) -> str:
    """How the whole names of two organisations are alike, a key of `_APART`."""
    same = {tuple(sorted(each)) for each in ours} & {tuple(sorted(each)) for each in theirs}
    if same:
        return "general" if all(_GENERAL.issuperset(each) for each in same) else "same"
    for short, long in ((one, other), (other, one)):
        letters = {text.replace(".", "").lower() for text in short["texts"] if len(text) < 12}
        if found := letters & {initials(text) for text in long["texts"]}:
            return "three initials" if max(map(len, found)) == 3 else "initials"
        if any(letters & set(_in_brackets(text)) for text in long["texts"]):
            return "acronym"
    best = max(
        (fuzz.ratio(" ".join(a), " ".join(b)) for a in ours for b in theirs if len(a) == len(b)),
        default=0.0,
    )
    return "typo" if best >= _TYPO else "part"


def _said(found: Sequence[str]) -> list[Sequence[str]]:
    """The words of names, with what is in brackets and without."""
    bare = (_BRACKETS.sub("", each) for each in found)
    return [each for each in dict.fromkeys(map(words, (*found, *bare))) if each]


def _in_brackets(text: str) -> list[str]:
    """The acronym that a name gives of itself: "Semantic Web Company (SWC)"."""
    return [each.lower() for each in _BRACKETS.findall(text)]
