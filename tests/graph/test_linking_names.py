"""Names of people in parts: orders, scripts, initials, particles, short forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.linking.names import Name, diminutives, fold, read_names
from symposia.graph.linking.syllables import is_japanese, syllables


@pytest.mark.parametrize(
    ("text", "given_names", "family"),
    [
        ("Brett Meyer", "brett", "meyer"),
        ("Gómez-Pérez, Asunción", "asuncion", "gomez perez"),
        ("TAKEI Yuya", "yuya", "takei"),
        ("Yuya TAKEI", "yuya", "takei"),
        ("R.V. Guha", "r v", "guha"),
        ("J.-C. Wu", "j c", "wu"),
        ("J William Murdock", "j william", "murdock"),
        ("Jian-Cheng Wu", "jiancheng", "wu"),
        ("Hennie van der Vliet", "hennie", "van der vliet"),
        ("Dr. Kieron O\u2019Hara", "kieron", "ohara"),
        ("Юлия Отмахова", "yuliya", "otmakhova"),
        ("刘洋", "yang", "liu"),
        ("欧阳娜娜", "nana", "ouyang"),
        ("김민수", "minsu", "gim"),
        ("Mausam", "", "mausam"),
        ("Xiao Wei Wang", "xiaowei", "wang"),
        ("Jae Woo Kang", "jawoo", "kang"),
        ("Duc Thanh Tran", "duc thanh", "tran"),
        ("Kevin Wei Wang", "kevin wei", "wang"),
    ],
)
def test_parts(text: str, given_names: str, family: str) -> None:
    assert read_names(text) == (Name(tuple(given_names.split()), tuple(family.split())),)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "123", "()", "-,."])
def test_what_has_no_letter_is_no_name(text: str) -> None:
    assert read_names(text) == ()


@pytest.mark.parametrize(
    ("text", "generation"),
    [("John Smith, Jr.", "jr"), ("Robert Smith III", "iii"), ("Wei Li", "")],
)
def test_generations(text: str, generation: str) -> None:
    (name,) = read_names(text)
    assert name.generation == generation
    assert name.family[-1] not in {"jr", "iii"}


@pytest.mark.parametrize("text", ["Ann Lee and Bo Wu", "Ann Lee & Bo Wu", "Ann Lee; Bo Wu"])
def test_several_people_are_nobody(text: str) -> None:
    assert read_names(text) == ()


def test_stated_parts_count_if_they_make_up_the_name() -> None:
    (stated,) = read_names("Bernardo Cuenca Grau", "Bernardo", "Cuenca Grau")
    assert stated == Name(("bernardo",), ("cunca", "grau"))
    (guessed,) = read_names("Bernardo Cuenca Grau", "Bernardo", "Grau")
    assert guessed == Name(("bernardo", "cunca"), ("grau",))


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Yang (Janet) Liu", {"yangliu", "janetliu"}),
        ('James "Jim" Hendler', {"jameshendler", "jimhendler"}),
        ("Yang Liu (刘洋)", {"yangliu"}),
    ],
)
def test_names_in_brackets(text: str, others: set[str]) -> None:
    assert {name.letters for name in read_names(text)} == others


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lorenz Bühmann", "Lorenz Buehmann"),
        ("Lorenz Bühmann", "Lorenz Buhmann"),
        ("Jun’ichi Tsujii", "Junichi TSUJII"),
        ("Bernardo Cuenca-Grau", "Bernardo CuencaGrau"),
        ("Jian-Cheng Wu", "JianCheng Wu"),
        ("Christophe Guéret", "Gueret, Christophe"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert read_names(one)[0].letters == read_names(other)[0].letters


def test_what_a_family_may_be_called() -> None:
    name = Name(("ana",), ("de", "la", "cruz", "ruiz"))
    assert name.families == ("delacruzruiz", "cruzruiz", "cruz", "ruiz")
    assert Name((), ("de",)).families == ("de",)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("jim", "james", {"james"}),
        ("bob", "rob", {"robert"}),
        ("uli", "ulrike", {"ulrike"}),
        ("natasha", "natalya", {"natalya"}),
        ("charis", "charalambos", {"charalambos"}),
        ("wei", "jim", set()),
    ],
)
def test_short_forms(one: str, other: str, shared: set[str]) -> None:
    assert diminutives(one) & diminutives(other) >= shared
    assert bool(diminutives(one) & diminutives(other)) == bool(shared)


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert set(fold(text)) <= set("abcdefghijklmnopqrstuvwxyz ")
    for name in read_names(text):
        assert name.letters.isalpha()
        assert name.letters.isascii()
        assert all(name.families)


def test_a_poisoned_name_is_cut() -> None:
    (name,) = read_names("A" * 10_000 + " Smith")
    assert len(name.letters) == 200


@pytest.mark.parametrize(
    ("given_name", "family", "number"),
    [
        ("yan", "song", 1),
        ("yangqiu", "song", 2),
        ("minsu", "kim", 2),
        ("chihjen", "lin", 2),
        ("tuan", "nguyen", 1),
        ("daniel", "li", 0),
        ("dan", "roth", 0),
        ("benjamin", "wang", 0),
        ("", "wang", 0),
        ("wei", "", 0),
    ],
)
def test_syllables(given_name: str, family: str, number: int) -> None:
    assert syllables(given_name, family) == number


@pytest.mark.parametrize(
    ("given_name", "family", "told"),
    [("ken", "tanaka", True), ("kenji", "tanaka", True), ("mario", "rossi", False),
     ("", "tanaka", False), ("vita", "lanfranchi", False)],
)  # fmt: skip
def test_japanese_names(given_name: str, family: str, told: bool) -> None:
    assert is_japanese(given_name, family) is told
