"""Papers: what is compared of them, in the dataset and in records from elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from anyascii import anyascii

from ..bibliographic import publications, texts
from ..publication import Publication, grouped

if TYPE_CHECKING:
    import pyarrow as pa

    from ...store import Store
    from ..endpoint import Remote
    from ..scoring import Scores

__all__ = ["confirm", "records", "records_at", "records_of", "table"]

_WORD: Final = re.compile(r"[a-z]+|\d+")
_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_SMALL: Final = frozenset({
    "a", "an", "and", "as", "at", "by", "de", "der", "for", "from", "in", "into", "of", "on", "or",
    "the", "to", "und", "via", "with",
})  # fmt: skip
_FORMATS: Final = frozenset({
    "abstract", "demo", "demonstration", "extended", "full", "industrial", "invited", "keynote",
    "long", "panel", "paper", "poster", "session", "short", "talk", "track", "tutorial",
})  # fmt: skip
"""What stands in brackets in a title and is no part of it."""
_FEWEST: Final = 3
"""Words of the shortest title that tells a paper from others; shorter ones are of columns too."""
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}

_CLOSE: Final = 8.0
"""Weight that versions have at most: odds of 256, which are close and not the same."""
_EDITION: Final = {
    (
        "edition",
        0,
    ): "Other venues, years, forms or DOIs: versions of a paper are close, never the same",
    ("edition", -1): "Nothing tells that these are two versions",
}
_ORDINAL: Final = frozenset({"st", "nd", "rd", "th"})
_PART: Final = frozenset({"chapter", "part", "phase", "vol", "volume"})

_KINDS: Final = (
    ("preprint", frozenset({"arxiv", "corr", "preprint", "preprints", "biorxiv", "informal"})),
    ("thesis", frozenset({"thesis", "phdthesis", "mastersthesis", "dissertation"})),
    ("journal", frozenset({
        "article", "bulletin", "j", "journal", "journals", "letters", "mag", "magazine", "record",
        "review", "trans", "transactions",
    })),
)  # fmt: skip
"""What words tell of a venue or a record; the first that is found."""
_MEETINGS: Final = frozenset({
    "conf", "conference", "congress", "inproceedings", "meeting", "proc", "proceedings",
    "summit", "symp", "symposium", "workshop",
})  # fmt: skip
_GENERAL: Final = _MEETINGS | {
    "acm", "annual", "european", "ieee", "int", "intl", "international", "j", "journal", "th",
    "record", "trans", "transactions", "usenix",
}  # fmt: skip
"""Words of which venues have too many to be told by them."""


def records(store: Store) -> pa.Table:
    """The papers of a dataset."""
    return table(_known(store))


def records_at(remote: Remote, store: Store) -> pa.Table:
    """The papers of an endpoint that are called as one of the dataset, or have its DOI.

    :raises SourceError: see `Remote.publications`, and so for `ServiceError` and `LimitError`.
    """
    return table(remote.publications(_known(store)))


def _known(store: Store) -> Iterable[Publication]:
    text = (files("symposia") / "queries" / "linking" / "papers.rq").read_text("utf-8")
    return grouped(texts(store.query(text)))


def records_of(path: Path) -> pa.Table:
    """The papers that a file tells of.

    :raises SourceError: see `bibliographic.publications`.
    """
    return table(publications(path))


def confirm(
    scores: Scores,
    left: pa.Table,  # noqa: ARG001  as other kinds have it
    right: pa.Table | None = None,  # noqa: ARG001
) -> Scores:
    """Hold what are versions of a paper below what is the same.

    A preprint and a paper at a conference are different publications, however much else agrees, and
    so are papers of one title with two DOIs, years apart, at two venues (unless they have one DOI),
    or with two records in one source. Their weight is cut by the comparison `edition`.
    """
    import pyarrow as pa  # they are slow to load
    import pyarrow.compute as pc

    pairs = scores.pairs
    elsewhere = pc.and_(pc.equal(pairs["venue"], 0), pc.not_equal(pairs["identifier"], 2))
    versions = elsewhere
    for name in ("version", "identifier", "year", "source"):
        versions = pc.or_(versions, pc.equal(pairs[name], 0))
    weight = pc.if_else(versions, pc.min_element_wise(pairs["weight"], _CLOSE), pairs["weight"])
    odds = pc.power(2.0, pc.min_element_wise(weight, 1000.0))
    columns = {
        "edition": pc.if_else(versions, 0, -1).cast(pa.int32()),
        "edition_weight": pc.subtract(weight, pairs["weight"]),
        "weight": weight,
        "probability": pc.divide(odds, pc.add(odds, 1.0)),
    }
    for name, column in columns.items():
        at = pairs.schema.get_field_index(name)
        pairs = pairs.append_column(name, column) if at < 0 else pairs.set_column(at, name, column)
    return replace(scores, pairs=pairs, labels={**scores.labels, **_EDITION})


def table(found: Iterable[Publication]) -> pa.Table:
    """What is compared of papers, a row each.

    `key` is the title without signs and spaces, `words` the different words of it, `pairs` its
    words two by two, by which papers are found whose titles differ somewhere, `numbers` what
    numbers it has, and `part` which part of a series it names. It is `cut` where it ends in dots. A
    title is `common` where it is
    short, or papers of two other years or authors have it too; it is `repeated` where others of the
    same year, authors and venue have it as well, as editorials do. Of authors there are the family
    names, of the venue its kind and what it may be called for short. `source` is what lists a paper
    of a dataset: there it has but one record.
    """
    import pyarrow as pa  # it is slow to load

    rows = [_row(each) for each in _once(found)]
    _tell_common(rows)
    return pa.Table.from_pylist(rows, schema=_schema())


def _schema() -> pa.Schema:
    import pyarrow as pa

    several = pa.list_(pa.string())
    return pa.schema(
        {
            "id": pa.string(),
            "title": pa.string(),
            "authors": several,
            "year": pa.int32(),
            "venue": pa.string(),
            "doi": pa.string(),
            "arxiv": pa.string(),
            "key": pa.string(),
            "words": several,
            "pairs": several,
            "numbers": several,
            "part": pa.string(),
            "cut": pa.bool_(),
            "common": pa.bool_(),
            "repeated": pa.bool_(),
            "families": several,
            "kind": pa.string(),
            "series": several,
            "source": pa.string(),
        }
    )


def _tell_common(rows: Sequence[dict[str, Any]]) -> None:
    """Say which titles are common, and which of them are repeated."""

    def issue(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["key"], row["year"], tuple(row["families"] or ())

    issues = Counter(key for key, *_ in {issue(row) for row in rows})
    alike = Counter((*issue(row), row["venue"]) for row in rows)
    for row in rows:
        row["common"] = issues[row["key"]] > 2 or len(row["words"]) < _FEWEST
        row["repeated"] = row["common"] and alike[(*issue(row), row["venue"])] > 1


def _once(found: Iterable[Publication]) -> Iterable[Publication]:
    seen = set[str]()
    for each in found:
        if each.id not in seen:
            seen.add(each.id)
            yield each


def _row(of: Publication) -> dict[str, Any]:
    words = _words(_BRACKETS.sub(_told, of.title)) or _words(of.title)
    content = [word for word in words if word not in _SMALL] or words
    cut = of.title.endswith(("..", "…"))
    families = sorted({name for author in of.authors if (name := _family(author))})
    return {
        "id": of.id,
        "title": of.title,
        "authors": list(of.authors) or None,
        "year": of.year,
        "venue": of.venue or None,
        "doi": of.doi or None,
        "arxiv": of.arxiv or None,
        "key": "".join(words) or of.title,
        "words": sorted(set(content)),
        "pairs": sorted(_pairs(content)),
        "numbers": sorted({word for word in words if word.isdigit()}) or None,
        "part": None if cut else _part(words),
        "cut": cut,
        "families": families or None,
        "kind": _kind(of),
        "series": _series(of.venue) or None,
        "source": of.id.partition("/paper/")[0] if "/paper/" in of.id else None,
    }


def _told(brackets: re.Match[str]) -> str:
    """What stands in brackets, unless it says but how a paper was presented."""
    return " " if set(_words(brackets[1])) <= _FORMATS else brackets[0]


def _words(text: str) -> list[str]:
    return _WORD.findall(anyascii(text).lower().replace("'", ""))


def _part(words: Sequence[str]) -> str | None:
    """Which part of a series a title says that it is: `Part II`, `Vol. 2`, or by its last word."""
    for before, word in zip(["", *words], words, strict=False):
        if before in _PART and (word in _ROMAN or word.isdigit()):
            return _ROMAN.get(word, word)
    last = words[-1] if words else ""
    return _ROMAN.get(last, last if last.isdigit() and len(last) < 3 else None)


def _pairs(words: Sequence[str]) -> set[str]:
    """Each word with the next; the last with the first, so that one word is a pair too."""
    return (
        {f"{one} {other}" for one, other in zip(words, [*words[1:], words[0]], strict=True)}
        if words
        else set()
    )


def _family(name: str) -> str:
    """The last word of a name without vowels, if it has two letters left.

    Letters with marks are written in several ways (Güting, Guting, Gueting), or are lost (G?ting).
    """
    words = [re.sub(r"[^a-z]", "", word) for word in anyascii(name).lower().split()]
    words = [word for word in words if word] or [""]
    while len(words) > 1 and words[-1] in {"jr", "sr", "ii", "iii"}:
        words.pop()
    consonants = re.sub(r"[aeiou]", "", words[-1])
    return consonants if len(consonants) > 1 else words[-1]


def _kind(of: Publication) -> str | None:
    """What it appeared in: a journal, a conference, an archive of preprints; None if unknown."""
    words = set(_words(of.venue)) | set(_words(of.kind))
    for kind, telling in _KINDS:
        if words & telling:
            return kind
    if of.venue or words & _MEETINGS:
        return "conference"
    return "preprint" if of.arxiv and of.doi in ("", f"10.48550/arxiv.{of.arxiv}") else None


def _series(venue: str) -> list[str]:
    """What a venue may be called for short.

    These are its words that are no general ones; and its initials, with and without small words,
    and without those before `on` or `of`: of a conference `on Management of Data` there are
    `md` and `mod`, as SIGMOD has it, since ACM's Special Interest Groups are called `SIG…`.
    """
    found = set[str]()
    for part in (*_BRACKETS.findall(venue), _BRACKETS.sub(" ", venue)):
        for half in re.split(r"\s[—–-]+\s|[:;,]", part):
            words = [w for w in _words(half) if not (w.isdigit() or w in _ORDINAL)]
            named = [w for w in words if w not in _GENERAL | _SMALL]
            if len(words) <= 3:  # an acronym, perhaps with the kind of venue
                found.update(w.removeprefix("sig") if len(w) > 4 else w for w in named)
            starts = {0} | {n + 1 for n, w in enumerate(words) if w in {"on", "of"}}
            for start in starts:
                rest = [w for w in words[start:] if w not in {"acm", "ieee", "the"}]
                for kept in (rest, [w for w in rest if w not in _SMALL]):
                    if len(kept) > 1 and kept[0] not in _SMALL:
                        found.add("".join(w[0] for w in kept))
            if len(words) > 3:
                found.update(w for w in named if len(w) <= 6 and w.removeprefix("sig") != w)
    return sorted(found)
