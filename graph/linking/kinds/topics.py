"""Topics: concepts of schemes and keywords of papers, as they are compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ...dataset import NamedGraph
from ...namespaces import BASE
from ...topics import normalised
from ..scoring import Scores

if TYPE_CHECKING:
    import pyarrow as pa

    from ...store import Store

__all__ = ["Concept", "confirm", "records", "records_of", "table"]

KEYWORDS: Final = f"{BASE}keyword"
"""What keywords are in; many of them may be one concept, so they are no scheme."""
_NO_TOPICS: Final = (f"{BASE}metric", f"{BASE}ontology#")
"""Schemes of ours whose concepts are kinds, roles and measures."""

_BRACKETS: Final = re.compile(r"^(.*\w\W?)\s*\(([^()]+)\)$")
_WORD: Final = re.compile(r"[^\W_]+")
_SPELLINGS: Final = (
    (re.compile(r"is(e|ed|er|ing|ation)\b"), r"iz\1"),
    (re.compile(r"ys(e|ed|er|ing)\b"), r"yz\1"),
    (re.compile(r"our(s?|al|ed|ing|ful)\b"), r"or\1"),
    (re.compile(r"ll(ed|er|ing)\b"), r"l\1"),
    (re.compile(r"tre\b"), "ter"),
    (re.compile(r"ogue\b"), "og"),
    (re.compile(r"gramme\b"), "gram"),
)  # fmt: skip
"""British endings with the American ones, as both sides are compared."""
_SMALL: Final = frozenset(("a", "an", "and", "for", "in", "of", "on", "the", "to", "with"))
_LETTERS: Final = 5
"""A label of one word and so many letters at most may be an abbreviation."""
_LONGEST: Final = 200
"""Characters of the longest label that is compared; what is longer is none."""
_TYPO: Final = 10
"""Letters of the shortest label of which one may be wrong."""


@dataclass
class Concept:
    """A concept or keyword with what is known of it.

    :param scheme: that it is in: two concepts of one scheme are never the same.
    :param preferred: its preferred label; for a keyword, the keyword.
    :param labels: all labels.
    :param near: labels of broader, narrower and related concepts, or of a paper's other keywords.
    """

    id: str
    scheme: str | None
    preferred: str
    labels: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)


def records(store: Store) -> pa.Table:
    """The concepts of all schemes in a dataset, and the keywords of papers and talks."""
    text = (files("symposia") / "queries" / "linking" / "topics.rq").read_text("utf-8")
    topics: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    keywords: dict[str, set[str]] = defaultdict(set)
    for topic, role, value, work in store.query(text):  # type: ignore[union-attr]
        if work is None:
            topics[topic.value][role.value].append(value.value)
        elif words := " ".join(value.value.split()):
            keywords[work.value].add(words)
    return table((*_concepts(topics), *_keywords(keywords)))


def records_of(path: Path) -> pa.Table:
    """The concepts of a SKOS file, such as the IEEE Taxonomy.

    :raises SourceError: the file is not RDF, or is broken.
    """
    from ...store import Store

    return records(Store.memory([NamedGraph(path.resolve().as_uri(), path, path.name)]))


def table(concepts: Iterable[Concept]) -> pa.Table:
    """What is compared of concepts, a row each.

    `keys` are the labels as words in lower case and the singular. Of those that may be no
    abbreviation `long` are the labels, `letters` their letters in American spelling, `bags` their
    words in alphabetic order, `initials` the first letters of the words, and `typos` what is left
    when a letter is left out. `short` are abbreviations, and labels without their qualifier,
    `called` is all by which a concept is found, and `near` are the labels of neighbours.
    """
    import pyarrow as pa  # it is slow to load

    words = pa.list_(pa.string())
    lists = (
        "keys", "long", "letters", "bags", "short", "initials", "called", "typos", "near",
    )  # fmt: skip
    schema = pa.schema(
        [(name, pa.string()) for name in ("id", "name", "scheme", "preferred")]
        + [(name, words) for name in lists]
    )
    rows = (_row(concept) for concept in sorted(concepts, key=lambda each: each.id))
    return pa.Table.from_pylist([row for row in rows if row["keys"]], schema=schema)


def confirm(scores: Scores, left: pa.Table, right: pa.Table) -> Scores:
    """Let concepts of one scheme that fit the same topic share its probability.

    At most one concept of a scheme is the one that is meant, so what is likely of one is unlikely
    of the others. Any number of keywords may mean one concept.
    """
    import pyarrow as pa

    scheme = {
        one: which
        for side in (left, right)
        for one, which in zip(side["id"].to_pylist(), side["scheme"].to_pylist(), strict=True)
    }
    rows = scores.pairs.to_pylist()
    odds = {(row["left"], row["right"]): 2.0 ** min(row["weight"], 500) for row in rows}
    sums: dict[tuple[str, str | None], float] = defaultdict(float)
    for (one, other), likely in odds.items():
        sums[one, scheme[other]] += likely
        sums[other, scheme[one]] += likely
    for row in rows:
        one, other = row["left"], row["right"]
        own = odds[one, other]
        rivals = sum(
            max(sums[thing, scheme[of]] - own, 0.0)
            for thing, of in ((one, other), (other, one))
            if scheme[of] not in (None, KEYWORDS)
        )
        weight = -log2(1 + rivals)
        row["rivals"], row["rivals_weight"] = int(rivals < 0.01), weight
        row["weight"] += weight
        row["probability"] = 1 / (1 + 2.0 ** -min(row["weight"], 500))
    schema = scores.pairs.schema
    for name, kind in (("rivals", pa.int32()), ("rivals_weight", pa.float64())):
        schema = schema.append(pa.field(name, kind))
    labels = {
        **scores.labels,
        ("rivals", 1): "no other concept of the scheme fits",
        ("rivals", 0): "another concept of the scheme fits, too",
    }
    return replace(scores, pairs=pa.Table.from_pylist(rows, schema=schema), labels=labels)


def _concepts(topics: Mapping[str, Mapping[str, list[str]]]) -> Iterator[Concept]:
    near: dict[str, set[str]] = defaultdict(set)
    for iri, told in topics.items():
        for other in told["near"]:
            near[iri].add(other)
            near[other].add(iri)
    names = {
        iri: min(told["label"] or told["other"])
        for iri, told in topics.items()
        if told["label"] or told["other"]
    }
    for iri, name in names.items():
        told = topics[iri]
        around = {names[other] for other in near[iri] if other in names}
        scheme = min(told["scheme"], default=None)
        if scheme and scheme.startswith(_NO_TOPICS):
            continue
        yield Concept(iri, scheme, name, {*told["label"], *told["other"]}, around)


def _keywords(works: Mapping[str, set[str]]) -> Iterator[Concept]:
    found: dict[str, Concept] = {}
    for words in works.values():
        for word in sorted(words):
            iri = f"{KEYWORDS}/{quote('-'.join(word.casefold().split()), safe='')}"
            concept = found.setdefault(iri, Concept(iri, KEYWORDS, word))
            concept.labels.add(word)
            concept.near |= words - {word}
    for each in found.values():
        each.preferred = min(each.labels)
        yield each


def _row(concept: Concept) -> dict[str, Any]:
    keys: set[str] = set()
    short: set[str] = set()
    for label in concept.labels | {concept.preferred}:
        if len(label) > _LONGEST:
            continue
        full, brief = _parts(label)
        keys |= {normalised(each) for each in full}
        short |= {normalised(each) for each in brief}
    keys.discard("")
    long = {key for key in keys if len(key) > _LETTERS or " " in key}
    short |= keys - long
    short.discard("")
    initials = {
        "".join(word[0] for word in words)
        for key in keys
        if len(words := [word for word in key.split() if word not in _SMALL]) > 2
    }
    return {
        "id": concept.id,
        "name": concept.preferred,
        "scheme": concept.scheme,
        "preferred": _called(concept.preferred) or None,
        "keys": sorted(keys),
        "long": sorted(long) or None,
        "letters": sorted({_american(key).replace(" ", "") for key in long}) or None,
        "bags": sorted({bag for key in keys if (bag := _bag(key))}) or None,
        "short": sorted(short) or None,
        "initials": sorted(initials) or None,
        "called": sorted(keys | short | initials) or None,
        "typos": sorted({typo for key in keys for typo in _typos(key)}) or None,
        "near": sorted({near for each in concept.near if (near := _called(each))}) or None,
    }


@lru_cache(maxsize=65_536)
def _called(label: str) -> str:
    """A label as others are compared with it, in full."""
    return normalised(_parts(label)[0][0]) if len(label) <= _LONGEST else ""


def _parts(label: str) -> tuple[list[str], list[str]]:
    """What a label calls a thing in full, and for short: by abbreviation or without a qualifier.

    >>> _parts("convolutional neural networks (CNNs)")
    (['convolutional neural networks'], ['CNNs'])
    >>> _parts("quantization (signal)")
    (['quantization (signal)'], ['quantization'])
    """
    if not (match := _BRACKETS.match(label.strip())):
        return [label], []
    before, inside = match[1].strip(), match[2].strip()
    if _abbreviates(inside, before):
        return [before], [inside]
    if _abbreviates(before, inside):
        return [inside], [before]
    return [label], [before]


def _abbreviates(brief: str, words: str) -> bool:
    """Whether some letters of words, first that of the first word, are an abbreviation."""
    letters = normalised(brief).replace(" ", "")
    among = iter("".join(_WORD.findall(words.casefold())))
    return (
        1 < len(letters) <= 10
        and words.casefold().lstrip().startswith(letters[0])
        and len(words.split()) > 1
        and all(letter in among for letter in letters)
    )


def _american(key: str) -> str:
    for british, american in _SPELLINGS:
        key = british.sub(american, key)
    return key


def _bag(key: str) -> str:
    """The words of a label in alphabetic order; of one word nothing."""
    words = sorted(word for word in _american(key).split() if word not in _SMALL)
    return " ".join(words) if len(words) > 1 else ""


def _typos(key: str) -> Iterator[str]:
    """The label with any one letter left out, and whole; numbers are never mistaken."""
    letters = key.replace(" ", "")
    if len(letters) >= _TYPO and letters.isalpha():
        yield letters
        for at in range(len(letters)):
            yield letters[:at] + letters[at + 1 :]
