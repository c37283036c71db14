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


def large(members: int = 5_000, ties: int = 15_000) -> dict[str, object]:
    """A network as the server tells one, each member tied to some that stand near."""
    shapes = ("ellipse", "rectangle", "diamond", "triangle", "hexagon")
    nodes = [
        {"label": f"Member {i}", "name": "", "address": f"/{i}", "works": 1 + i % 7, "size": 9,
         "x": 20 * (i % 100), "y": 20 * (i // 100), "side": "right", "colour": i % 7,
         "shape": shapes[i % 5], "distance": None}
        for i in range(members)
    ]  # fmt: skip
    edges = [
        {"one": i % members, "other": (i + 1 + 99 * (i // members)) % members, "works": 1 + i % 3}
        for i in range(ties)
    ]
    return {"nodes": nodes, "edges": edges, "broader": [[0, 1]]}


def test_five_thousand_are_drawn_moved_and_selected(window: Visit) -> None:
    window.page.route("**/network?format=json", lambda route: route.fulfill(json=large()))
    page = opened(window, "/network")
    drawn = page.evaluate_handle("document.querySelector('figure.network').network")
    page.wait_for_function("drawn => drawn.took > 0", arg=drawn)
    inked = """drawn => {
      const { width, height } = drawn.canvas;
      const found = drawn.canvas.getContext("2d").getImageData(0, 0, width, height).data;
      return new Set(new Uint32Array(found.buffer)).size;
    }"""
    assert page.evaluate(inked, drawn) > 50
    place = spot(page, "Member 2525")
    page.mouse.click(place["x"], place["y"])
    page.locator(".tools output", has_text="Member 2525 with 6 others here").wait_for()
    before = drawn.evaluate("drawn => ({...drawn.view})")
    page.mouse.move(place["x"] + 10, place["y"] + 10)
    drawn.evaluate("drawn => { drawn.took = 1000; }")  # as where it is slow
    page.mouse.down()
    page.mouse.move(place["x"] + 40, place["y"] + 30, steps=3)
    page.mouse.up()
    moved = drawn.evaluate("drawn => ({...drawn.view})")
    assert (moved["x"] - before["x"], moved["y"] - before["y"]) == pytest.approx((30, 20))
    page.mouse.wheel(0, -100)
    page.wait_for_function("([drawn, zoom]) => drawn.view.zoom > zoom", arg=[drawn, moved["zoom"]])
    page.wait_for_function("drawn => drawn.drawn.zoom === drawn.view.zoom", arg=drawn)
    page.locator(".stage").press("Escape")
    page.locator(".tools output:empty").wait_for(state="attached")


def test_a_mark_is_moved_by_the_mouse(window: Visit) -> None:
    page = opened(window, "/network?person=Brett+Meyer")
    drawn = page.evaluate_handle("document.querySelector('figure.network').network")
    page.wait_for_function("drawn => drawn.took > 0", arg=drawn)
    drawn.evaluate("drawn => { drawn.took = 1; }")  # as where it is quick
    place = spot(page, "Brett Meyer")
    page.mouse.move(place["x"], place["y"])
    page.mouse.down()
    page.mouse.move(place["x"] + 30, place["y"] + 40)
    page.mouse.up()
    after = spot(page, "Brett Meyer")
    assert (after["x"] - place["x"], after["y"] - place["y"]) == pytest.approx((30, 40))
    assert page.locator(".tools output").inner_text() == ""


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
    (path,) = page.locator("svg.network .ties path").all()
    assert (path.get_attribute("d") or "").count("L") == 10
    page.locator("svg.network a", has_text="Marihan Amein").click()
    assert page.locator("h1").inner_text() == "Marihan Amein"
    context.close()
