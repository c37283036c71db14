"""How good links of topics are: our scheme's mappings, and keywords of the shared conferences."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process
from symposia.graph.dataset import shipped
from symposia.graph.linking.kinds.topics import Concept, confirm, records, table
from symposia.graph.linking.linkage import read_linkage
from symposia.graph.linking.scoring import score
from symposia.graph.namespaces import BASE
from symposia.graph.store import Store
from symposia.graph.topics import CSO

from .dataset import dataset
from .measures import Evaluation, Pair

__all__ = ["SETS"]

HERE = Path(__file__).parent
_SCHEME = f"{BASE}topic"
_WIKIDATA = "http://www.wikidata.org/entity/"
_ALIKE = 90
"""The token sort ratio from which the baseline holds labels for the same."""
_MAPPINGS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?one ?other WHERE {
  ?one skos:exactMatch|skos:closeMatch ?other ; skos:inScheme <https://w3id.org/symposia/topic> .
}"""


def mappings(shared: Path) -> Iterator[Evaluation]:
    """Our scheme with CSO, and with the labels of IEEE and Wikidata that the facts hold."""
    facts = json.loads((shared / "facts" / "topics.json").read_text("utf-8"))
    ours = _scheme(records(Store.memory(shipped())), _SCHEME)
    elsewhere = _elsewhere(facts)
    right = pa.concat_tables([_scheme(records(_conferences(shared)), CSO), table(elsewhere)])
    gold = frozenset(_gold(facts) | {
        (one.value, other.value)
        for one, other in Store.memory(shipped()).query(_MAPPINGS)
        if other.value.startswith(CSO)
    })  # fmt: skip
    note = """Gold: mappings to IEEE of the shared facts whose status is *verified* and whose
    relation is exactMatch or closeMatch, and those to CSO that were made by hand in
    `ontology/topics.ttl`. The linkage sees labels and neighbours, no mapping. Of IEEE and Wikidata
    there are only the labels that the facts have, so their rivals are few; the two confirmed
    Wikidata items have none there, so they are no part of it."""
    yield from _methods("topics-mappings", ours, right, gold, note)


def keywords(shared: Path) -> Iterator[Evaluation]:
    """A random sample of keywords, each looked up in CSO by hand."""
    wanted = {row["keyword"]: row["concept"] for row in _rows("topics_keywords.tsv")}
    everything = records(_conferences(shared))
    left = everything.filter(pc.is_in(everything["id"], pa.array(sorted(wanted))))
    right = _scheme(everything, CSO)
    gold = frozenset((keyword, concept) for keyword, concept in wanted.items() if concept)
    note = """Gold: 120 keywords of the shared conferences, drawn with a seed from all 3,469
    different ones. Each was looked up in CSO by hand, among its most similar labels and by search;
    most have no concept there (those of EMNLP 2020 are made by a program), so the intervals are
    wide."""
    yield from _methods("topics-keywords", left, right, gold, note)


def predictions(shared: Path) -> Iterator[Evaluation]:
    """A random sample of what is stated of the shared conferences' topics and keywords."""
    reviewed = {(row["left"], row["right"]): row["verdict"] for row in _rows("topics_reviewed.tsv")}
    kinds = {(row["left"], row["right"]): row["why"] for row in _rows("topics_reviewed.tsv")}
    everything = records(_conferences(shared))
    start = time.perf_counter()
    found = _linked(everything, None)
    seconds = time.perf_counter() - start
    bar = read_linkage("topics").thresholds.close
    yield Evaluation(
        "topics-predictions",
        "ours",
        frozenset(),
        found,
        threshold=bar,
        records=everything.num_rows,
        describe=_describe(everything),
        error=lambda pair: kinds.get(pair) or "other",
        reviewed={pair: verdict == "right" for pair, verdict in reviewed.items()},
        note=f"""Precision alone, of 200 stated pairs drawn with a seed and reviewed by hand: right
        where skos:exactMatch or skos:closeMatch holds of what the papers mean.
        {_added(everything, found, bar)}""",
        seconds=seconds,
    )


SETS = {
    "topics-mappings": mappings,
    "topics-keywords": keywords,
    "topics-predictions": predictions,
}


def _methods(
    name: str, left: pa.Table, right: pa.Table, gold: frozenset[Pair], note: str
) -> Iterator[Evaluation]:
    describe = _describe(left, right)
    methods: dict[str, Callable[[pa.Table, pa.Table], Mapping[Pair, float]]] = {
        "exact": _exact, "baseline": _baseline, "ours": _linked,
    }  # fmt: skip
    for method, find in methods.items():
        start = time.perf_counter()
        found = find(left, right)
        yield Evaluation(
            name,
            method,
            gold,
            found,
            threshold=read_linkage("topics").thresholds.close if method == "ours" else 0.0,
            records=left.num_rows,
            describe=describe,
            error=lambda pair, found=found: _error(pair, found, gold),
            note=f"""{note} Exact: equal labels, as at publishing (decision 25); baseline: the
            label with the highest token sort ratio of RapidFuzz, {_ALIKE} or more.""",
            seconds=time.perf_counter() - start,
        )


def _linked(left: pa.Table, right: pa.Table | None) -> dict[Pair, float]:
    """What the linkage that ships says."""
    scores = confirm(
        score(read_linkage("topics"), left, right), left, left if right is None else right
    )
    columns = (scores.pairs[name].to_pylist() for name in ("left", "right", "probability"))
    return {(one, other): probability for one, other, probability in zip(*columns, strict=True)}


def _exact(left: pa.Table, right: pa.Table) -> dict[Pair, float]:
    """Labels that are equal as at publishing: of several concepts, the one that prefers it."""
    preferred, called = _called(right, "preferred"), _called(right, "keys")
    found = {}
    for row in left.to_pylist():
        for key in row["keys"]:
            for scheme in {scheme for _, scheme in called}:
                candidates = preferred.get((key, scheme)) or called.get((key, scheme)) or ()
                if len(candidates) == 1:
                    found[row["id"], *candidates] = 1.0
    return found


def _called(right: pa.Table, column: str) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in right.to_pylist():
        for key in [row[column]] if isinstance(row[column], str) else row[column] or ():
            found.setdefault((key, row["scheme"]), set()).add(row["id"])
    return found


def _baseline(left: pa.Table, right: pa.Table) -> dict[Pair, float]:
    """The most alike label of each scheme."""
    schemes: dict[str, dict[str, str]] = {}
    for row in right.to_pylist():
        for key in row["keys"]:
            schemes.setdefault(row["scheme"], {})[key] = row["id"]
    found = {}
    for row in left.to_pylist():
        for labels in schemes.values():
            names = list(labels)
            for key in row["keys"]:
                best = process.extractOne(
                    key, names, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE
                )
                if best:
                    found[row["id"], labels[best[0]]] = best[1] / 100
    return found


def _error(pair: Pair, found: Mapping[Pair, float], gold: frozenset[Pair]) -> str:
    if pair not in gold:
        rivals = {other for one, other in gold if one == pair[0] and _host(other) == _host(pair[1])}
        return "another concept is right" if rivals else "no concept is right"
    return "known, and not sure enough" if pair in found else "no label leads to it"


def _host(iri: str) -> str:
    return iri.split("/")[2]


def _elsewhere(facts: dict) -> Iterator[Concept]:
    """The concepts of IEEE and Wikidata whose labels the facts hold."""
    seen: set[str] = set()
    for concept in facts["concepts"]:
        links = concept["links"]
        ieee, wikidata = links.get("ieee") or {}, links.get("wikidata") or {}
        label = (links.get("ieee") or {}).get("label")
        if ieee.get("uri") and ieee["uri"] not in seen:
            seen.add(ieee["uri"])
            yield Concept(ieee["uri"], "ieee", label, {label})
        iri = _WIKIDATA + (wikidata.get("qid") or "")
        if wikidata.get("label") and iri not in seen:
            seen.add(iri)
            yield Concept(iri, "wikidata", wikidata["label"], {wikidata["label"]})
    for one in (*facts["wikidata_extra"], *facts["wikidata_unused"]):
        label = one["label"].replace("-", " ")
        if (iri := _WIKIDATA + one["qid"]) not in seen:
            seen.add(iri)
            yield Concept(iri, "wikidata", label, {label})


def _gold(facts: dict) -> set[Pair]:
    return {
        (f"{_SCHEME}/{concept['id']}", link["uri"])
        for concept in facts["concepts"]
        if (link := concept["links"].get("ieee") or {}).get("status") == "verified"
        and link["relation"] in ("exactMatch", "closeMatch")
    }


def _added(everything: pa.Table, found: Mapping[Pair, float], bar: float) -> str:
    """What is stated that equal labels do not find."""
    keys = everything.filter(pc.starts_with(everything["id"], f"{BASE}keyword/"))
    targets = pa.concat_tables([_scheme(everything, CSO), _scheme(everything, _SCHEME)])
    exact = {(min(pair), max(pair)) for pair in _exact(keys, targets)}
    words, concepts = set(keys["id"].to_pylist()), set(targets["id"].to_pylist())
    stated = {
        pair
        for pair, probability in found.items()
        if probability >= bar and words & {*pair} and concepts & {*pair}
    }
    by_label, linked = (len({*sum(pairs, ())} & words) for pairs in (exact, stated))
    more, fewer = len(stated - exact), len(exact - stated)
    return (
        f"Of {len(words):,} keywords, {by_label:,} are linked to CSO or our scheme by equal labels "
        f"(publishing does that), {linked:,} by the linkage: it states {more:,} pairs that equal "
        f"labels do not, and leaves {fewer:,} of theirs out or to review."
    )


def _conferences(shared: Path) -> Store:
    return dataset(shared / "conferences", shared / "vocabularies" / "cso" / "cso.csv.gz").store()


def _scheme(found: pa.Table, scheme: str) -> pa.Table:
    return found.filter(pc.equal(found["scheme"], scheme))


def _describe(*tables: pa.Table) -> Callable[[str], str]:
    names = {
        one: f"{name} ({scheme.removeprefix(BASE).removeprefix('https://')})"
        for found in tables
        for one, name, scheme in zip(
            *(found[column].to_pylist() for column in ("id", "name", "scheme")), strict=True
        )
    }
    return lambda one: names.get(one, one)


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
