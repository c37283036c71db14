"""Pages that are refused: each says what was expected and at which line it stopped fitting."""

from __future__ import annotations

from pathlib import Path

import pytest
from symposia.graph.errors import SourceError
from symposia.graph.readers.page import read_page
from symposia.graph.records import Programme

HEAD = "Research Symposium - March 27, 2023\n\n"
PERSON = "Jane DOE, PhD Student, Example University"
TALK = f"9:00 am to 10:00 am\n\nSession\n\nTitle\n\n{PERSON}\n\nAbstract\n\nText."


def refused(source: bytes | str, **options: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_page(source, name="page.txt", **options)
    assert caught.value.source == "page.txt"
    return caught.value


@pytest.mark.parametrize(
    ("page", "line", "message", "hint"),
    [
        ("", None, "The page is empty.", "Expected a programme page"),
        (" \n\t\n", None, "The page is empty.", "Expected a programme page"),
        ("<html><script>x</script></html>", None, "The page is empty.", "Expected"),
        (HEAD + "Some prose.", 3, "The page ends before a timetable begins.", "9:00 am to 9:15 am"),
        (
            HEAD + "9:00 am Keynote by Jane Doe\n9:45 am Coffee",
            3,
            "in '9:00 am Keynote by Jane Doe' the time does not stand alone",
            "9:00 am to 9:15 am",
        ),
        ("Research Symposium\n\n" + TALK, 1, "The head of the page has no date.", "March 27, 2023"),
        (TALK, 1, "The head of the page has no date.", "March 27, 2023"),
        ("March 27, 2023\n\n" + TALK, 1, "does not begin with the name of an event", "Symposium -"),
        (
            HEAD + "9:00 am to 10:00 am\n\nOpening\n\n10:00 to 11:00\n\nTalks\n\nSome talk\n\nMore",
            5,
            "No line of the timetable names a speaker; 'Opening' and what follows",
            "Jane DOE, PhD Student, Example University",
        ),
        (
            HEAD + TALK + "\n\n11:00 am to 10:30 am\n\nBack",
            15,
            "The slot '11:00 am to 10:30 am' does not end after it starts.",
            "9:15 am to 10:00 am",
        ),
        (
            HEAD + TALK + "\n\n25:00 to 26:00\n\nNever",
            15,
            "The slot '25:00 to 26:00' has a time that does not exist.",
            "9:15 am to 10:00 am",
        ),
    ],
)
def test_pages_of_another_kind(page: str, line: int | None, message: str, hint: str) -> None:
    error = refused(page)
    assert error.line == line
    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("page", "line", "where"),
    [
        (TALK + "\n\n10:00 am to 11:00 am", 15, "right after the time of a slot"),
        (
            TALK + "\n\n10:00 am to 11:00 am\n\nS\n\nT\n\nAbstract",
            21,
            "right after the heading of an abs",
        ),
        (TALK + "\n\n10:00 am to 11:00 am\n\nS\n\nChair: Jane DOE", 19, "right after the chair"),
        (TALK + "\n\nMarch 28, 2023", 15, "right after the heading of a day"),
        (TALK + "\n\nYouTube\n\nWhat Next?", 17, "after what may be the title of a talk"),
        (TALK[:-2], 13, "in the middle of a sentence"),
        (TALK + "\n\nThe title of the next", 15, "in the middle of a sentence"),
        (TALK + f"\n\nNext\n\n{PERSON}", 17, "before the abstract of a talk"),
    ],
)
def test_pages_that_are_cut_off(page: str, line: int, where: str) -> None:
    error = refused(HEAD + page)
    assert error.line == line
    assert f"The page is cut off: it ends {where}" in error.message
    assert "in the slot '" in error.message
    assert error.hint == "Expected the rest of that slot; get the whole page."


def test_pages_that_end_with_a_slot_are_whole() -> None:
    assert len(read_page(HEAD + TALK, name="page").slots) == 1
    programme = read_page(HEAD + TALK + "\n\n10:00 am to 11:00 am\n\nClosing words", name="page")
    assert [(w.line, w.reason) for w in programme.warnings if w.line > 1] == [
        (17, "The page ends with this slot's first lines; the rest may be cut off.")
    ]


def test_the_real_page_cut_at_every_line_of_its_timetable(page: Path) -> None:
    """A cut is refused or at least doubted, but for the end of an abstract: that may be the end."""
    lines = page.read_text(encoding="utf-8").split("\n")
    doubted = {}
    for last in range(112, 308):
        if not lines[last - 1].strip() or lines[last - 1].endswith((".", "YouTube", "dataset).")):
            continue
        outcome = cut("\n".join(lines[:last]))
        if isinstance(outcome, SourceError):
            assert str(outcome).startswith(f"page:{last}: The page is cut off: it ends ")
        else:
            doubted[last] = [warning.line for warning in outcome.warnings]
    assert doubted == {n: [n] for n in (114, 116, 118, 149, 206, 253, 299, 301, 303)}


def cut(text: str) -> Programme | SourceError:
    try:
        return read_page(text, name="page")
    except SourceError as error:
        return error


def test_the_real_page_cut_in_the_middle_of_a_character(page: Path) -> None:
    raw = page.read_bytes()
    end = raw.index("≥".encode()) + 1
    error = refused(raw[:end])
    assert error.line == 130
    assert f"byte 0xE2 at offset {end - 1} (unexpected end of data)" in error.message


def test_wrong_options() -> None:
    with pytest.raises(SourceError, match="There is no time zone called 'Mars/Olympus'"):
        read_page(HEAD + TALK, name="page", timezone="Mars/Olympus")
    for slug in ("", "Tiny ML", "a--b", "../x", "é"):
        with pytest.raises(SourceError, match="cannot be part of an IRI"):
            read_page(HEAD + TALK, name="page", slug=slug)
    assert read_page(HEAD + TALK, name="page", slug="mine-1").slug == "mine-1"


def test_too_large_a_page() -> None:
    error = refused(HEAD + TALK + " " * 4_200_000)
    assert "a programme page may have 4,194,304" in error.message
