"""The queries that stand beside the templates: plain SPARQL, in order, and each of them shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib.plugins.sparql import prepareQuery
from symposia.server.kinds import ELSEWHERE, KINDS, UNKNOWN, kind_of, session_kind

TEMPLATES = Path(__file__).resolve().parents[2] / "server" / "templates"
QUERIES = sorted(TEMPLATES.rglob("*.rq"))
AS_SETS = {
    f"common/{name}.rq"
    for name in ("elsewhere", "graphs", "inner", "inside", "large", "parts", "things")
}
"""Their rows are sets of statements or things, or one row: no page shows them in their order."""
GIVEN = ("compare", "conferences", "common", "home", "lists", "missing", "people", "search", "why")
"""Folders whose queries are about all things, or about several that a request names."""


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_queries_are_plain_sparql_in_a_total_order(path: Path) -> None:
    text = path.read_text("utf-8")
    algebra = prepareQuery(text).algebra
    if algebra.name == "SelectQuery":
        unordered = str(path.relative_to(TEMPLATES)) in AS_SETS or "COUNT(DISTINCT ?x)" in text
        assert ("ORDER BY" in text) is not unordered
        names = {str(variable) for variable in algebra["PV"]}
        if path.parent.name not in GIVEN:
            assert "this" in names
        for name in names:
            assert not name.endswith("Label") or name.removesuffix("Label") in names


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_prefixes_are_declared_and_used(path: Path) -> None:
    text = path.read_text("utf-8")
    for prefix in re.findall(r"PREFIX (\w+):", text):
        assert len(re.findall(rf"\b{prefix}:", text)) > 1, prefix


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_query_is_shown(path: Path) -> None:
    """By its name in a template of its folder or of those that it includes, or in a module."""
    folder = path.parent
    near = {"shown": [TEMPLATES / "page.html", TEMPLATES / "links.html"]}
    pages = near.get(folder.name) or [*folder.glob("*.html"), *TEMPLATES.glob("m*.html")]
    modules = "".join(each.read_text("utf-8") for each in TEMPLATES.parent.glob("*.py"))
    names = "".join(each.read_text("utf-8") for each in pages)
    quoted = rf'"(?:{folder.name}/)?{path.stem}(?:\.rq)?"'
    assert re.search(rf"\b{path.stem}(?:_of)?\b", names) or re.search(quoted, modules)


def test_every_kind_has_its_page() -> None:
    for kind in KINDS:
        assert (TEMPLATES / "kinds" / kind.name / "page.html").is_file()
    folders = {path.name for path in (TEMPLATES / "kinds").iterdir()}
    assert folders == {kind.name for kind in (*KINDS, ELSEWHERE, UNKNOWN)}


def test_a_thing_is_of_the_first_kind_that_fits() -> None:
    sym = "https://w3id.org/symposia/ontology#"
    assert kind_of([f"{sym}Event", f"{sym}Conference"]).name == "conference"
    assert kind_of([f"{sym}Event"]).name == "event"
    assert kind_of([f"{sym}PaperSession", f"{sym}Session"]).name == "session"
    assert kind_of(["http://example.org/Odd"]).name == "thing"
    assert kind_of([]).name == "thing"
    assert session_kind(f"{sym}Keynote") == ("keynote", "Keynote")
    assert session_kind(None) == ("talks", "Session")
