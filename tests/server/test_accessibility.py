"""WCAG 2.2 AA, as axe-core sees it, on every kind of page, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .browsing import DESKTOP, PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
"""All that a dark page can break besides what the same light page would."""
PAGES = [
    "/",
    "/tinyml-2023",
    "/tinyml-2023/session/short-papers",
    "/tinyml-2023/talk/keynote",
    "/tinyml-2023/paper/fmas",
    "/tinyml-2023/person/brett-meyer",
    "/tinyml-2023/organisation/mcgill-university",
    "/tinyml-2023/system/fmas",
    "/tinyml-2023/place/hyatt-regency-san-francisco-airport",
    "/tinyml-2023/source/programme-page",
    "/tinyml-2023/paper/fmas/author/1",
    "/topic",
    "/topic/quantization",
    "/ontology",
    "/papers",
    "/people",
    "/organisations",
    "/systems",
    "/results",
    "/network",
    "/topics/map",
    "/organisations/network",
    "/organisations/matrix",
    "/topics/years",
    "/search?q=net",
    "/search?q=nothingofthekind",
    "/compare?one=Brett+Meyer&other=Warren+J.+Gross",
    "/missing",
    "/review",
    "/tinyml-2023/person/brett-meyer.html?identities=own",
    "/missing?conference=tinyml-2023",
    "/why?subject=tinyml-2023/paper/fmas",
    "/queries/",
    "/queries/coauthors",
    "/queries/coauthor_pairs",
    "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+50",
    "/sparql?query=SELECT+*+%7B",
    "/.well-known/void",
    "/resource?iri=https://ror.org/01pxwe438",
    "/no/such/page",
]


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (DESKTOP, True), (PHONE, False)])
def test_no_page_breaks_a_rule(
    browser: Browser, live: str, axe: str, size: tuple[int, int], dark: bool
) -> None:
    visit = Visit(browser, live, size, dark=dark)
    broken: dict[str, list[str]] = {}
    for address in PAGES:
        page = visit.go(address)
        page.evaluate(axe)
        found: dict[str, Any] = page.evaluate(
            "only => axe.run(document, {runOnly: only})", CONTRAST if dark else ALL
        )
        assert found["passes"] or found["incomplete"], address
        if faults := [_told(each) for each in found["violations"]]:
            broken[address] = faults
    visit.context.close()
    assert broken == {}


def _told(violation: dict[str, Any]) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:4])
    return f"{violation['id']}: {violation['help']} at {places}"
