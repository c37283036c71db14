"""Networks in a real browser: selecting, following and saving, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .browsing import PHONE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def window(desktop: Visit) -> Iterator[Visit]:
    """A window of desktop width that sees no error and asks nobody else, whatever is done."""
    yield desktop
    assert desktop.faults == []


def opened(visit: Visit, address: str) -> Page:
    """A page of a network whose picture moves."""
    page = visit.go(address)
    page.locator("figure.network[data-ready]").wait_for()
    return page


def spot(page: Page, name: str) -> dict[str, float]:
    """Where somebody stands in the window."""
    return page.evaluate(
        """async (name) => {
          const stage = document.querySelector(".stage");
          stage.scrollIntoView({ block: "center" });
          await new Promise((done) => setTimeout(done, 300));
          const box = stage.getBoundingClientRect();
          const drawn = document.querySelector("figure.network").network;
          const { x, y } = drawn.place(drawn.nodes.findIndex((each) => each.label === name));
          return { x: box.left + x, y: box.top + y };
        }""",
        name,
    )


def test_click_selects_and_double_click_follows(window: Visit) -> None:
    page = opened(window, "/network")
    place = spot(page, "Brett Meyer")
    page.mouse.click(place["x"], place["y"])
    page.locator(".tools output", has_text="Brett Meyer with 4 others here").wait_for()
    assert page.locator("tr.chosen a").inner_text() == "Brett Meyer"
    page.mouse.dblclick(place["x"], place["y"])
    page.wait_for_url("**/person/brett-meyer.html")


def test_the_list_does_the_same_by_keyboard(window: Visit) -> None:
    page = opened(window, "/network")
    page.locator("tr[data-member] a", has_text="Brett Meyer").focus()
    page.locator(".tools output", has_text="Brett Meyer with 4 others here").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/person/brett-meyer.html")


def test_the_picture_zooms_and_moves_by_keyboard(window: Visit) -> None:
    page = opened(window, "/topics/map")
    state = """(() => {
      const drawn = document.querySelector("figure.network").network;
      return [drawn.view.zoom, drawn.view.x];
    })()"""
    before = page.evaluate(state)
    page.locator(".stage").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    after = page.evaluate(state)
    assert after[0] == pytest.approx(1.25 * before[0])
    page.keyboard.press("0")
    assert page.evaluate(state) == pytest.approx(before)


def test_the_picture_is_saved_as_png(window: Visit) -> None:
    page = opened(window, "/network")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as PNG").click()
    assert download.value.suggested_filename == "people.png"
    content = download.value.path().read_bytes()
    assert content.startswith(b"\x89PNG")
    width = page.locator("svg.network").evaluate("(svg) => svg.viewBox.baseVal.width")
    assert int.from_bytes(content[16:20], "big") == 2 * width


def test_one_asks_for_a_person_and_leads_to_the_network_around(window: Visit) -> None:
    page = window.go("/tinyml-2023/person/brett-meyer.html")
    page.locator("img.ego").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('img.ego').naturalWidth > 0")
    page.get_by_role("link", name="The network around Brett Meyer", exact=True).click()
    page.locator("figure.network[data-ready]").wait_for()
    assert page.get_by_label("Around").input_value().endswith("brett-meyer")
    assert page.locator("table.members tbody tr").count() == 5
    page.get_by_label("Around").fill("Jieun Lim")
    page.get_by_role("button", name="Show").click()
    page.locator("figure.network[data-ready]").wait_for()
    assert page.locator("table.members tbody tr").count() == 6


@pytest.mark.parametrize(
    "address", ["/network", "/topics/map", "/organisations/matrix", "/topics/years"]
)
def test_pages_fit_a_phone(browser: Browser, live: str, address: str) -> None:
    visit = Visit(browser, live, PHONE, dark=True)
    page = visit.go(address)
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    visit.context.close()
    assert (wider, visit.faults) == (0, [])


def test_without_script_the_picture_is_there_and_leads_on(browser: Browser, live: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}/network?person=Brett+Meyer")
    assert page.locator("svg.network line").count() == 10
    page.locator("svg.network a", has_text="Marihan Amein").click()
    assert page.locator("h1").inner_text() == "Marihan Amein"
    context.close()
