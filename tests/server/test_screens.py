"""What people do with the pages, in headless Chromium, and how the pages look on the way.

`--refresh` keeps how they look now as the references in `screens`; look at them before a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from .browsing import DESKTOP, PHONE, Visit

pytest.importorskip("PIL", reason="needs Pillow")
from PIL import Image

from .screens import FOLDER, MOST, difference, sketch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MORNING = "2023-03-27T09:45:00-07:00"
"""A moment of the programme, so that the page marks the same session on any day."""
Look = Callable[["Page", str], None]


@pytest.fixture
def look(pytestconfig: pytest.Config) -> Look:
    """Compare what a window shows with the reference of that name."""

    def check(page: Page, name: str) -> None:
        page.evaluate("document.activeElement?.blur()")
        page.mouse.move(0, 0)
        seen = sketch(page.screenshot(animations="disabled", caret="hide"))
        path = FOLDER / f"{name}.png"
        if pytestconfig.getoption("--refresh"):
            FOLDER.mkdir(exist_ok=True)
            seen.save(path, optimize=True)
        assert path.is_file(), f"{path} is missing; run pytest --refresh, and look at it"
        with Image.open(path) as known:
            found = difference(seen, known)
        assert found <= MOST, f"{name} looks another way ({found:.1f}): look, or --refresh"

    return check


@pytest.fixture
def visit(browser: Browser, live: str) -> Iterator[Visit]:
    """A window of desktop width in which nothing goes wrong."""
    made = Visit(browser, live, DESKTOP, timezone_id="America/Los_Angeles")
    made.page.clock.set_fixed_time(MORNING)
    yield made
    faults = made.faults
    made.context.close()
    assert faults == []


def test_somebody_is_found_and_followed_to_data(visit: Visit, look: Look) -> None:
    page = visit.go("/")
    look(page, "home")
    page.get_by_role("combobox", name="Search").fill("bret mayer")
    page.locator("#suggestions [role=option]", has_text="Brett Meyer").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/person/brett-meyer.html")
    look(page, "person")
    page.get_by_role("link", name="Marihan Amein").first.click()
    page.wait_for_url("**/person/marihan-amein.html")
    assert page.locator("h1").inner_text() == "Marihan Amein"
    with page.expect_response(lambda answer: answer.url.endswith(".ttl")) as answer:
        page.get_by_role("link", name="Turtle").click()
    assert "marihan-amein" in answer.value.text()


def test_a_query_is_asked_changed_and_asked_again(visit: Visit, look: Look) -> None:
    page = visit.go("/sparql")
    page.get_by_role("button", name="Run").click()
    page.locator("#answer").wait_for()
    before = page.locator("tbody tr").count()
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("SELECT ?n { VALUES ?n { 1 2 3 4 } }")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sparql?query=SELECT**VALUES**")
    page.locator("#answer").wait_for()
    assert page.locator("tbody td").all_inner_texts() == ["1", "2", "3", "4"] != before
    page.evaluate("scrollTo(0, 0)")
    look(page, "query")


def test_the_timetable_is_filtered(visit: Visit, look: Look) -> None:
    page = visit.go("/tinyml-2023")
    every = page.locator("li.slot:visible").count()
    page.get_by_label("Person").fill("Meyer")
    page.locator(".look [role=status]", has_text="1 session").wait_for()
    assert page.locator("li.slot:visible").count() < every
    look(page, "timetable-filtered")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("paper", "/tinyml-2023/paper/fmas"),
        ("topic", "/topic/quantization"),
        ("people", "/people"),
        ("search", "/search?q=network"),
    ],
)
def test_pages_look_as_they_did(visit: Visit, look: Look, name: str, address: str) -> None:
    look(visit.go(address), name)


def test_a_network_looks_as_it_did(visit: Visit, look: Look) -> None:
    page = visit.go("/network")
    page.locator("figure.network[data-ready]").wait_for()
    look(page, "network")


@pytest.mark.parametrize("name", ["phone", "dark"])
def test_on_a_phone_and_in_the_dark(browser: Browser, live: str, look: Look, name: str) -> None:
    visit = Visit(browser, live, PHONE if name == "phone" else DESKTOP, dark=name == "dark")
    visit.page.clock.set_fixed_time(MORNING)
    for place, address in (("home", "/"), ("paper", "/tinyml-2023/paper/fmas")):
        look(visit.go(address), f"{place}-{name}")
    assert visit.faults == []
    visit.context.close()


# The measure


def test_the_measure_tells_layout_and_colours_and_not_fonts(visit: Visit, browser: Browser) -> None:
    page = visit.go("/tinyml-2023/paper/fmas")
    usual = sketch(page.screenshot())
    assert difference(usual, sketch(page.screenshot())) < 0.5
    for family in ("DejaVu Sans", "Liberation Serif", "monospace"):
        page.evaluate(
            """(family) => ["--sans", "--serif", "--mono"].forEach((name) =>
                 document.documentElement.style.setProperty(name, family))""",
            family,
        )
        assert difference(usual, sketch(page.screenshot())) <= MOST, family
    page.evaluate("for (const each of document.querySelectorAll('[rel=stylesheet]')) each.remove()")
    assert difference(usual, sketch(page.screenshot())) > MOST
    dark = Visit(browser, visit.live, dark=True)
    seen = sketch(dark.go("/tinyml-2023/paper/fmas").screenshot())
    dark.context.close()
    assert difference(usual, seen) > 100
