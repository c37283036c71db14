"""The timetable in a browser: filtered, chosen from, in one's own time, with a line for now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from .browsing import DESKTOP, PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGE = "/tinyml-2023.html"
SLOTS = "li.slot:visible h3"


@pytest.fixture
def visit(browser: Browser, live: str) -> Iterator[Visit]:
    """A window of desktop width whose clock is in Berlin."""
    made = Visit(browser, live, DESKTOP, timezone_id="Europe/Berlin")
    yield made
    made.context.close()
    assert made.faults == []


def test_one_filters_chooses_two_and_takes_a_calendar_away(visit: Visit, tmp_path: Path) -> None:
    page = visit.go(PAGE)
    assert page.locator(SLOTS).count() == 11
    assert page.locator(".bar").is_hidden()
    page.get_by_label("Person").fill("Méyer")
    assert page.locator(SLOTS).all_inner_texts() == ["Short papers"]
    assert page.locator(".talks li:visible").count() == 2
    assert page.locator(".look [role=status]").inner_text() == "1 session"
    page.get_by_label("choose Short papers").check()
    page.get_by_label("Person").fill("")
    page.get_by_label("choose Keynote").check()
    assert page.locator(".bar output").inner_text() == "2 sessions chosen"
    assert page.url.endswith("?id=session%2Fkeynote&id=session%2Fshort-papers")
    with page.expect_download() as download:
        page.get_by_role("button", name="Calendar of what is chosen").click()
    download.value.save_as(tmp_path / "mine.ics")
    events = Calendar.from_ical((tmp_path / "mine.ics").read_bytes()).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Keynote", "Short papers"]


def test_what_is_chosen_stays_until_it_is_let_go(visit: Visit) -> None:
    page = visit.go(PAGE)
    page.get_by_label("choose Keynote").check()
    page = visit.go(PAGE)
    assert page.get_by_label("choose Keynote").is_checked()
    page = visit.go(f"{PAGE}?id=session/short-papers")
    assert not page.get_by_label("choose Keynote").is_checked()
    assert page.get_by_label("choose Short papers").is_checked()
    page.get_by_role("button", name="Choose none").click()
    assert page.locator(".choose input:checked").count() == 0
    assert page.locator(".bar").is_hidden()
    visit.go(PAGE)
    assert page.locator(".choose input:checked").count() == 0


def test_times_are_those_of_the_venue_or_one_s_own(visit: Visit) -> None:
    page = visit.go(PAGE)
    first = page.locator(".slot .time time").first
    assert first.inner_text() == "07:30"
    page.get_by_label("Times").select_option("your time (Europe/Berlin)")
    assert first.inner_text() == "16:30"  # Berlin has summer time since the day before
    assert page.locator(".slot .time > time").last.inner_text() == "01:20 +1 d"
    assert page.locator(".hour time").first.inner_text() == "17:00"
    assert page.locator("h2 .zone").inner_text() == "your time (Europe/Berlin)"
    page = visit.go(PAGE)
    assert page.locator(".slot .time time").first.inner_text() == "16:30"


def now_at(page: Page) -> float:
    """How far down its session, of its height, the line of now is."""
    box = page.locator(".slot[aria-current=time]").bounding_box()
    line = page.locator(".now").bounding_box()
    assert box is not None
    assert line is not None
    return (line["y"] - box["y"]) / box["height"]


def test_a_line_says_what_is_now(visit: Visit) -> None:
    visit.page.clock.set_fixed_time("2023-03-27T09:45:00-07:00")
    page = visit.go(PAGE)
    assert page.locator(".slot[aria-current=time] h3").inner_text() == "Keynote"
    assert now_at(page) == pytest.approx(30 / 45, abs=0.05)
    page.clock.set_fixed_time("2023-03-28T09:45:00-07:00")
    visit.go(PAGE)
    assert page.locator(".now").count() == 0
    assert page.locator("[aria-current=time]").count() == 0


def test_it_prints_without_what_one_can_press(visit: Visit) -> None:
    page = visit.go(PAGE)
    page.get_by_label("choose Keynote").check()
    page.emulate_media(media="print")
    for part in (".look", ".bar", ".choose >> nth=0", "header.site nav"):
        assert page.locator(part).is_hidden(), part
    first, second = (page.locator(".slot").nth(number).bounding_box() for number in (0, 3))
    assert first is not None
    assert second is not None
    assert first["x"] == second["x"]
    assert first["height"] > second["height"]


def test_it_fits_a_phone(browser: Browser, live: str) -> None:
    made = Visit(browser, live, PHONE)
    page = made.go(f"{PAGE}?topic=net")
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0
    page.get_by_role("link", name="Whole timetable").click()
    assert page.locator(SLOTS).count() == 11
    made.context.close()
    assert made.faults == []
