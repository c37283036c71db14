"""Where sessions stand on the axis, and how filters write for people."""

from __future__ import annotations

import pytest
from symposia.server.filters import (
    clock_of,
    day,
    distinct,
    first_capital,
    in_text_order,
    line_range,
    number,
)
from symposia.server.terms import Cell, ResultTable, Row, leads_to, path_of
from symposia.server.timetable import days
from symposia.server.wanted import Wanted, narrowed, suggestions, talks_of

BASE = "https://w3id.org/symposia/"


def iri(path: str) -> Cell:
    """A cell of a thing under the base."""
    return Cell(f"{BASE}{path}", "iri", BASE)


def text(value: str) -> Cell:
    """A cell of a literal."""
    return Cell(value, "literal", BASE)


def session(name: str, start: str, end: str) -> Row:
    """A session as the query gives it."""
    return Row({"session": iri(name), "start": text(start), "end": text(end)})


def at(clock: str, day_of_month: int = 27) -> str:
    """An xsd:dateTime in March 2023 at the venue."""
    return f"2023-03-{day_of_month}T{clock}:00-07:00"


def test_rows_are_five_minutes_and_parallel_sessions_stand_side_by_side() -> None:
    found = days(
        [
            session("plenary", at("09:00"), at("10:00")),
            session("a", at("10:00"), at("11:30")),
            session("b", at("10:00"), at("10:45")),
            session("c", at("10:45"), at("11:30")),
        ]
    )
    assert [(s.session.short, s.row, s.span, s.track) for s in found[0].slots] == [
        ("plenary", 1, 12, 1),
        ("b", 13, 9, 1),
        ("a", 13, 18, 2),
        ("c", 22, 9, 1),
    ]
    assert (found[0].rows, found[0].tracks, found[0].columns, found[0].rooms) == (30, 2, 2, [])
    assert [(s.column, s.width) for s in found[0].slots] == [(1, 2), (1, 1), (2, 1), (1, 1)]
    assert [(f"{hour:%H:%M}", row) for hour, row in found[0].hours] == [("11:00", 25)]


def test_days_are_apart_and_in_order() -> None:
    found = days([session("b", at("09:00", 28), at("10:00", 28)), session("a", at("9:00".zfill(5)),
                  at("10:00"))])  # fmt: skip
    assert [each.date.isoformat() for each in found] == ["2023-03-27", "2023-03-28"]
    assert found[0].zone == "UTC−07:00"


def in_room(name: str, room: str) -> Row:
    """The room of a session as the query gives it."""
    return Row({"session": iri(name), "place": Cell(f"{BASE}{room}", "iri", BASE, label=room)})


PARALLEL = [
    session("plenary", at("09:00"), at("10:00")),
    session("a", at("10:00"), at("11:00")),
    session("b", at("10:00"), at("10:30")),
    session("c", at("10:30"), at("11:00")),
]


def test_rooms_are_columns_where_they_keep_parallel_sessions_apart() -> None:
    rooms = [in_room("a", "Hall 2"), in_room("b", "Hall 1"), in_room("c", "Hall 3")]
    (found,) = days(PARALLEL, rooms=[*rooms, in_room("plenary", "Hall 9")])
    assert [room.text for room in found.rooms] == ["Hall 1", "Hall 2", "Hall 3"]
    assert {s.session.short: (s.column, s.width) for s in found.slots} == {
        "plenary": (1, 3),
        "a": (2, 1),
        "b": (1, 1),
        "c": (3, 1),
    }


@pytest.mark.parametrize(
    "rooms",
    [
        [in_room("a", "Hall"), in_room("b", "Hall"), in_room("c", "Other")],
        [in_room("a", "Hall 1"), in_room("b", "Hall 2")],
        [],
    ],
)
def test_rooms_that_do_not_tell_sessions_apart_are_no_columns(rooms: list[Row]) -> None:
    (found,) = days(PARALLEL, rooms=rooms)
    assert (found.rooms, found.columns) == ([], 2)


def test_sessions_at_one_time_have_equal_widths() -> None:
    three = [session(f"a{n}", at("09:00"), at("10:00")) for n in range(3)]
    two = [session(f"b{n}", at("10:00"), at("11:00")) for n in range(2)]
    (found,) = days([*three, *two])
    assert (found.columns, found.tracks) == (6, 3)
    assert [(s.column, s.width) for s in found.slots] == [(1, 2), (3, 2), (5, 2), (1, 3), (4, 3)]


def test_long_times_without_sessions_are_short() -> None:
    (found,) = days(
        [session("a", at("09:00"), at("10:00")), session("b", at("20:00"), at("21:30"))]
    )
    assert [(s.row, s.span) for s in found.slots] == [(1, 12), (17, 18)]
    assert [(f"{hour:%H:%M}", row) for hour, row in found.hours] == [("10:00", 13), ("21:00", 29)]


def test_one_place_for_all_is_not_said_each_time() -> None:
    (found,) = days(PARALLEL[:2], rooms=[in_room("plenary", "Hall"), in_room("a", "Hall")])
    assert [slot.place for slot in found.slots] == [None, None]


def talk(name: str, paper: str) -> Row:
    """A talk of session a as the query gives it."""
    label = Cell(f"{BASE}{paper}", "iri", BASE, label=paper)
    return Row({"session": iri("a"), "talk": iri(name), "paper": label})


ROWS = {
    "talks": [talk("t1", "Tiny nets"), talk("t1", "Tiny nets"), talk("t2", "Big nets")],
    "speakers": [Row({"talk": iri("t1"), "person": text("Zoë Müller")})],
    "papers": [
        Row({"paper": iri("Tiny nets"), "person": text("Ann Bo")}),
        Row({"paper": iri("Tiny nets"), "person": text("Zoë Müller")}),
        Row({"paper": iri("Big nets"), "person": text("Cy Day")}),
    ],
    "topics": [Row({"talk": iri("t2"), "topic": text("Quantization")})],
    "organisations": [Row({"talk": iri("t1"), "organisation": text("KU Leuven")})],
}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"person": "zoe muller"}, {"a": ["t1"]}),
        ({"person": "Bo"}, {"a": ["t1"]}),
        ({"person": "chairwoman"}, {"b": []}),
        ({"topic": "QUANT"}, {"a": ["t2"]}),
        ({"topic": "nets"}, {"a": ["t1", "t2"]}),
        ({"organisation": "leuven"}, {"a": ["t1"]}),
        ({"organisation": "leuven", "topic": "quantization"}, {}),
        ({"topic": " "}, {"a": ["t1", "t2"], "b": [], "c": [], "plenary": []}),
    ],
)
def test_talks_are_found_by_topic_person_and_organisation(
    fields: dict[str, str], found: dict[str, list[str]]
) -> None:
    chairs = [Row({"session": iri("b"), "chair": text("Chairwoman")})]
    kept, left = narrowed(PARALLEL, talks_of(ROWS), chairs, Wanted.of(fields))
    assert {row.session.short: [each.talk.short for each in left[row.session.value]]
            for row in kept if row.session} == found  # fmt: skip


def test_what_can_be_looked_for_is_suggested() -> None:
    assert suggestions(days(PARALLEL, talks_of(ROWS))) == {
        "topic": ["Quantization"],
        "person": ["Ann Bo", "Cy Day", "Zoë Müller"],
        "organisation": ["KU Leuven"],
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("soon", "later"),
        (at("10:00"), at("09:00")),
        (at("10:00"), at("10:00")),
        ("2023-03-27", ""),
        (at("10:00"), "2024-03-27T10:00:00-07:00"),
    ],
)
def test_times_that_make_no_sense_have_no_place(start: str, end: str) -> None:
    assert days([session("a", start, end)]) == []


def test_times_with_and_without_offset_are_laid_out_by_the_clock_on_the_wall() -> None:
    found = days([session("a", at("10:00"), at("11:00")),
                  session("b", "2023-03-27T11:00:00", "2023-03-27T12:00:00")])  # fmt: skip
    assert [slot.row for slot in found[0].slots] == [1, 13]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("40.20", "40.2"),
        ("0.5", "0.5"),
        ("3", "3"),
        ("1200", "1200"),
        ("120000", "120\u202f000"),
        ("288000000000000000", "2.88 × 10¹⁷"),
        ("-12.0", "−12"),
        ("-0.5", "−0.5"),
        ("many", "many"),
        ("", ""),
        ("x" * 50, "x" * 50),
    ],
)
def test_numbers(value: str, shown: str) -> None:
    assert number(text(value)) == shown


@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("#line=162,163", "line 163"),
        ("#line=312,315", "lines 313–315"),
        ("#char=10,20", "characters 11–20"),
        ("#x", ""),
        ("", ""),
    ],
)
def test_fragments_of_a_text(fragment: str, shown: str) -> None:
    assert line_range(iri(f"x{fragment}")) == shown


def test_fragments_stand_in_the_order_of_the_text() -> None:
    cells = [iri(f"x#{each}") for each in ("char=1,2", "line=11,12", "line=2,3")]
    assert [each.value.partition("#")[2] for each in in_text_order(cells)] == [
        "line=2,3",
        "line=11,12",
        "char=1,2",
    ]


def test_words_for_people() -> None:
    assert day("2023-03-27") == "27 March 2023"
    assert day("once") == "once"
    assert clock_of(text(at("09:15"))) == "09:15"
    assert clock_of(text("noon")) == "noon"
    assert first_capital("as McGill") == "As McGill"
    rows = [Row({"x": text("a")}), Row({}), Row({"x": text("a")})]
    assert [cell.value for cell in distinct(rows, "x")] == ["a"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://arxiv.org/abs/2303.16322", "arXiv 2303.16322"),
        ("https://ror.org/01pxwe438", "ROR 01pxwe438"),
        ("http://www.wikidata.org/entity/Q201492", "Wikidata Q201492"),
        ("https://ieee-taxonomy.org/a_%28b%29", "IEEE Taxonomy a (b)"),
        ("https://www.example.org/a/", "example.org/a"),
    ],
)  # fmt: skip
def test_external_links_say_where_they_lead(address: str, words: str) -> None:
    assert leads_to(address) == words


@pytest.mark.parametrize(
    ("value", "path", "external"),
    [
        (f"{BASE}a/é#b", "a/%C3%A9#b", None),
        (f'{BASE}"><script>', "%22%3E%3Cscript%3E", None),
        ("https://example.org/", None, "https://example.org/"),
        ("javascript:alert(1)", None, None),
        ("JAVASCRIPT:alert(1)", None, None),
        ("data:text/html,x", None, None),
        ("http:///x", None, None),
        ("http://[::1", None, None),
        ("urn:x:y", None, None),
    ],
)
def test_only_web_addresses_become_links(
    value: str, path: str | None, external: str | None
) -> None:
    cell = Cell(value, "iri", BASE)
    assert (cell.path, cell.external) == (path, external)
    assert path_of(value, BASE) == path


def test_a_table_names_things_by_their_label_columns() -> None:
    data = {
        "head": {"vars": ["who", "who_label", "n", "aLabel"]},
        "results": {
            "bindings": [
                {
                    "who": {"type": "uri", "value": f"{BASE}a"},
                    "who_label": {"type": "literal", "value": "Ann"},
                    "n": {
                        "type": "literal",
                        "value": "3",
                        "datatype": "http://www.w3.org/2001/XMLSchema#integer",
                    },
                }
            ]
        },
    }
    table = ResultTable.parse(data, BASE)
    assert table.columns == ("who", "n", "aLabel")
    assert [cell.text if cell else None for cell in table.rows[0]] == ["Ann", "3", None]
    assert (table.numeric(0), table.numeric(1), table.numeric(2)) == (False, True, False)
    assert ResultTable.parse(data, BASE, without=("who",)).columns == ("n", "aLabel")
