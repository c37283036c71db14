"""Pages in a real browser: no errors, no external request, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .browsing import DESKTOP, MISSING, PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ADDRESSES = [
    "/",
    "/tinyml-2023",
    "/tinyml-2023/session/short-papers",
    "/tinyml-2023/paper/fmas",
    "/tinyml-2023/person/brett-meyer",
    "/tinyml-2023/organisation/mcgill-university",
    "/topic",
    "/topic/quantization",
    "/papers",
    "/compare?one=Brett+Meyer&other=Warren+J.+Gross",
    "/missing",
    "/missing?conference=tinyml-2023",
    "/why?subject=tinyml-2023/paper/fmas",
    "/people",
    "/results",
    "/queries/",
    "/queries/coauthors",
    "/ontology",
    "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+50",
    MISSING,
]


@pytest.fixture(params=[(DESKTOP, False), (PHONE, False), (DESKTOP, True)], ids=str)
def visit(request: pytest.FixtureRequest, browser: Browser, live: str) -> Iterator[Visit]:
    """A window of desktop or phone width, light or dark."""
    size, dark = request.param
    made = Visit(browser, live, size, dark=dark)
    yield made
    made.context.close()


def test_pages_fit_and_run_without_errors(visit: Visit) -> None:
    for address in ADDRESSES:
        page = visit.go(address)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{address} is {wider} px too wide"
        assert page.locator("h1").count() == 1, address
        assert page.locator("main").is_visible(), address
    assert visit.faults == []


def test_text_has_enough_contrast(visit: Visit) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for every text against the background it stands on."""
    for address in ("/", "/tinyml-2023/paper/fmas", "/queries/coauthors", "/papers"):
        poor = visit.go(address).evaluate(CONTRAST)
        assert poor == [], address


CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility() || element.closest(".skip, .hidden")) continue;
    const a = light(parse(getComputedStyle(element).color));
    const b = light(ground(element));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${element.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def test_the_timetable_is_to_scale(desktop: Visit) -> None:
    page = desktop.go("/")
    heights = {
        name: page.locator(f'li.slot:has(a[href$="/session/{name}"])').bounding_box()
        for name in ("registration-and-continental-breakfast", "keynote", "break-1100")
    }
    sizes = {name.partition("-")[0]: box["height"] for name, box in heights.items() if box}
    assert sizes["registration"] == pytest.approx(2 * sizes["keynote"], rel=0.05)
    assert sizes["registration"] == pytest.approx(3 * sizes["break"], rel=0.08)


def test_on_a_phone_the_time_stays_in_sight(browser: Browser, live: str) -> None:
    visit = Visit(browser, live, PHONE)
    page = visit.go("/")
    head = page.locator('li.slot:has(a[href$="/session/short-papers"]) .head')
    head.scroll_into_view_if_needed()
    last = page.locator('li.slot:has(a[href$="/session/short-papers"]) .talks li').last
    last.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 150)")
    box = head.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 2
    visit.context.close()


def test_tables_sort_and_filter(desktop: Visit) -> None:
    page = desktop.go("/people")
    page.get_by_label("Filter").fill("zhou meyer")
    assert page.locator("tbody tr:visible").count() == 0
    page.get_by_label("Filter").fill("MÉYER")
    assert page.locator("tbody tr:visible").all_inner_texts()[0].startswith("Brett Meyer")
    page.get_by_label("Filter").fill("")
    page.get_by_role("button", name="Co-authors").click()
    page.get_by_role("button", name="Co-authors").click()
    column = [int(text) for text in page.locator("tbody tr td:last-child").all_inner_texts()]
    assert column == sorted(column, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Co-authors")


def test_an_address_is_copied_by_keyboard(desktop: Visit) -> None:
    page = desktop.go("/tinyml-2023/paper/fmas")
    page.get_by_role("button", name="Copy").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "https://w3id.org/symposia/tinyml-2023/paper/fmas"


def test_one_follows_links_from_home_to_turtle(desktop: Visit) -> None:
    page = desktop.go("/")
    page.get_by_role("link", name="FMAS: Fast Multi-Objective").click()
    page.get_by_role("link", name="Brett Meyer").first.click()
    assert page.locator("h1").inner_text() == "Brett Meyer"
    page.get_by_role("link", name="Marihan Amein").click()
    with page.expect_response(lambda answer: answer.url.endswith(".ttl")) as answer:
        page.get_by_role("link", name="Turtle").click()
    assert answer.value.header_value("content-type") == "text/turtle; charset=utf-8"
    assert "marihan-amein" in answer.value.text()


def test_a_query_is_edited_and_run_without_script(browser: Browser, live: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}/sparql")
    page.get_by_label("Query").fill("SELECT (1 + 2 AS ?three) {}")
    page.get_by_role("button", name="Run").click()
    assert page.locator("td").inner_text() == "3"
    page.goto(f"{live}/queries/coauthors")
    page.get_by_label("Person").fill("Olivier Therrien")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("link", name="Brett Meyer").count() == 1
    context.close()


def test_the_first_tab_skips_to_the_content(desktop: Visit) -> None:
    page = desktop.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
