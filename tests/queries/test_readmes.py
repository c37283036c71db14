"""What the READMEs say about the questions is what the questions answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Literal, NamedNode
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.questions import Question, bind, question, questions
from symposia.graph.store import Store

GROUPS = {
    "programme": "The programme",
    "people": "People and their collaboration",
    "papers": "Papers",
    "topics": "Topics",
    "organisations": "Organisations",
    "systems": "Systems, hardware, data sets and results",
    "provenance": "Where it comes from, and what is missing",
}
GENERATED = re.compile(r"(<!-- generated [^>]*-->\n)(.*?)(<!-- end -->)", re.DOTALL)
ROWS_SHOWN = 4


class Competency(NamedTuple):
    """A competency question of ontology/README.md: its heading, its query and what is given."""

    number: str
    asked: Question
    values: dict[str, str]


def competencies(text: str) -> Iterator[Competency]:
    """Read the competency questions of a text."""
    found = re.finditer(r"^### (CQ\d\d) .+\n\n(.+)\n", text, flags=re.MULTILINE)
    for number, line in (match.groups() for match in found):
        name = re.search(r"\]\(\.\./queries/(\w+)\.rq\)", line)
        assert name, f"{number} names no query file"
        values = dict(re.findall(r"`(\w+)=([^`]+)`", line))
        yield Competency(number, question(name[1]), values)


def short(term: object) -> str:
    """A term as a reader wants to see it."""
    if term is None:
        return ""
    if isinstance(term, Literal):
        return term.value.replace("|", "\\|").replace("\n", " ")
    assert isinstance(term, NamedNode)
    if term.value.startswith(PREFIXES["sym"]):
        return "sym:" + term.value.removeprefix(PREFIXES["sym"])
    return term.value.removeprefix(BASE)


def answer(asked: Question, values: dict[str, str], store: Store) -> str:
    """The expected answer as a table: names instead of IRIs where there are names."""
    given = {each.name for each in asked.parameters}
    columns = [
        name for name in asked.columns if f"{name}_label" not in asked.columns and name not in given
    ]
    rows = list(store.query(asked.text, bind(asked, values, store)))
    lines = [f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}{':' if rows else '.'}", ""]
    if rows:
        lines += ["| " + " | ".join(name.removesuffix("_label") for name in columns) + " |"]
        lines += ["|" + " --- |" * len(columns)]
        shown = rows if len(rows) <= ROWS_SHOWN + 2 else rows[:ROWS_SHOWN]
        for row in shown:
            cells = (short(row[name] or row[name.removesuffix("_label")]) for name in columns)
            lines += ["| " + " | ".join(cells) + " |"]
        if len(shown) < len(rows):
            lines += ["|" + " … |" * len(columns)]
        lines += [""]
    return "\n".join(lines)


def entry(asked: Question) -> str:
    """A question in the catalogue."""
    lines = [
        f"### [`{asked.name}`]({asked.name}.rq)",
        "",
        f"**{asked.question}** {asked.summary}",
        "",
    ]
    if asked.parameters:
        lines += ["| parameter | type | | what it is | example |", "|" + " --- |" * 5]
        for each in asked.parameters:
            need = "required" if each.required else "optional"
            need = f"default `{each.default.removeprefix(BASE)}`" if each.default else need
            example = each.example.removeprefix(BASE)
            lines += [
                f"| `{each.name}` | {each.type} | {need} | {each.description} | `{example}` |"
            ]
        lines += [""]
    lines += ["Columns: " + "; ".join(f"`{k}` {v}" for k, v in asked.columns.items()) + ".", ""]
    return "\n".join(lines)


def catalogue() -> str:
    """All questions, by group."""
    library = questions()
    parts = []
    for group, title in GROUPS.items():
        members = [each for each in library if each.group == group]
        parts += [f"## {title}", "", *map(entry, members)]
    return "\n".join(parts)


def test_catalogue_lists_every_question(root: Path, snapshot: Callable[[Path, str], None]) -> None:
    path = root / "queries" / "README.md"
    found = GENERATED.search(path.read_text("utf-8"))
    assert found, "the generated part is marked by comments"
    text = path.read_text("utf-8")
    snapshot(path, text[: found.start(2)] + catalogue() + text[found.start(3) :])


def test_competency_questions_are_answered(
    root: Path, store: Store, snapshot: Callable[[Path, str], None]
) -> None:
    path = root / "ontology" / "README.md"
    text = path.read_text("utf-8")
    asked = iter(competencies(text))

    def fill(match: re.Match[str]) -> str:
        current = next(asked)
        return match[1] + answer(current.asked, current.values, store) + match[3]

    snapshot(path, GENERATED.sub(fill, text))
    assert next(asked, None) is None, "a competency question has no place for its answer"


def test_competency_questions_are_numbered(root: Path) -> None:
    numbers = [each.number for each in competencies((root / "ontology/README.md").read_text())]
    assert numbers == [f"CQ{n:02}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) >= 32


@pytest.mark.parametrize("readme", ["queries/README.md", "ontology/README.md"])
def test_links_lead_somewhere(root: Path, readme: str) -> None:
    path = root / readme
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8"))
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []
