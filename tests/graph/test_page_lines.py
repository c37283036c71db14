"""No line is lost: whatever the page, every line is quoted, structure or listed as unread."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from symposia.graph.errors import SourceError
from symposia.graph.readers.html import flatten
from symposia.graph.readers.page import read_page
from symposia.graph.readers.text import decode
from symposia.graph.records import Programme

PAGES = Path(__file__).resolve().parent.parent / "data" / "pages"
SEED = PAGES.parents[3] / "shared" / "seeds" / "tinyml-2023-programme.txt"
TEXTS = {
    path.name: path.read_text(encoding="utf-8")
    for path in [*sorted(PAGES.iterdir()), SEED]
    if path.is_file()
}
LINES = (
    "Research Symposium - March 27, 2023",
    "March 27, 2023",
    "9:00 am to 10:00 am",
    "11:00 - 12:30",
    "11:30 pm to 12:10 am",
    "Abstract (English)",
    "  • YouTube",
    "• Slides",
    "Session Chair: Jane DOE, PhD Student, Example University",
    "Session Chairs:",
    "Panel: Why?",
    "Keynote",
    "Tiny Things: A Study",
    "Jane DOE, PhD Student, Example University",
    "Dr. John Roe ACME Chief Scientist",
    "John ROE",
    "Jane Doe",
    "Example University, IT",
    "Acme",
    "General Co-Chair",
    "Steering Committee: Jane DOE, Acme",
    "Program Committee",
    "Contact us",
    "Venue",
    "1 High Street, Cambridge CB2 1TN, UK",
    "Schedule subject to change without notice.",
    "We show that a small thing is en- ough, and that 44\\% of it are \\textit{more} than enough.",
    "",
    "",
)


def quoted(value: Any) -> Iterator[dict[str, Any]]:
    """Every quote in a record that `dataclasses.asdict` has opened."""
    if isinstance(value, dict):
        if value.keys() == {"first", "last", "text"}:
            yield value
        for item in value.values():
            yield from quoted(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from quoted(item)


def unaccounted(programme: Programme, text: str) -> list[int]:
    """Lines that are not blank, not in a quote and not unread; quotes must be as found."""
    text = decode(text, "page")
    if programme.source.media_type == "text/html":
        text = flatten(text, "page")
    lines = text.split("\n")
    seen = {unread.line for unread in programme.unread}
    for unread in programme.unread:
        assert unread.text == lines[unread.line - 1]
        assert unread.reason.endswith(".")
    for quote in quoted(dataclasses.asdict(programme)):
        assert quote["text"] == "\n".join(lines[quote["first"] - 1 : quote["last"]])
        seen.update(range(quote["first"], quote["last"] + 1))
    return [n for n, line in enumerate(lines, 1) if line.strip() and n not in seen]


def check(text: str) -> None:
    """Read a page; either it is refused, or its records are whole."""
    try:
        programme = read_page(text, name="page")
    except SourceError:
        return
    assert unaccounted(programme, text) == []
    for slot in programme.slots:
        assert slot.start < slot.end
    lines = [unread.line for unread in programme.unread]
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("name", TEXTS)
def test_every_line_of_a_page_is_accounted_for(name: str) -> None:
    programme = read_page(TEXTS[name], name=name)
    assert unaccounted(programme, TEXTS[name]) == []


def test_the_count_of_lines_can_fail() -> None:
    text = TEXTS["frugal-2024.txt"]
    programme = read_page(text, name="page")
    lost = dataclasses.replace(programme, attendees=(), unread=programme.unread[1:])
    assert unaccounted(lost, text) == [17, 142, 144, 149, 151]


@pytest.mark.parametrize("name", TEXTS)
def test_every_cut_of_a_page_is_refused_or_accounted_for(name: str) -> None:
    lines = TEXTS[name].split("\n")
    for end in range(0, len(lines), 5):
        check("\n".join(lines[:end]))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("name", TEXTS)
def test_a_page_with_lines_lost_and_doubled(name: str, data: st.DataObject) -> None:
    lines = TEXTS[name].split("\n")
    places = st.integers(0, len(lines) - 1)
    for place in sorted(data.draw(st.sets(places, max_size=25)), reverse=True):
        change = data.draw(st.sampled_from(("delete", "double", "blank", "swap", "cut", "insert")))
        if change == "delete":
            del lines[place]
        elif change == "double":
            lines.insert(place, lines[place])
        elif change == "blank":
            lines[place] = ""
        elif change == "swap":
            lines[place], lines[-1 - place] = lines[-1 - place], lines[place]
        elif change == "cut":
            lines[place] = lines[place][: data.draw(st.integers(0, 40))]
        else:
            lines.insert(place, data.draw(st.sampled_from(LINES)))
    check("\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=40))
def test_a_page_of_lines_in_any_order(lines: list[str]) -> None:
    check("\n".join(["Research Symposium - March 27, 2023", "", *lines]))


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_below_a_heading(text: str) -> None:
    head = ("Research Symposium - March 27, 2023", "9:00 am to 10:00 am", "Jane DOE, CTO, Acme")
    check("\n\n".join([*head, text]))


@settings(max_examples=200, deadline=None)
@given(st.text() | st.binary())
def test_any_text_at_all_is_read_or_refused(source: str | bytes) -> None:
    with pytest.raises(SourceError):
        read_page(source, name="page")
