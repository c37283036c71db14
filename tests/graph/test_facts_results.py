"""Results and topics: each is the one of the facts, and its place in the page shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, PROV, RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node
from symposia.graph.namespaces import BASE, SYM

PROGRAMME = f"{BASE}tinyml-2023"
PAGE = f"{PROGRAMME}/source/programme-page"
SCHEMA = Namespace("https://schema.org/")
SYMPOSIA = Namespace(SYM)
UNIT = Namespace("http://qudt.org/vocab/unit/")
TALK = URIRef(f"{PROGRAMME}/talk/the-power-of-diversity-in-machine-learning")

KINDS = {
    "result": SYMPOSIA.Outcome,
    "setting": SYMPOSIA.Setting,
    "baseline value": SYMPOSIA.BaselineValue,
    "claim without a number": SYMPOSIA.Claim,
}
# A unit of the facts: that of QUDT and the page's spellings of it. "1G" FLOPs are 10^9 operations:
# GigaFLOPS of QUDT is a rate. A GPU day is a time, of one processor.
UNITS: dict[str, tuple[URIRef, set[str]]] = {
    "GFLOPs": (UNIT.NUM, {"FLOPs"}),
    "GPU days": (UNIT.DAY, {"GPU days"}),
    "KiB": (UNIT.KibiBYTE, {"KiBytes"}),
    "MHz": (UNIT.MegaHZ, {"MHz"}),
    "bits": (UNIT.BIT, {"bit"}),
    "classes": (UNIT.NUM, {"classes"}),
    "data sets": (UNIT.NUM, {"datasets"}),
    "inferences per second": (UNIT["NUM-PER-SEC"], {"IPS"}),
    "models": (UNIT.NUM, {"models"}),
    "networks": (UNIT.NUM, {"networks"}),
    "nm": (UNIT.NanoM, {"nm"}),
    "percent": (UNIT.PERCENT, {"%", "percent"}),
    "s": (UNIT.SEC, {"sec"}),
    "words": (UNIT.NUM, {"word"}),
    "x": (UNIT.UNITLESS, {"x", "X", "×"}),
}


@pytest.fixture(scope="module")
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def papers(root: Path, shared: Path) -> dict[str, URIRef]:
    """The papers by their number in the facts."""
    programme = Graph().parse(root / "graph" / "tinyml-2023" / "programme.ttl")
    by_title = {str(title): paper for paper, title in programme.subject_objects(DCTERMS.title)}
    items = json.loads((shared / "facts" / "systems.json").read_text(encoding="utf-8"))["items"]
    return {item["id"]: by_title[item["title"]] for item in items}


@pytest.fixture(scope="module")
def systems(root: Path) -> Graph:
    return Graph().parse(root / "graph" / "tinyml-2023" / "systems.ttl")


@pytest.fixture(scope="module")
def topics(root: Path) -> Graph:
    return Graph().parse(root / "graph" / "tinyml-2023" / "topics.ttl")


def items(shared: Path) -> list[dict[str, Any]]:
    found = json.loads((shared / "facts" / "systems.json").read_text(encoding="utf-8"))["items"]
    assert isinstance(found, list)
    return found


def place(iri: Node, text: str) -> str:
    """The words of the page at a place of it."""
    found = re.fullmatch(re.escape(PAGE) + r"#(char|line)=(\d+),(\d+)", str(iri))
    assert found, iri
    start, end = int(found[2]), int(found[3])
    if found[1] == "char":
        return text[start:end]
    return "\n".join(text.split("\n")[start:end])


def lines(graph: Graph, thing: Node) -> set[int]:
    quoted = graph.objects(thing, PROV.wasQuotedFrom)
    return {int(str(fragment).rsplit(",", 1)[1]) for fragment in quoted}


def assignments(shared: Path, papers: dict[str, URIRef]) -> Iterator[tuple[URIRef, dict[str, Any]]]:
    concepts = json.loads((shared / "facts" / "topics.json").read_text(encoding="utf-8"))[
        "concepts"
    ]
    for concept in concepts:
        for use in concept["applies_to"]:
            of = TALK if use["paper"] == "diversity-talk" else papers[use["paper"]]
            yield URIRef(f"{of}/topic/{concept['id']}"), {**use, "of": of, "topic": concept["id"]}


def test_topics_are_shown_by_the_words_of_the_facts(
    topics: Graph, shared: Path, papers: dict[str, URIRef], text: str
) -> None:
    expected = list(assignments(shared, papers))
    assert set(topics.subjects(RDF.type, SYMPOSIA.TopicAssignment)) == {iri for iri, _ in expected}
    assert len(expected) == 71
    for iri, use in expected:
        assert topics.value(iri, SYMPOSIA.of) == use["of"]
        assert topics.value(iri, SYMPOSIA.topic) == URIRef(f"{BASE}topic/{use['topic']}")
        shown = [place(fragment, text) for fragment in topics.objects(iri, SYMPOSIA.shownBy)]
        assert shown == [use["phrase"]]
        assert lines(topics, iri) == {use["line"]}
        (quoted,) = topics.objects(iri, PROV.wasQuotedFrom)
        assert use["phrase"] in place(quoted, text)


def test_the_facts_count_forty_one_results(systems: Graph, shared: Path) -> None:
    assert sum(len(item["quantitative_results"]) for item in items(shared)) == 41
    assert len(set(systems.subjects(RDF.type, SYMPOSIA.Result))) == 41


@pytest.mark.parametrize("number", range(1, 17))
def test_results_are_those_of_the_facts(
    systems: Graph, shared: Path, papers: dict[str, URIRef], text: str, number: int
) -> None:
    item = items(shared)[number - 1]
    paper = papers[item["id"]]
    expected = {
        URIRef(f"{paper}/result/{n}"): fact
        for n, fact in enumerate(item["quantitative_results"], start=1)
    }
    assert set(systems.subjects(SYMPOSIA.of, paper)) == expected.keys()
    for iri, fact in expected.items():
        check_result(systems, iri, fact)
        assert [place(f, text) for f in systems.objects(iri, SYMPOSIA.shownBy)] == [
            fact["exact_phrase"]
        ]
        assert lines(systems, iri) == {item["abstract_line"]}


def check_result(systems: Graph, iri: URIRef, fact: dict[str, Any]) -> None:
    kind = KINDS[fact["kind"]]
    assert systems.value(iri, SYMPOSIA.resultKind) == kind
    if kind == SYMPOSIA.Claim:
        assert systems.value(iri, SYMPOSIA.value) is None
        return
    unit, spellings = UNITS[fact["unit"]]
    factor = 10**9 if fact["unit"] == "GFLOPs" else 1
    value = systems.value(iri, SYMPOSIA.value)
    assert isinstance(value, Literal)
    assert value.toPython() == Decimal(str(fact["value"])) * factor
    assert str(systems.value(iri, SYMPOSIA.relation)) == fact["relation"]
    assert systems.value(iri, SYMPOSIA.unit) == unit
    assert str(systems.value(iri, SCHEMA.unitText)) in spellings


def test_a_comparator_is_one_that_the_facts_name(
    systems: Graph, shared: Path, papers: dict[str, URIRef]
) -> None:
    """Where the page names none, none is stated; where it names a system, it is that one."""
    for item in items(shared):
        baselines = {fact["name"] for fact in item["baselines"]}
        for n, fact in enumerate(item["quantitative_results"], start=1):
            iri = URIRef(f"{papers[item['id']]}/result/{n}")
            comparator = systems.value(iri, SYMPOSIA.comparator)
            named = fact["comparator"] or ""
            silent = not named or "implied" in named or "not named" in named or "could not" in named
            if silent or fact["kind"] == "baseline value" or "earlier" in named:
                assert comparator is None, iri
            else:
                assert comparator is not None, iri
                assert (papers[item["id"]], SYMPOSIA.comparesWith, comparator) in systems
                assert baselines


NO_HARDWARE = "hardware constraints (FLOPs, PARAMs)"
"""Listed with the hardware of the tenth paper, but a limit and no platform."""


@pytest.mark.parametrize("number", range(1, 17))
def test_everything_built_and_used_is_there(
    systems: Graph, shared: Path, papers: dict[str, URIRef], number: int
) -> None:
    """As many as the facts list, none invented, each with the line of its paper's abstract."""
    item = items(shared)[number - 1]
    paper = papers[item["id"]]
    counts = {
        ("systems", "baselines"): (SYMPOSIA.introduces, SYMPOSIA.comparesWith),
        ("hardware",): (SYMPOSIA.targets,),
        ("datasets",): (SYMPOSIA.evaluatedOn,),
    }
    title_lines = {259}  # "SRAM" of the thirteenth paper stands in its title
    for kinds, relations in counts.items():
        used = {o for relation in relations for o in systems.objects(paper, relation)}
        if "systems" in kinds:  # a component may be named by a result alone
            used |= set(systems.objects(paper, ~SYMPOSIA.of / SYMPOSIA.system))
        listed = [entry for kind in kinds for entry in item[kind] if entry["name"] != NO_HARDWARE]
        assert len(used) == len(listed), kinds
        for thing in used:
            assert lines(systems, thing) & ({item["abstract_line"]} | title_lines), thing


def test_things_of_the_same_name_are_one(systems: Graph, papers: dict[str, URIRef]) -> None:
    shared_things = {
        ("dataset/imagenet", SYMPOSIA.evaluatedOn): {"p09", "p10"},
        ("hardware/sram", SYMPOSIA.targets): {"p02", "p13"},
        ("hardware/microcontrollers", SYMPOSIA.targets): {"p08", "p11"},
    }
    for (thing, relation), expected in shared_things.items():
        users = set(systems.subjects(relation, URIRef(f"{PROGRAMME}/{thing}")))
        assert users == {papers[number] for number in expected}


def test_no_wording_of_the_abstracts_is_shipped(root: Path, shared: Path, text: str) -> None:
    """No eight words in a row of an abstract stand in a text of these graphs."""
    page_lines = text.split("\n")
    runs = set()
    for item in items(shared):
        words = page_lines[item["abstract_line"] - 1].lower().split()
        runs |= {" ".join(words[i : i + 8]) for i in range(len(words) - 7)}
    for name in ("systems", "topics", "enrichment"):
        graph = Graph().parse(root / "graph" / "tinyml-2023" / f"{name}.ttl")
        for text_of_ours in {o for o in graph.objects() if isinstance(o, Literal)}:
            words = str(text_of_ours).lower().split()
            ours = {" ".join(words[i : i + 8]) for i in range(len(words) - 7)}
            assert not ours & runs, text_of_ours
