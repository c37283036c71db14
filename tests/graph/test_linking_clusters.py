"""Clusters: who is joined, and what would contradict a fact or a decision."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from symposia.graph.identity import join
from symposia.graph.linking.clusters import Clusters, Facts, identifier
from symposia.graph.linking.decisions import Decision, Verdict

A, B, C, D = (f"https://e.example/{event}/person/x" for event in "1234")
OTHER = "https://e.example/1/person/y"
SAME = "http://www.w3.org/2002/07/owl#sameAs"
ORCID, ORCID_2 = ("ORCID", "0000-0002-1825-0097"), ("ORCID", "0000-0001-5109-3700")


def at(hour: int) -> datetime:
    return datetime(2030, 5, 1, hour, tzinfo=UTC)


def no(one: str, other: str) -> Decision:
    left, right = sorted((one, other))
    return Decision(left, right, Verdict.REJECT, "Ada")


@pytest.mark.parametrize(
    ("iri", "found"),
    [
        ("http://orcid.org/0000-0002-1825-0097/", ORCID),
        ("https://ror.org/05f950310", ("ROR identifier", "05f950310")),
        ("https://doi.org/10.1145/ABC", ("DOI", "10.1145/abc")),
        ("http://dx.doi.org/10.1145/abc", ("DOI", "10.1145/abc")),
        ("https://arxiv.org/abs/2303.16322v2", ("arXiv identifier", "2303.16322")),
        ("https://doi.org/10.48550/arXiv.2303.16322", ("arXiv identifier", "2303.16322")),
        ("http://www.wikidata.org/entity/Q1", None),
        ("https://orcid.org/0000", None),
    ],
)
def test_identifiers_of_which_a_thing_has_one(iri: str, found: tuple[str, str] | None) -> None:
    assert identifier(iri) == found


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            Facts(identifiers={A: frozenset({ORCID}), B: frozenset({ORCID_2})}),
            "They have two ORCIDs: 0000-0002-1825-0097 and 0000-0001-5109-3700.",
        ),
        (Facts(identifiers={A: frozenset({ORCID}), B: frozenset({ORCID})}), ""),
        (Facts(identifiers={A: frozenset({ORCID}), B: frozenset({("DOI", "10.1/x")})}), ""),
        (
            Facts(works={A: frozenset({"p", "q"}), B: frozenset({"q"})}),
            "They are two authors of q.",
        ),
        (Facts(works={A: frozenset({"p"}), B: frozenset({"q"})}), ""),
        (
            Facts(presence={A: (("Bonn", at(9), at(11)),), B: (("Rome", at(10), at(12)),)}),
            "They were at two places at 2030-05-01 10:00 UTC: Bonn and Rome.",
        ),
        (Facts(presence={A: (("Bonn", at(9), at(10)),), B: (("Rome", at(10), at(12)),)}), ""),
        (Facts(presence={A: (("Bonn", at(9), at(11)),), B: (("Bonn", at(10), at(12)),)}), ""),
        (
            Facts(dates={A: ("2030-05-01", "2030-05-03"), B: ("2031-05-01", "2031-05-02")}),
            "They are two events: one began on 2030-05-01, the other on 2031-05-01.",
        ),
        (Facts(dates={A: ("2030-05-01", "2030-05-03"), B: ("2030-05-03", "2030-05-03")}), ""),
        (Facts(wholes={B: frozenset({A})}), f"{B} is a unit of {A}."),
    ],
)
def test_what_contradicts_a_fact(facts: Facts, reason: str) -> None:
    clusters = Clusters({}, facts=facts)
    assert clusters.link(A, B) == reason
    assert [*clusters] == ([] if reason else [{A, B}])
    assert Clusters({}, facts=facts).link(A, B, decided=True) == "", "a decision knows better"


def test_records_elsewhere_are_identifiers_themselves() -> None:
    clusters = Clusters({})
    assert clusters.link(A, "https://ror.org/05f950310") == ""
    assert clusters.link(B, "https://ror.org/05f950310") == ""
    assert clusters.members(A) == {A, B, "https://ror.org/05f950310"}
    assert clusters.link(A, "https://ror.org/02catss52").startswith("They have two ROR")


def test_a_contradiction_through_others_is_refused() -> None:
    """A is B and B is C; C and A have two ORCIDs, so the weaker link is refused."""
    facts = Facts(identifiers={A: frozenset({ORCID}), C: frozenset({ORCID_2})})
    clusters = Clusters({}, facts=facts)
    assert clusters.link(A, B) == ""
    assert clusters.link(B, C).startswith("They have two ORCIDs")
    assert clusters.link(C, D) == ""
    assert clusters.conflict(D, B).startswith("They have two ORCIDs")
    assert sorted(map(sorted, clusters)) == [[A, B], [C, D]]


def test_people_of_one_event_have_names_that_agree() -> None:
    names = {A: ["Ana Ruiz"], OTHER: ["Ben Ruiz"], B: ["A. Ruiz"]}
    clusters = Clusters(names)
    assert clusters.link(A, OTHER) == "At one event it stands for Ana Ruiz and Ben Ruiz."
    assert clusters.link(A, B) == ""
    assert clusters.link(B, OTHER) == "At one event it stands for Ana Ruiz and Ben Ruiz."


def test_what_is_rejected_is_never_joined() -> None:
    clusters = Clusters({}, [no(A, C)])
    assert clusters.link(A, B) == ""
    assert clusters.link(B, C) == f"It is decided that {A} and {C} are two."
    assert clusters.link(B, C, decided=True) == f"It is decided that {A} and {C} are two."
    assert clusters.members(C) == {C}


def test_what_is_split_is_joined_with_nobody() -> None:
    clusters = Clusters({}, [Decision(A, None, Verdict.SPLIT, "Ada")])
    assert clusters.link(A, B) == f"It is decided that {A} is the same as no other."
    assert clusters.join([A, B, C], alike=False) == ""
    assert [*clusters] == [{B, C}]


def test_decisions_win_over_exact_evidence() -> None:
    stated = [(each, SAME, "https://old.example/x", False) for each in (A, B, C)]
    assert join(stated, {})[0] == {A: A, B: A, C: A}
    found, (evidence,) = join(stated, {}, [no(A, B)])
    assert (found, evidence.refused) == ({}, f"It is decided that {A} and {B} are two.")
    found, (evidence,) = join(stated, {}, [Decision(A, None, Verdict.SPLIT, "Ada")])
    assert (found, evidence.refused) == ({B: B, C: B}, "")
