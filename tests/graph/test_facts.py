"""The enrichment graph states what is verified, all of it, and nothing that is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, Graph, Namespace, URIRef
from rdflib.term import Node
from symposia.graph.namespaces import BASE, SYM

PROGRAMME = f"{BASE}tinyml-2023"
BIBO = Namespace("http://purl.org/ontology/bibo/")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")
SYMPOSIA = Namespace(SYM)
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
WIKIDATA = "http://www.wikidata.org/entity/"

PAPERS = [f"p{number:02}" for number in range(1, 17)]
# The author list of p03 is verified for a paper of the same title at another conference only.
WITHOUT_AUTHORS = {"p02", "p03", "p04", "p06", "p09"}
# Organisations of the facts to which no verified fact about the symposium leads.
LEFT_OUT = {
    "agh",
    "hanyang",
    "ieee",
    "newcastle",
    "northeastern",
    "polito",
    "tinyml-foundation",
    "yale",
}
# Organisations that the page does not name as one of its own.
ADDED = {"unl", "nsf", "gatech", "qualcomm", "tufts", "asu"}
# The page's name is the canonical one already, and no registry was found to confirm it.
NAMED_BY_THE_PAGE = {"avsystem", "live-ai-dream", "nota-ai", "sambanova"}
# Parts of addresses that look right and are of other works.
LOOK_ALIKES = (
    "2106.15941",
    "2206.06780v1",
    "2405.14978",
    "2502.12690",
    "2507.15545",
    "lsens.2023.3307119",
    "kingcong/augvit",
    "FogML-Zephyr-LwM2M",
    "sjduan/LeHDC",
    "0238rvs44",
    "05p8z3f47",
    "027jdar49",
    "03awzbc87",
    "0442wxc77",
    "Q487907",
)
# Names that the facts hold without verification, and nobody else's.
UNVERIFIED_NAMES = (
    "Vivek Parmar",
    "Syed Shakib Sarwar",
    "Ziyun Li",
    "Hsien-Hsin",
    "De Salvo",
    "Yonggan Fu",
    "Chaojian Li",
    "Yingyan",
    "Boris Murmann",
    "Alex K. Jones",
    "Priyadarshini",
    "Efficient and Intelligent Computing",
    "University of Pittsburgh",
)


def verified(status: str | None) -> bool:
    return (status or "").startswith("verified")


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Any]:
    names = ("enrichment", "organisations", "committee")
    folder = shared / "facts"
    return {n: json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in names}


@pytest.fixture(scope="module")
def programme(root: Path) -> Graph:
    return Graph().parse(root / "graph" / "tinyml-2023" / "programme.ttl")


@pytest.fixture(scope="module")
def enrichment(root: Path) -> Graph:
    return Graph().parse(root / "graph" / "tinyml-2023" / "enrichment.ttl")


@pytest.fixture(scope="module")
def both(programme: Graph, enrichment: Graph) -> Graph:
    return programme + enrichment


@pytest.fixture(scope="module")
def works(facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in facts["enrichment"]["items"] if item["kind"] == "paper"}


@pytest.fixture(scope="module")
def papers(programme: Graph, works: dict[str, dict[str, Any]]) -> dict[str, URIRef]:
    """The papers by their number in the facts."""
    by_title = {str(title): paper for paper, title in programme.subject_objects(DCTERMS.title)}
    return {number: by_title[work["title_on_page"]] for number, work in works.items()}


@pytest.fixture(scope="module")
def organisations(both: Graph, facts: dict[str, Any]) -> dict[str, URIRef]:
    """The organisations by their name in the facts."""
    by_label = {
        str(both.value(o, RDFS.label)): o for o in both.subjects(RDF.type, ORG.Organization)
    }
    found = {}
    for item in facts["organisations"]["items"]:
        labels = [variant["text"] for variant in item["variants_on_page"]]
        # The page has "TU Eidhoven, NL" and, in one line, the school and its university.
        labels += [label[:-4] for label in labels] + [
            item["canonical_name"],
            item["canonical_name"].replace("–", "-"),
        ]
        if item["id"] in ADDED:
            labels = [item["canonical_name"]]
        named = [by_label[label] for label in labels if label in by_label]
        if named and item["id"] not in LEFT_OUT:
            found[item["id"]] = named[-1] if item["id"] == "unl-soc" else named[0]
    return found


def names(graph: Graph, person: Node) -> set[str]:
    return {str(o) for p in (FOAF.name, SKOS.altLabel) for o in graph.objects(person, p)}


@pytest.mark.parametrize("number", PAPERS)
def test_authors_are_the_verified_list_in_order(
    both: Graph,
    works: dict[str, dict[str, Any]],
    papers: dict[str, URIRef],
    organisations: dict[str, URIRef],
    number: str,
) -> None:
    paper, work = papers[number], works[number]
    listed = [] if number in WITHOUT_AUTHORS else work["authors"]
    assert bool(listed) == (verified(work["status"]["authors"]) and number != "p03")
    authorships = {
        int(str(both.value(node, SYMPOSIA.position))): node
        for node in both.subjects(SYMPOSIA.of, paper)
        if (node, RDF.type, SYMPOSIA.Authorship) in both
    }
    assert sorted(authorships) == list(range(1, len(listed) + 1))
    for position, author in enumerate(listed, start=1):
        node = authorships[position]
        assert author["name"] in names(both, both.value(node, SYMPOSIA.author))
        organisation = both.value(node, SYMPOSIA.affiliation)
        if verified(author["affiliation_status"]):
            assert organisation is not None
            name = both.value(organisation, SKOS.prefLabel) or both.value(organisation, RDFS.label)
            assert str(name) in author["affiliation"]
            person = both.value(node, SYMPOSIA.author)
            assert (person, SCHEMA.affiliation, organisation) in both
        else:
            assert organisation is None
    assert organisations


def test_a_person_is_one_person_across_papers(both: Graph, enrichment: Graph) -> None:
    authors = set(enrichment.objects(None, SYMPOSIA.author))
    assert len(authors) == 38
    assert len({str(both.value(author, FOAF.name)) for author in authors}) == 38
    shared_by_two = [
        a for a in authors if len(set(both.objects(a, ~SYMPOSIA.author / SYMPOSIA.of))) == 2
    ]
    assert len(shared_by_two) == 5


def test_new_people_are_the_authors_whom_the_page_does_not_name(
    programme: Graph, enrichment: Graph
) -> None:
    added = set(enrichment.subjects(RDF.type, FOAF.Person))
    known = set(programme.subjects(RDF.type, FOAF.Person))
    assert not added & known
    assert added == set(enrichment.objects(None, SYMPOSIA.author)) - known


@pytest.mark.parametrize("number", PAPERS)
def test_identifiers_and_code_of_papers(
    enrichment: Graph, works: dict[str, dict[str, Any]], papers: dict[str, URIRef], number: str
) -> None:
    paper, work = papers[number], works[number]
    arxiv = work["arxiv_id"]
    same = {f"https://arxiv.org/abs/{arxiv}", f"https://doi.org/10.48550/arXiv.{arxiv}"}
    assert {str(o) for o in enrichment.objects(paper, SCHEMA.sameAs)} == (same if arxiv else set())
    assert [str(o) for o in enrichment.objects(paper, DCTERMS.identifier)] == (
        [f"arXiv:{arxiv}"] if arxiv else []
    )
    assert [str(o) for o in enrichment.objects(paper, BIBO.doi)] == (
        [work["doi"]["value"]] if arxiv else []
    )
    code = work["code"]
    assert [str(o) for o in enrichment.objects(paper, SCHEMA.codeRepository)] == (
        [code["url"]] if verified(code["status"]) else []
    )


def test_there_are_twelve_arxiv_records_and_two_repositories(enrichment: Graph) -> None:
    assert len(list(enrichment.subject_objects(DCTERMS.identifier))) == 12
    assert len(list(enrichment.subject_objects(SCHEMA.codeRepository))) == 2


def test_related_publications_are_works_of_their_own(
    enrichment: Graph, works: dict[str, dict[str, Any]], papers: dict[str, URIRef]
) -> None:
    expected = {n for n, work in works.items() if "related_publication" in work}
    assert expected == {"p02", "p03", "p04"}
    for number, paper in papers.items():
        related = list(enrichment.objects(paper, DCTERMS.relation))
        assert len(related) == (number in expected)
        for work in related:
            title = works[number]["related_publication"]["title"]
            assert str(enrichment.value(work, DCTERMS.title)) == title
            assert enrichment.value(work, DCTERMS.bibliographicCitation) is not None
            assert work not in papers.values()


def test_all_organisations_are_found(
    organisations: dict[str, URIRef], facts: dict[str, Any]
) -> None:
    known = {item["id"] for item in facts["organisations"]["items"]}
    assert organisations.keys() == known - LEFT_OUT
    assert len(set(organisations.values())) == len(organisations)


def test_organisations_have_what_is_verified_of_them(
    enrichment: Graph, organisations: dict[str, URIRef], facts: dict[str, Any]
) -> None:
    expected: dict[URIRef, set[tuple[URIRef, str]]] = {}
    for item in facts["organisations"]["items"]:
        if item["id"] in LEFT_OUT:
            continue
        stated = expected.setdefault(organisations[item["id"]], set())
        status = item["status"]
        if item["id"] not in NAMED_BY_THE_PAGE:
            stated.add((SKOS.prefLabel, item["canonical_name"]))
        if verified(status["ror"]):
            stated.add((SCHEMA.sameAs, item["ror_id"]))
        if verified(status["wikidata"]):
            stated.add((SCHEMA.sameAs, WIKIDATA + item["wikidata_qid"]))
        if verified(status["country"]):
            stated.add((VCARD["country-name"], item["country"]))
        if verified(status["homepage"]):
            stated.add((FOAF.homepage, item["homepage"]))
        if item["parent"]:
            stated.add((ORG.unitOf, str(organisations[item["parent"]])))
    predicates = {p for stated in expected.values() for p, _ in stated}
    for predicate in predicates:
        assert {
            (s, str(o))
            for s, o in enrichment.subject_objects(predicate)
            if str(s).startswith(f"{PROGRAMME}/organisation/")
        } == {(s, o) for s, stated in expected.items() for p, o in stated if p == predicate}


def address(evidence: str) -> str | None:
    """The web address of a piece of evidence; None for the page and for an address not kept."""
    if evidence.startswith("github:"):
        repository, path, commit = evidence.removeprefix("github:").split(" ")[:3]
        return f"https://github.com/{repository}/blob/{commit.removeprefix('@')}/{path}"
    return evidence.split(" ")[0] if evidence.startswith("http") else None


def test_sources_of_organisations_are_those_of_the_facts(
    enrichment: Graph, organisations: dict[str, URIRef], facts: dict[str, Any]
) -> None:
    by_triple = {
        (enrichment.value(s, RDF.subject), enrichment.value(s, RDF.object)): s
        for s in enrichment.subjects(RDF.type, RDF.Statement)
    }
    checked = 0
    for item in facts["organisations"]["items"]:
        source = address(item["evidence"][0]["address"])
        if item["id"] in LEFT_OUT or not verified(item["status"]["ror"]) or not source:
            continue
        statement = by_triple[organisations[item["id"]], URIRef(item["ror_id"])]
        assert [str(o) for o in enrichment.objects(statement, PROV.wasDerivedFrom)] == [source]
        checked += 1
    assert checked == 33


def test_sources_of_author_lists_are_those_of_the_facts(
    enrichment: Graph, works: dict[str, dict[str, Any]], papers: dict[str, URIRef]
) -> None:
    for number in works.keys() - WITHOUT_AUTHORS:
        lists = {
            address(evidence["address"])
            for evidence in works[number]["evidence"]
            if "ordered authors" in evidence["supports"]
        }
        assert lists
        for node in enrichment.subjects(SYMPOSIA.of, papers[number]):
            assert lists <= {str(o) for o in enrichment.objects(node, PROV.wasDerivedFrom)}


def test_what_no_fact_leads_to_is_left_out(both: Graph, facts: dict[str, Any]) -> None:
    terms = {str(term) for triple in both for term in triple}
    for item in facts["organisations"]["items"]:
        if item["id"] in LEFT_OUT:
            assert item["ror_id"] not in terms
            assert f"{WIKIDATA}{item['wikidata_qid']}" not in terms
            assert item["canonical_name"] not in terms


def test_the_university_of_nebraska_stays_by_itself(both: Graph) -> None:
    alone = URIRef(f"{PROGRAMME}/organisation/university-of-nebraska")
    assert (alone, RDF.type, ORG.Organization) in both
    for predicate in (SCHEMA.sameAs, SKOS.prefLabel, ORG.unitOf, VCARD["country-name"]):
        assert both.value(alone, predicate) is None


def test_affiliations_of_the_committee_are_restored_where_verified(
    both: Graph, enrichment: Graph, organisations: dict[str, URIRef], facts: dict[str, Any]
) -> None:
    lost = [m for m in facts["committee"]["members"] if m["affiliation_on_page"] is None]
    restored = {m["name"]: m["affiliation_restored"] for m in lost if m["status"] == "verified"}
    assert restored == {
        "Farshad Akbari": "Infineon",
        "Kartikeya Bhardwaj": "Qualcomm",
        "Marco Donato": "Tufts University",
        "Deliang Fan": "Arizona State University",
    }
    short = {"Infineon": "infineon", "Qualcomm": "qualcomm"}
    by_name = {str(o): s for s, o in both.subject_objects(FOAF.name)}
    for member in lost:
        person = by_name[member["name"]]
        found = set(enrichment.objects(person, SCHEMA.affiliation))
        if member["name"] in restored:
            key = {"Tufts University": "tufts", "Arizona State University": "asu", **short}[
                member["affiliation_restored"]
            ]
            assert found == {organisations[key]}
        else:
            assert set(both.objects(person, SCHEMA.affiliation)) == set()


def test_suggestions_are_the_candidates(both: Graph, facts: dict[str, Any]) -> None:
    roles = [r for r in facts["committee"]["organising_roles"] if r["candidate"]]
    suggestions = sorted(both.subjects(RDF.type, SYMPOSIA.Suggestion))
    suggested = {
        (
            str(both.value(both.value(s, SYMPOSIA.about), SYMPOSIA.role)).removeprefix(SYM),
            str(both.value(s, SYMPOSIA.suggestedName)),
        )
        for s in suggestions
    }
    concept = {
        "General Co-Chair": "GeneralCoChair",
        "Program Co-Chair": "ProgramCoChair",
        "Publications Chair": "PublicationsChair",
        "Publicity Chair": "PublicityChair",
    }
    assert suggested == {(concept[r["role"]], r["candidate"]) for r in roles}
    people = {str(name) for name in both.objects(None, FOAF.name)}
    assert not people & {"Tinoosh Mohsenin", "Theocharis Theocharides"}


@pytest.mark.parametrize("name", ["enrichment", "systems", "topics"])
def test_nothing_unverified_and_no_look_alike_is_stated(root: Path, name: str) -> None:
    """Neither stands in any term, but in the address or label of a source that was read."""
    graph = Graph().parse(root / "graph" / "tinyml-2023" / f"{name}.ttl")
    kept = {
        str(term)
        for s, p, o in graph
        if p != PROV.wasDerivedFrom and s not in set(graph.objects(None, PROV.wasDerivedFrom))
        for term in (s, o)
    }
    assert {t for t in kept for word in (*UNVERIFIED_NAMES, *LOOK_ALIKES) if word in t} == set()


def test_authors_of_another_paper_are_not_those_of_this(both: Graph) -> None:
    """Three of the four authors of the other TinyRCE stand in its citation and nowhere else."""
    for name in ("Prem Kumar Ambrose", "Andrea Pisani", "Fabrizio M. Aymone"):
        predicates = {p for _, p, o in both if name in str(o)}
        assert predicates == {DCTERMS.bibliographicCitation}
    assert "prem-kumar-ambrose" not in {str(s).rsplit("/", 1)[1] for s in both.subjects()}
