"""Decoding, mending, dates and times, addresses and time zones of a page."""

from __future__ import annotations

from datetime import date

import pytest
from symposia.graph.errors import SourceError
from symposia.graph.readers.dates import find_dates, is_date_line, is_time_line, read_slot_time
from symposia.graph.readers.html import flatten, is_html
from symposia.graph.readers.places import Address, read_address
from symposia.graph.readers.text import SIZE_LIMIT, Words, decode
from symposia.graph.readers.zones import check_zone, zone_of

DAY = date(2023, 3, 27)


@pytest.mark.parametrize(
    ("found", "mended"),
    [
        ("en- able", "enable"),
        ("a brain- inspired net", "a brain-inspired net"),
        ("net- work", "network"),
        ("low- power", "low-power"),
        ("ultra-low- power", "ultra-low-power"),
        ("co- design", "co-design"),
        ("pre- and post-season", "pre- and post-season"),
        ("two- or three-stage", "two- or three-stage"),
        ("16- bit", "16-bit"),
        ("Cortex- M4", "Cortex-M4"),
        ("Semi- Supervised", "Semi-Supervised"),
        ("Ma- chine", "Machine"),
        ("hard - soft", "hard - soft"),
        (r"\textit{neural \emph{channel} expansion}", "neural channel expansion"),
        (r"\underline{m}inimize \underline{e}xternal", "minimize external"),
        (r"44\% of R\&D in file\_name", "44% of R&D in file_name"),
        (r"$2\times$ faster for $5 or $10", "2× faster for $5 or $10"),
        (r"G\"odel, Erd\H{o}s and Fran\c{c}ois", "Gödel, Erdős and François"),
        ("``tiny'' things", "“tiny” things"),
        ("one  two\tthree", "one two three"),
        ("C:\\temp and a {brace}", "C:\\temp and a {brace}"),
    ],
)
def test_mending(found: str, mended: str) -> None:
    words = Words(["A network of low-power machine parts.", "We like co-design; the net can work."])
    assert words.mend(found) == mended


def test_the_document_decides_between_one_word_and_a_compound() -> None:
    assert Words(["a worldwide net"]).mend("world- wide") == "worldwide"
    assert Words(["a world-wide net"]).mend("world- wide") == "world-wide"
    assert Words(["world- wide, world- wide"]).mend("world- wide") == "world-wide"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"abc\n\xff", "page:2: This is not UTF-8: byte 0xFF at offset 4 "),
        ("Köln".encode("latin-1"), "page:1: This is not UTF-8: byte 0xF6 at offset 1 "),
        (b"K" + "ö".encode()[:1], "page:1: This is not UTF-8: byte 0xC3 at offset 1 "),
        ("Köln".encode("utf-16"), "page:1: This is not UTF-8: byte 0xFF at offset 0 "),
        ("\ufeffab\x00".encode(), "page:1:3: This is not text: it holds the character U+0000."),
        ("a\n\ud800", "page:2:1: This is not text: it holds the character U+D800."),
        (
            b" " * (SIZE_LIMIT + 1),
            "page: The source has 4,194,305 bytes; a programme page may have",
        ),
    ],
)
def test_sources_that_are_no_text(source: bytes | str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(source, "page")
    assert str(caught.value).startswith(message)


def test_decoding() -> None:
    assert decode("\ufeffa\r\nb\rc\vd".encode(), "page") == "a\nb\nc d"
    assert decode("ö".encode(), "page") == decode("ö", "page") == "ö"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("7:30 am to 9:00 am", "27T07:30", "27T09:00"),
        ("11:30 am to 12:10 pm", "27T11:30", "27T12:10"),
        ("12:10 pm to 1:20 pm", "27T12:10", "27T13:20"),
        ("11:30 to 12:10 pm", "27T11:30", "27T12:10"),
        ("1:20 to 2:40 pm", "27T13:20", "27T14:40"),
        ("11:00 am to 1:00", "27T11:00", "27T13:00"),
        ("12:00 am to 12:30 am", "27T00:00", "27T00:30"),
        ("11:00 pm to 12:00 am", "27T23:00", "28T00:00"),
        ("10:30 pm – 12:15 am", "27T22:30", "28T00:15"),
        ("12:00 noon to 1:00 p.m.", "27T12:00", "27T13:00"),
        ("13:20-14:40", "27T13:20", "27T14:40"),
        ("9 am - 10 am", "27T09:00", "27T10:00"),
        ("09.15 until 10.00", "27T09:15", "27T10:00"),
        ("23:00 to 24:00", "27T23:00", "28T00:00"),
    ],
)
def test_times(text: str, start: str, end: str) -> None:
    assert is_time_line(text)
    times = read_slot_time(text, DAY)
    assert times
    assert [time.isoformat(timespec="minutes") for time in times] == [
        f"2023-03-{start}",
        f"2023-03-{end}",
    ]


@pytest.mark.parametrize(
    "text",
    ["10 - 12", "3 to 5", "9:00 am", "9:00 am to 10:00 am Keynote", "Room 9:00 to 10:00", ""],
)
def test_lines_that_are_no_times(text: str) -> None:
    assert not is_time_line(text)


@pytest.mark.parametrize("text", ["25:00 to 26:00", "13:00 pm to 2:00 pm", "9:75 to 10:00"])
def test_times_that_do_not_exist(text: str) -> None:
    assert read_slot_time(text, DAY) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("March 27, 2023", "2023-03-27 2023-03-27"),
        ("Monday, March 27, 2023", "2023-03-27 2023-03-27"),
        ("Day 1 - Mon 27 March 2023", "2023-03-27 2023-03-27"),
        ("27th of", None),
        ("27 March", "2023-03-27 2023-03-27"),
        ("Mar. 27th, 2023", "2023-03-27 2023-03-27"),
        ("March 27-28, 2023", "2023-03-27 2023-03-28"),
        ("27 – 28 March 2023", "2023-03-27 2023-03-28"),
        ("March 30 to April 2, 2023", "2023-03-30 2023-04-02"),
        ("30 March - 2 April 2023", "2023-03-30 2023-04-02"),
        ("December 30 - January 2, 2024", "2023-12-30 2024-01-02"),
        ("2023-03-27", "2023-03-27 2023-03-27"),
        ("February 30, 2023", None),
        ("March 2023", None),
        ("Marching 27, 2023", None),
    ],
)
def test_dates(text: str, days: str | None) -> None:
    found = find_dates(text, 2023)
    assert (f"{found[0]} {found[1]}" if found else None) == days


def test_lines_of_dates() -> None:
    assert is_date_line("Monday, March 27, 2023")
    assert is_date_line("Day Two: 28 March")
    assert not is_date_line("Research Symposium - March 27, 2023")
    assert not is_date_line("March 27, 2023 in Ghent")
    assert find_dates("March 27", None) is None


LOS_ANGELES = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("text", "address", "zone"),
    [
        (
            "1333 Bayshore Highway, Burlingame, CA 94010",
            Address("1333 Bayshore Highway", "Burlingame", "CA", "94010", "US"),
            LOS_ANGELES,
        ),
        (
            "1 Main St, Suite 2, Portland, Maine 04101, USA",
            Address("1 Main St, Suite 2", "Portland", "ME", "04101", "US"),
            "America/New_York",
        ),
        (
            "Boston, MA, 02110, USA",
            Address(None, "Boston", "MA", "02110", "US"),
            "America/New_York",
        ),
        ("Houston, TX 77002", Address(None, "Houston", "TX", "77002", "US"), None),
        ("Detroit, MI 48201", Address(None, "Detroit", "MI", "48201", "US"), "America/Detroit"),
        ("Phoenix, OR 97535", Address(None, "Phoenix", "OR", "97535", "US"), None),
        ("Atlanta, Georgia", Address(None, "Atlanta"), None),
        ("Munich, DE", Address(None, "Munich"), None),
        (
            "1 Rue X, Calgary, AB T2P 1J9",
            Address("1 Rue X", "Calgary", "AB", "T2P 1J9", "CA"),
            "America/Edmonton",
        ),
        (
            "1 King St, Toronto, ON M5H 1A1, Canada",
            Address("1 King St", "Toronto", "ON", "M5H 1A1", "CA"),
            "America/Toronto",
        ),
        (
            "1 King St, Waterloo, ON, Canada",
            Address("1 King St", "Waterloo", "ON", None, "CA"),
            None,
        ),
        (
            "1 High Street, Cambridge CB2 1TN, UK",
            Address("1 High Street", "Cambridge", None, "CB2 1TN", "GB"),
            "Europe/London",
        ),
        (
            "Oudegracht 12, 3511 AP Utrecht, The Netherlands",
            Address("Oudegracht 12", "Utrecht", None, "3511 AP", "NL"),
            "Europe/Amsterdam",
        ),
        (
            "Marktplatz 1, D-80331 München, Germany",
            Address("Marktplatz 1", "München", None, "D-80331", "DE"),
            "Europe/Berlin",
        ),
        (
            "Main Building, Zurich, Switzerland",
            Address("Main Building", "Zurich", None, None, "CH"),
            "Europe/Zurich",
        ),
        (
            "1 Beach Rd, Sydney, Australia",
            Address("1 Beach Rd", "Sydney", None, None, "AU"),
            "Australia/Sydney",
        ),
        (
            "Rua 40, 88062-400 Florianópolis, SC, Brazil",
            Address("Rua 40", "Florianópolis", "SC", "88062-400", "BR"),
            None,
        ),
        ("Limassol, Cyprus", Address(None, "Limassol", None, None, "CY"), "Asia/Nicosia"),
    ],
)
def test_addresses_and_zones(text: str, address: Address, zone: str | None) -> None:
    assert read_address(text) == address
    assert zone_of(address, [DAY]) == zone


@pytest.mark.parametrize("text", ["Wharf Hall", "Contact, us", "one, two, three", "", ",,"])
def test_lines_that_are_no_addresses(text: str) -> None:
    assert read_address(text) is None


def test_unknown_zones() -> None:
    assert check_zone("Europe/Zurich") == "Europe/Zurich"
    for name in ("Mars/Olympus", "", "../../etc/passwd", "europe/zurich"):
        with pytest.raises(SourceError, match="There is no time zone called"):
            check_zone(name)


def test_html_is_flattened_to_lines() -> None:
    page = """<!doctype html><html><head><title>No</title><style>p {}</style></head><body>
      <!-- no --><nav>No</nav><h1>A &amp; B</h1><p>one<br>two <b>th</b>ree</p>
      <h4></h4><p>lost &lt;name&gt;</p><ul><li><a href="x">YouTube</a></li></ul>
      <table><tr><td>a</td><td><p></p></td><td>b</td></tr></table>
      <p hidden>No</p><p style="display: none">No</p><script>no("<p>No</p>")</script>loose<p>end"""
    assert flatten(page, "page").split("\n") == [
        *("A & B", "", "one", "two three", "", "", "lost <name>", "", "YouTube", ""),
        *("a", "", "", "b", "", "loose", "", "end", ""),
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<!DOCTYPE html><p>x", True),
        ("\n<!-- a --><?xml?>", False),
        ("<?xml version='1.0'?>\n<!-- a -- b -->\n<html>", True),
        ("<div class='x'>", True),
        ("Text with <p>tags</p>", False),
        ("< 1G operations", False),
        ("<divide>", False),
    ],
)
def test_html_is_told_by_its_content(text: str, html: bool) -> None:
    assert is_html(text) is html


@pytest.mark.parametrize(
    "html",
    ["<div>" * 5_000, "<p>" + "<div" * 5_000, "<p>" + "<![CDATA[" * 5_000, "<p>" + "</" * 5_000],
)
def test_hostile_html_is_refused(html: str) -> None:
    with pytest.raises(SourceError, match="page:1: The tags of this HTML are"):
        flatten(html, "page")


def test_unclosed_scripts_and_comments_are_cut_off() -> None:
    assert flatten("<p>a</p><script>" + "<script>" * 9_999, "page").split() == ["a"]
    assert flatten("<p>a</p>" + "<!--" * 9_999, "page").split() == ["a"]
