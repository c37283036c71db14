"""Reconciliation: what OpenRefine asks, and the schemas of the W3C community group."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema.validators import validator_for
from referencing import Registry, Resource

FOAF = "http://xmlns.com/foaf/0.1/"
BASE = "https://w3id.org/symposia/"
PERSON = f"{FOAF}Person"
MEYER = f"{BASE}tinyml-2023/person/brett-meyer"
MCGILL = f"{BASE}tinyml-2023/organisation/mcgill-university"
AFFILIATION = "https://schema.org/affiliation"


def ask(client: FlaskClient, **queries: Any) -> dict[str, Any]:
    """The answer of 0.2 to queries by their keys."""
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def match(client: FlaskClient, *queries: Any) -> list[list[dict[str, Any]]]:
    """The candidates of the draft of 1.0 for each query."""
    answer = client.post("/reconcile/1.0/match", json={"queries": queries})
    assert answer.status_code == 200, answer.text
    return [each["candidates"] for each in answer.json["results"]]


def test_a_name_is_matched_and_said_to_be_sure(client: FlaskClient) -> None:
    found = ask(client, q0={"query": "Brett Meyer", "type": PERSON, "limit": 3})
    best = found["q0"]["result"][0]
    assert best["id"] == MEYER
    assert best["name"] == "Brett Meyer"
    assert (best["score"], best["match"]) == (100.0, True)
    assert best["type"] == [{"id": PERSON, "name": "Person"}]
    assert len(found["q0"]["result"]) <= 3
    assert not any(each["match"] for each in found["q0"]["result"][1:])


@pytest.mark.parametrize(
    ("query", "type_", "best", "sure"),
    [
        ("MEYER, Brett", PERSON, MEYER, True),
        ("Brett H. Meyer", PERSON, MEYER, True),
        ("Bret Meier", PERSON, MEYER, False),
        (
            "quantisation",
            "http://www.w3.org/2004/02/skos/core#Concept",
            f"{BASE}topic/quantization",
            True,
        ),
        ("McGill University", "organisation", MCGILL, True),
        (
            "FMAS: Fast Multi-Objective SuperNet Architecture Search for Semantic Segmentation",
            "paper",
            f"{BASE}tinyml-2023/paper/fmas",
            True,
        ),
    ],
)
def test_spellings_are_matched(
    client: FlaskClient, query: str, type_: str, best: str, sure: bool
) -> None:
    found = ask(client, q={"query": query, "type": type_})["q"]["result"]
    assert found[0]["id"] == best
    assert found[0]["match"] is sure


def test_properties_tell_namesakes_apart(client: FlaskClient) -> None:
    one, other = ask(
        client,
        right={
            "query": "B. Meyer",
            "type": PERSON,
            "properties": [{"pid": AFFILIATION, "v": "McGill University"}],
        },
        wrong={
            "query": "B. Meyer",
            "type": PERSON,
            "properties": [{"pid": AFFILIATION, "v": "KU Leuven"}],
        },
    ).values()
    assert one["result"][0]["id"] == MEYER
    score = {each["id"]: each["score"] for each in other["result"]}
    assert score[MEYER] < one["result"][0]["score"]
    assert {each["id"]: each["value"] for each in one["result"][0]["features"]}[
        AFFILIATION
    ] == 100.0


def test_the_draft_matches_names_ids_and_required_properties(client: FlaskClient) -> None:
    by_name, by_id, required, nobody = match(
        client,
        {"type": PERSON, "conditions": [{"matchType": "name", "propertyValue": "Brett Meyer"}]},
        {"conditions": [{"matchType": "id", "propertyValue": MEYER}]},
        {
            "type": PERSON,
            "conditions": [
                {"matchType": "name", "propertyValue": "Meyer"},
                {
                    "matchType": "property",
                    "propertyId": AFFILIATION,
                    "propertyValue": {"id": MCGILL},
                    "required": True,
                },
            ],
        },
        {"conditions": [{"matchType": "id", "propertyValue": f"{BASE}nobody"}]},
    )
    assert by_name[0]["id"] == by_id[0]["id"] == MEYER
    assert [each["id"] for each in required] == [MEYER]
    assert nobody == []


def test_a_table_is_extended(client: FlaskClient) -> None:
    query = {"ids": [MEYER, f"{BASE}nobody", "nonsense"], "properties": [{"id": AFFILIATION}]}
    found = client.get("/reconcile", query_string={"extend": json.dumps(query)}).json
    assert found == {
        "meta": [{"id": AFFILIATION, "name": "affiliation"}],
        "rows": {
            MEYER: {AFFILIATION: [{"id": MCGILL, "name": "McGill University"}]},
            f"{BASE}nobody": {AFFILIATION: []},
            "nonsense": {AFFILIATION: []},
        },
    }
    conference = {"ids": [f"{BASE}tinyml-2023"], "properties": [{"id": "schema:startDate"}]}
    (row,) = client.post("/reconcile/1.0/extend", json=conference).json["rows"]
    assert row["properties"] == [
        {"id": "schema:startDate", "values": [{"date": "2023-03-27T00:00:00"}]}
    ]


def test_a_thing_is_previewed_in_a_frame_of_others(client: FlaskClient) -> None:
    answer = client.get("/reconcile/preview", query_string={"id": f"{BASE}tinyml-2023/paper/fmas"})
    assert "FMAS: Fast Multi-Objective" in answer.text
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert client.get("/reconcile/preview?id=urn:none").status_code == 404
    assert client.get("/reconcile/preview?id=%3Cx").status_code == 400


@pytest.mark.parametrize(
    ("queries", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"q": 1}', 400),
        ('{"q": {}}', 400),
        ('{"q": {"query": "x", "type": "animal"}}', 400),
        ('{"q": {"query": "x", "limit": "many"}}', 400),
        ('{"q": {"query": "x", "properties": [{"pid": "no iri", "v": 1}]}}', 400),
        (json.dumps({str(i): {"query": "x"} for i in range(201)}), 400),
        ("[" * 100_000, 400),
        (json.dumps({"q": {"query": 'x" OR name:* NEAR(' * 1000}}), 200),
    ],
)
def test_bad_queries_are_told(client: FlaskClient, queries: str, status: int) -> None:
    answer = client.post("/reconcile", data={"queries": queries})
    assert answer.status_code == status
    if status != 200:
        assert answer.content_type == "application/problem+json"


def test_pages_of_other_origins_may_ask(client: FlaskClient) -> None:
    queries = {"queries": json.dumps({"q": {"query": "Brett Meyer"}})}
    answer = client.post("/reconcile", data=queries, headers={"Origin": "http://127.0.0.1:3333"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


CHECKED = [
    ("0.2", "manifest", "GET", "/reconcile", None),
    (
        "0.2",
        "reconciliation-result-batch",
        "POST",
        "/reconcile",
        {
            "queries": {
                "q0": {"query": "Meyer"},
                "q1": {"query": "KU Leuven", "type": "organisation"},
            }
        },
    ),
    (
        "0.2",
        "data-extension-response",
        "POST",
        "/reconcile",
        {"extend": {"ids": [MEYER], "properties": [{"id": AFFILIATION}, {"id": "foaf:name"}]}},
    ),
    ("0.2", "data-extension-property-proposal", "GET", f"/reconcile/propose?type={PERSON}", None),
    ("0.2", "suggest-entities-response", "GET", "/reconcile/suggest/entity?prefix=mey", None),
    ("0.2", "suggest-types-response", "GET", "/reconcile/suggest/type?prefix=per", None),
    ("0.2", "suggest-properties-response", "GET", "/reconcile/suggest/property?prefix=aff", None),
    ("1.0-draft", "manifest", "GET", "/reconcile/1.0/", None),
    (
        "1.0-draft",
        "reconciliation-result-batch",
        "POST",
        "/reconcile/1.0/match",
        {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "Meyer"}]}]},
    ),
    (
        "1.0-draft",
        "data-extension-response",
        "POST",
        "/reconcile/1.0/extend",
        {"ids": [MEYER], "properties": [{"id": AFFILIATION}]},
    ),
    (
        "1.0-draft",
        "data-extension-property-proposal",
        "GET",
        "/reconcile/1.0/extend/propose?type=paper&limit=2",
        None,
    ),
    (
        "1.0-draft",
        "suggest-entities-response",
        "GET",
        "/reconcile/1.0/suggest/entity?prefix=mey",
        None,
    ),
    ("1.0-draft", "suggest-types-response", "GET", "/reconcile/1.0/suggest/type?prefix=per", None),
    (
        "1.0-draft",
        "suggest-properties-response",
        "GET",
        "/reconcile/1.0/suggest/property?prefix=aff",
        None,
    ),
]


@pytest.mark.parametrize(("version", "schema", "method", "address", "sent"), CHECKED)
def test_answers_follow_the_published_schemas(
    client: FlaskClient,
    shared: Path,
    version: str,
    schema: str,
    method: str,
    address: str,
    sent: dict[str, Any] | None,
) -> None:
    if sent is None:
        answer = client.open(address, method=method)
    elif version == "0.2":
        answer = client.post(address, data={key: json.dumps(value) for key, value in sent.items()})
    else:
        answer = client.post(address, json=sent)
    assert answer.status_code == 200, answer.text
    folder = shared / "suites" / "reconciliation" / version / "schemas"
    assert faults(folder, schema, answer.json) == []
    assert answer.json.get("result", ["never empty"]) != []


@pytest.mark.parametrize("version", ["0.2", "1.0-draft"])
def test_the_examples_of_queries_are_understood(
    client: FlaskClient, shared: Path, version: str
) -> None:
    """Types and properties of the examples are those of others, so that they are told apart."""
    folder = shared / "suites" / "reconciliation" / version / "examples"
    for path in sorted((folder / "reconciliation-query-batch" / "valid").glob("*.json")):
        text = path.read_text("utf-8")
        answer = (
            client.post("/reconcile", data={"queries": text})
            if version == "0.2"
            else client.post("/reconcile/1.0/match", json=json.loads(text))
        )
        told = answer.json.get("detail", "")
        assert answer.status_code == 200 or "There is no type" in told or "no property" in told


def faults(folder: Path, name: str, value: Any) -> list[str]:
    """What a schema of a folder finds wrong with a value."""
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    for each in schemas.values():  # that address is no version of JSON Schema
        each["$schema"] = "http://json-schema.org/draft-07/schema#"
    resources = [
        (each.get("$id", file), Resource.from_contents(each)) for file, each in schemas.items()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    schema = schemas[f"{name}.json"]
    found = validator_for(schema)(schema, registry=registry).iter_errors(value)
    return [f"{'/'.join(map(str, each.path))}: {each.message}" for each in found]
