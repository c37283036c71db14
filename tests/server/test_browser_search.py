"""The search in a real browser: by keyboard, by hand, without script, with slips."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .browsing import DESKTOP, PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect

SLOW = 20_000
"""Milliseconds: the index of the shipped graphs may have to be made first."""


@pytest.fixture(params=[(DESKTOP, False), (PHONE, True)], ids=str)
def visit(request: pytest.FixtureRequest, browser: Browser, live: str) -> Iterator[Visit]:
    """A window of desktop width, and a dark one of phone width."""
    size, dark = request.param
    made = Visit(browser, live, size, dark=dark)
    yield made
    made.context.close()


def test_one_finds_by_keyboard_alone(visit: Visit) -> None:
    page = visit.go("/people")
    page.keyboard.press("/")
    page.keyboard.type("net")
    box, options = page.get_by_role("combobox", name="Search"), page.get_by_role("option")
    expect(options).to_have_count(8, timeout=SLOW)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_value("net")
    page.keyboard.press("ArrowDown")
    first = options.first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    page.keyboard.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("ArrowDown")
    name = first.locator(".name").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    assert visit.faults == []


def test_escape_closes_and_enter_searches(visit: Visit) -> None:
    page = visit.go("/")
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("network")
    expect(page.get_by_role("listbox")).to_be_visible(timeout=SLOW)
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("network")
    box.press("Enter")
    expect(page.locator("h1")).to_have_text("network")
    expect(page.get_by_role("combobox", name="Search")).to_have_value("network")


def test_what_is_found_is_narrowed_and_widened_again(visit: Visit) -> None:
    page = visit.go("/search?q=network")
    every = page.locator(".lead").inner_text()
    kinds = page.get_by_role("navigation", name="Kinds")
    count = kinds.get_by_role("listitem").filter(has_text="Paper").locator(".count").inner_text()
    kinds.get_by_role("link", name="Paper").click()
    expect(page.locator(".lead")).to_have_text(f"{count} found")
    assert {*page.locator(".hits .kind").all_inner_texts()} == {"Paper"}
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0
    page.get_by_role("link", name="Do not narrow to Paper").click()
    expect(page.locator(".lead")).to_have_text(every)
    assert visit.faults == []


def test_a_slip_finds_the_person_without_script(browser: Browser, live: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}/papers")
    page.get_by_role("searchbox", name="Search").fill("Bret Meier")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hits li").first).to_contain_text("Brett Meyer", timeout=SLOW)
    expect(page.locator(".lead")).to_contain_text("“meier”: shown is what has meyer")
    page.get_by_role("link", name="Brett Meyer").first.click()
    expect(page.locator("h1")).to_have_text("Brett Meyer")
    context.close()


def test_the_slash_is_typed_where_one_types(desktop: Visit) -> None:
    page = desktop.go("/sparql")
    page.get_by_role("combobox", name="Search").press_sequentially("a/b")
    assert page.get_by_role("combobox", name="Search").input_value() == "a/b"
