"""Linking a whole dataset: what is published, what stays the same, and what is taken back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import DecisionError, LinkageError, ShapeError, SourceError
from symposia.graph.library import Library
from symposia.graph.linking.decisions import Decision, Verdict, decision_of, read_decisions
from symposia.graph.linking.links import LINKS, SAME, Link, Links, Status
from symposia.graph.linking.reviewing import decide, links_in, publish_links, uncertain, withdraw
from symposia.graph.linking.run import LinkReport, link, undo
from symposia.graph.namespaces import BASE

PAPER = """\
<{0}/paper/{1}> a <https://w3id.org/symposia/ontology#Paper> ;
  <http://www.w3.org/2000/01/rdf-schema#label> "{2}"@en ;
  <http://purl.org/dc/terms/title> "{2}"@en ;
  <http://purl.org/dc/terms/issued> "2030" .
<{0}/paper/{1}/author/1> a <https://w3id.org/symposia/ontology#Authorship> ;
  <http://www.w3.org/2000/01/rdf-schema#label> "Ada Brook"@en ;
  <https://w3id.org/symposia/ontology#of> <{0}/paper/{1}> ;
  <https://w3id.org/symposia/ontology#author> <{0}/person/ada> ;
  <https://w3id.org/symposia/ontology#position> 1 .
<{0}/paper/{1}> <http://purl.org/dc/terms/creator> <{0}/person/ada> .
<{0}/person/ada> a <http://xmlns.com/foaf/0.1/Person> ;
  <http://www.w3.org/2000/01/rdf-schema#label> "Ada Brook"@en ;
  <http://xmlns.com/foaf/0.1/name> "Ada Brook" .
"""
DOI = '<{0}/paper/{1}> <http://purl.org/ontology/bibo/doi> "10.1234/{2}" .\n'
KNOTS, LOOMS, BELLS = (
    "Untying Knots of Wool by Patience Alone",
    "Looms that Weave Their Own Patterns Overnight",
    "Casting Bells without Metal in Small Foundries",
)
ONE, TWO = f"{BASE}one", f"{BASE}two"
PAIR = (f"{ONE}/paper/knots", f"{TWO}/paper/knots")
OTHER = (f"{ONE}/paper/looms", f"{TWO}/paper/looms")
REFUSED = (f"{ONE}/paper/bells", f"{TWO}/paper/bells")


@pytest.fixture(scope="session")
def two_programmes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two programmes that have papers in common."""
    folder = tmp_path_factory.mktemp("linked")
    graphs = {}
    for number, programme in enumerate((ONE, TWO)):
        papers = (("knots", KNOTS), ("looms", LOOMS), ("bells", BELLS))
        text = "".join(PAPER.format(programme, *each) for each in papers)
        text += DOI.format(programme, "bells", number)
        path = folder / f"{number}.ttl"
        path.write_text(text, "utf-8")
        graphs[programme] = [NamedGraph(f"{programme}/graph/programme", path, programme)]
    Library(folder / "data").include(graphs, valid=True)
    return folder / "data"


@pytest.fixture(scope="session")
def linked_once(two_programmes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with its papers linked."""
    data = tmp_path_factory.mktemp("linked-once") / "data"
    shutil.copytree(two_programmes, data)
    papers(Library(data))
    return data


@pytest.fixture
def library(two_programmes: Path, tmp_path: Path) -> Library:
    """A copy that a test may change."""
    return Library(shutil.copytree(two_programmes, tmp_path / "data"))


@pytest.fixture
def linked(linked_once: Path, tmp_path: Path) -> Library:
    """A linked copy that a test may change."""
    return Library(shutil.copytree(linked_once, tmp_path / "linked"))


def papers(library: Library, **options: object) -> LinkReport:
    return link(library, ["papers"], **options)  # type: ignore[arg-type]


def status(library: Library, pair: tuple[str, str]) -> Status | None:
    found = {(each.left, each.right): each.status for each in links_in(library, "papers").links}
    return found.get(pair)


def digests(library: Library) -> dict[str, str]:
    now = library.generations.current()
    assert now is not None
    return {graph.iri: graph.digest for graph in now.graphs}


def same(library: Library) -> set[tuple[str, str]]:
    """What the dataset says to be the same, and what stands for it."""
    text = f"SELECT ?a ?b {{ ?a <{SAME}> ?b }}"
    return {(a.value, b.value) for a, b in library.store().query(text)}  # type: ignore[union-attr]


def stands(library: Library, iri: str) -> str:
    text = "SELECT ?a ?b { ?a <http://www.w3.org/ns/prov#alternateOf> ?b }"
    rows = library.store().query(text, {"a": ox.NamedNode(iri)})
    return next((row["b"].value for row in rows), "")  # type: ignore[union-attr]


def test_links_are_published_in_a_graph_of_their_own(library: Library) -> None:
    before = digests(library)
    report = papers(library)
    after = digests(library)
    assert report.change is not None
    assert report.change.added == (f"{BASE}graph/identity", f"{LINKS}papers")
    assert {iri: after[iri] for iri in before} == before, "the data stay as they are"
    (found,) = report.kinds
    assert (found.kind, found.records, found.others) == ("papers", 22, 0)
    assert found.links["Stated"] == 2
    assert status(library, PAIR) is status(library, OTHER) is Status.STATED
    assert {PAIR, OTHER} <= same(library)
    assert stands(library, PAIR[1]) == stands(library, PAIR[0]) == PAIR[0]


def test_what_contradicts_is_refused_with_its_reason(linked: Library) -> None:
    refused = next(x for x in links_in(linked, "papers").links if (x.left, x.right) == REFUSED)
    assert refused.status is Status.REFUSED
    assert refused.reason == "They have two DOIs: 10.1234/0 and 10.1234/1."
    assert REFUSED not in same(linked)


def test_a_link_tells_its_evidence(linked: Library) -> None:
    found = next(x for x in links_in(linked, "papers").links if (x.left, x.right) == PAIR)
    assert found.score is not None
    assert found.score > 0.9
    assert found.weight is not None
    assert found.evidence[0].weight > 0
    total = found.prior + sum(each.weight for each in found.evidence)
    assert found.weight == pytest.approx(total)
    assert (found.method, found.version) == (f"{BASE}linkage/papers", found.version)
    assert found.version


def test_linking_again_changes_nothing(linked: Library) -> None:
    before, generation = digests(linked), linked.generations.current()
    report = papers(linked)
    now = linked.generations.current()
    assert report.change is None
    assert (digests(linked), now and now.id) == (before, generation and generation.id)


def test_undo_removes_exactly_what_linking_made(linked: Library, library: Library) -> None:
    change = undo(linked)
    assert change is not None
    assert change.removed == (f"{BASE}graph/identity", f"{LINKS}papers")
    assert digests(linked) == digests(library)
    assert undo(linked, ["papers"]) is None


def test_a_dry_run_publishes_nothing(library: Library) -> None:
    before = digests(library)
    report = papers(library, dry_run=True)
    assert report.change is None
    assert report.kinds[0].links["Stated"] == 2
    assert digests(library) == before


def test_a_rejected_link_is_gone_at_once_and_stays_rejected(linked: Library) -> None:
    made = decision_of(Verdict.REJECT, *PAIR, by="Ada Brook", why="Two versions.")
    assert decide(linked, made) is not None
    assert status(linked, PAIR) is Status.REJECTED
    assert PAIR not in same(linked)
    assert stands(linked, PAIR[1]) == ""
    assert papers(linked).change is None, "a run finds what was decided"
    (found,) = [x for x in links_in(linked, "papers").links if x.decision]
    assert found.decision == made
    assert found.score is not None
    assert read_decisions(linked.generations.data / "decisions.ttl") == (made,)
    undo(linked)
    assert status(linked, PAIR) is Status.REJECTED, "what people decided stays"
    papers(linked)
    assert status(linked, PAIR) is Status.REJECTED


def test_an_accepted_pair_is_one_against_the_facts(linked: Library) -> None:
    before = digests(linked)
    decide(linked, decision_of(Verdict.ACCEPT, *REFUSED, by="Ada"))
    assert status(linked, REFUSED) is Status.ACCEPTED
    assert REFUSED in same(linked)
    assert stands(linked, REFUSED[1]) == REFUSED[0]
    withdraw(linked, *REFUSED[::-1])
    assert status(linked, REFUSED) is Status.REFUSED
    assert digests(linked) == before, "as if nothing had been decided"


def test_what_is_split_is_one_with_nobody(linked: Library) -> None:
    decide(linked, decision_of(Verdict.SPLIT, PAIR[0], by="Ada"))
    assert status(linked, PAIR) is Status.REJECTED
    assert status(linked, OTHER) is Status.STATED
    withdraw(linked, PAIR[0])
    assert status(linked, PAIR) is Status.STATED


def test_decisions_come_before_links(library: Library) -> None:
    """A team's file decides before anything was linked, and needs no data folder of its own."""
    file = library.generations.data.parent / "team.ttl"
    decide(library, decision_of(Verdict.REJECT, *PAIR, by="Ada"), file)
    assert status(library, PAIR) is Status.REJECTED
    report = papers(library, decisions=file)
    assert report.kinds[0].links["Rejected"] == 1
    assert status(library, PAIR) is Status.REJECTED
    assert not (library.generations.data / "decisions.ttl").exists()


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (Decision(f"{BASE}gone/a", f"{BASE}gone/b", Verdict.REJECT, "Ada"), "nothing of the dat"),
        (Decision(PAIR[0], f"{TWO}/person/ada", Verdict.ACCEPT, "Ada"), "of two kinds: papers and"),
        (Decision(PAIR[0], None, Verdict.SPLIT, "Ada"), "split from all others, and accepted"),
    ],
)
def test_a_decision_that_cannot_be_made_changes_nothing(
    linked: Library, decision: Decision, message: str
) -> None:
    decide(linked, decision_of(Verdict.ACCEPT, *PAIR, by="Ada"))
    file = linked.generations.data / "decisions.ttl"
    before, written = digests(linked), file.read_bytes()
    with pytest.raises(DecisionError, match=message):
        decide(linked, decision)
    assert (digests(linked), file.read_bytes()) == (before, written)


def test_a_decision_about_what_is_gone_is_reported_and_kept(linked: Library) -> None:
    decide(linked, decision_of(Verdict.REJECT, *PAIR, by="Ada"))
    linked.remove(["two"])
    report = papers(linked)
    assert [each.things for each in report.gone] == [PAIR]
    assert len(read_decisions(linked.generations.data / "decisions.ttl")) == 1


def test_uncertain_links_come_first(library: Library) -> None:
    scores = (0.97, 0.4, 0.52)
    made = [Link(PAIR[0], f"{BASE}x/{n}", score=score) for n, score in enumerate(scores)]
    made.append(Link(*OTHER, score=0.5, status=Status.REFUSED))
    publish_links(library, [Links("papers", tuple(made))])
    assert [each.score for each in uncertain(library, "papers")] == [0.52, 0.4, 0.97]
    assert uncertain(library.store(), "papers") == uncertain(library, "papers")
    assert uncertain(library, "people") == []


def test_links_that_break_a_shape_are_not_published(library: Library) -> None:
    before = digests(library)
    with pytest.raises(ShapeError, match="nothing was published"):
        publish_links(library, [Links("papers", (Link(*PAIR, score=1.5),))])
    assert digests(library) == before


def test_records_of_a_file(library: Library, tmp_path: Path) -> None:
    entry = "@inproceedings{{k, title={{{}}}, author={{Ada Brook}}, year={{2030}}}}\n"
    one, again = tmp_path / "one.bib", tmp_path / "again.bib"
    one.write_text(entry.format(KNOTS), "utf-8")
    shutil.copy(one, again)
    report = papers(library, to=[one, again])
    (told,) = report.kinds
    assert told.others == 1, "one file twice is one"
    assert 0 < told.compared < 20
    assert told.reduction == 1 - told.compared / (22 * 21 / 2 + 22)
    found = [x for x in links_in(library, "papers").links if x.right == f"{BASE}record/one/k"]
    assert [each.left in PAIR for each in found] == [True]
    method = links_in(library, "papers").method
    assert method is not None
    assert [name for name, _ in method.sources] == ["one.bib"]


def test_records_of_the_dataset_itself_are_no_others(library: Library, tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text(f'{{"id": "{PAIR[0]}", "title": "{KNOTS}"}}\n', "utf-8")
    assert papers(library, to=[own], dry_run=True).kinds[0].others == 0


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kinds": ["peple"]}, LinkageError, "Nothing is linked that is called 'peple'"),
        ({"to": [Path("none.bib")]}, SourceError, "none.bib: it cannot be read"),
        ({"to": [Path(__file__)]}, SourceError, "nothing in it can be linked to"),
        ({"decisions": Path("none.ttl")}, SourceError, "none.ttl: there is no such file of dec"),
        ({"linkages": [Path("none.toml")]}, LinkageError, "none.toml"),
    ],
)
def test_what_linking_cannot_do(
    library: Library, options: dict[str, object], error: type[Exception], message: str
) -> None:
    before = digests(library)
    with pytest.raises(error, match=message):
        link(library, **options)  # type: ignore[arg-type]
    assert digests(library) == before


def doi(library: Library, number: int, value: str) -> Path:
    """The source of a programme with a DOI that its paper did not have."""
    path = library.generations.data.parent / f"again-{number}.ttl"
    programme = (ONE, TWO)[number]
    papers = (("knots", KNOTS), ("looms", LOOMS), ("bells", BELLS))
    text = "".join(PAPER.format(programme, *each) for each in papers)
    text += DOI.format(programme, "bells", number) + DOI.format(programme, "knots", value)
    path.write_text(text, "utf-8")
    return path


def test_what_comes_to_contradict_a_link_takes_it_back(linked: Library) -> None:
    """Without linking anew: whoever adds a source need not know that there are links."""
    for number in (0, 1):
        graph = NamedGraph(
            f"{(ONE, TWO)[number]}/graph/programme", doi(linked, number, f"k{number}"), "again"
        )
        assert status(linked, PAIR) is Status.STATED
        change = linked.include({"again": [graph]})
    assert f"{LINKS}papers" in change.replaced
    (found,) = [x for x in links_in(linked, "papers").links if (x.left, x.right) == PAIR]
    assert (found.status, found.reason) == (
        Status.REFUSED, "They have two DOIs: 10.1234/k0 and 10.1234/k1.",
    )  # fmt: skip
    assert status(linked, OTHER) is Status.STATED
    assert stands(linked, PAIR[1]) == ""
    assert PAIR not in same(linked)
    before = digests(linked)
    linked.publish()
    assert digests(linked) == before, "once is enough"
    decide(linked, decision_of(Verdict.ACCEPT, *PAIR, by="Ada"))
    linked.include({"back": [NamedGraph(f"{ONE}/graph/programme", doi(linked, 0, "other"), "x")]})
    assert status(linked, PAIR) is Status.ACCEPTED, "who decides knows more than the facts"


def test_records_elsewhere_have_names(library: Library, tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    one.write_text(f'{{"id": "https://doi.org/10.5/x", "title": "{KNOTS}"}}\n', "utf-8")
    papers(library, to=[one])
    assert links_in(library, "papers").names == (("https://doi.org/10.5/x", KNOTS),)
    text = "SELECT ?n { <https://doi.org/10.5/x> <http://www.w3.org/2000/01/rdf-schema#label> ?n }"
    assert [row["n"].value for row in library.store().query(text)] == [KNOTS]  # type: ignore[union-attr]
    assert papers(library, to=[one]).change is None


def test_a_decision_is_validated(linked: Library) -> None:
    before = digests(linked)
    broken = replace(decision_of(Verdict.REJECT, *PAIR, by="Ada"), at="yesterday")
    with pytest.raises(ShapeError, match="nothing was published"):
        decide(linked, broken)
    assert digests(linked) == before
    assert not (linked.generations.data / "decisions.ttl").exists()


def test_what_is_decided_while_pairs_are_compared_holds(library: Library) -> None:
    made = decision_of(Verdict.REJECT, *PAIR, by="Ada Brook")

    def progress(what: str) -> None:
        if what == "comparing papers":
            decide(library, made)

    papers(library, progress=progress)
    assert status(library, PAIR) is Status.REJECTED
    assert status(library, OTHER) is Status.STATED
    assert PAIR not in same(library)
