"""`symposia query`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem

from ...graph.errors import ExportError, QueryError
from ...graph.formats import FORMATS
from ...graph.namespaces import PREFIXES
from . import options
from .help import Command
from .store import store
from .terminal import counted, progress, say, show_json, show_table, write

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ...graph.parameters import Term
    from ...graph.questions import Question
    from ...graph.store import Results, Store

__all__ = ["command"]

_RESULTS: Final = ("json", "xml", "csv", "tsv")


def _complete(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The questions, and files where the word looks like one."""
    if "/" in begun or "." in begun:
        return [CompletionItem(begun, type="file")]
    names = sorted(entry.name for entry in (files("symposia") / "queries").iterdir())
    return [
        CompletionItem(name.removesuffix(".rq"))
        for name in names
        if name.endswith(".rq") and name.startswith(begun)
    ]


@click.command(
    cls=Command,
    examples=[
        "symposia query",
        'symposia query coauthors --param person="Brett Meyer"',
        "symposia query 'SELECT ?class { ?thing a ?class } LIMIT 5' --format csv",
    ],
)
@click.argument("what", metavar="[NAME|FILE|QUERY|-]", required=False, shell_complete=_complete)
@click.option(
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    help="Value of a parameter; people, papers and topics may be given by name.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", *_RESULTS, *FORMATS]),
    help="Format; by default a table, for a graph Turtle.",
)
@click.option(
    "--originals",
    is_flag=True,
    help="Ask what foreign sources say, in their own vocabularies and under their own IRIs.",
)
@click.option(
    "--merged",
    is_flag=True,
    help="Give people and organisations that are one a single IRI, as links and evidence tell.",
)
@options.output
@options.base
@options.data
@store
def command(
    what: str | None,
    params: tuple[str, ...],
    format_: str | None,
    originals: bool,
    merged: bool,
    output: Path | None,
    base: str,
    data: Path | None,
) -> None:
    """Ask the dataset a question.

    A question is asked by its NAME, from a FILE with SPARQL, as a QUERY in SPARQL, or from
    standard input (-). Without any, the questions are listed. A table has labels in place of IRIs
    where both are asked for (?chair and ?chair_label); the other formats have both.
    """
    if what is None:
        if params:
            raise click.UsageError("--param needs a question.")
        if merged:
            raise click.UsageError("--merged needs a question.")
        _list(format_)
        return
    if originals and merged:
        raise click.UsageError("Originals are as they were; --merged cannot be used on them.")
    asked = _question(what)
    values = dict(_pair(param) for param in params)
    from ...graph.questions import bind
    from ...graph.results import serialise_results

    with progress("asking"):
        dataset = options.library(data)
        store = dataset.originals() if originals else dataset.store()
        if merged and asked.identities == "own":
            store, bindings = _merged(asked, values, store, base)
        else:
            bindings = bind(asked, values, store, base=base)
        try:
            found = store.query(asked.text, bindings)
        except QueryError as error:
            raise _with_line(error, asked) from error
    graph = asked.form in ("CONSTRUCT", "DESCRIBE")
    chosen = format_ or _told(output, graph)
    if chosen == "table":
        _show(found, base, output)
    else:
        write(serialise_results(found, chosen), output)


def _question(what: str) -> Question:
    """The question that is meant: standard input, a file, SPARQL, or a name of the library."""
    from ...graph.questions import Question, find

    if what == "-":
        data = sys.stdin.buffer.read()
        try:
            return Question.parse(data.decode("utf-8-sig"), path="standard input")
        except UnicodeDecodeError as error:
            raise QueryError(f"Standard input is not UTF-8 text (byte {error.start}).") from error
    return find(what)


def _merged(
    asked: Question, values: dict[str, str], store: Store, base: str
) -> tuple[Store, dict[str, Term]]:
    """The dataset in which all that are one have one IRI, and the parameters for it."""
    from ...graph.merging import bound, merge

    one = merge(store)
    return one, bound(asked, values, store, one, base=base)


def _told(output: Path | None, graph: bool) -> str:
    """The format that fits the answer and the file's name."""
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    if not graph:
        return {"srj": "json", "srx": "xml"}.get(suffix, suffix if suffix in _RESULTS else "table")
    from ...graph.rdf import format_of

    return (format_of(output) if output else None) or "turtle"


def _pair(param: str) -> tuple[str, str]:
    name, separator, value = param.partition("=")
    if not separator or not name:
        raise click.BadParameter(f"'{param}' is not of the form NAME=VALUE", param_hint="'--param'")
    return name.strip(), value


def _with_line(error: QueryError, asked: Question) -> QueryError:
    """The same error, with the line of the query and a mark under the place."""
    lines = asked.text.splitlines()
    if error.line is None or error.column is None or error.line > len(lines):
        return error
    line = lines[error.line - 1].replace("\t", " ")
    start = max(0, error.column - 60)
    mark = " " * (error.column - 1 - start) + "^"
    return QueryError(
        f"{error.message}\n  {line[start : start + 100]}\n  {mark}",
        line=error.line,
        column=error.column,
        hint=error.hint,
    )


def _list(format_: str | None) -> None:
    from ...graph.questions import questions

    if format_ not in (None, "table", "json"):
        raise click.UsageError("The list of questions is a table or json.")
    found = questions()
    if format_ == "json":
        show_json(
            [
                {
                    "name": q.name,
                    "question": q.question,
                    "summary": q.summary,
                    "group": q.group,
                    "parameters": [
                        {
                            "name": p.name,
                            "type": p.type,
                            "description": p.description,
                            "required": p.required,
                            "example": p.example,
                        }
                        for p in q.parameters
                    ],
                    "columns": dict(q.columns),
                }
                for q in found
            ]
        )
        return
    show_table(
        ["name", "question", "parameters"],
        [
            [
                q.name,
                q.question,
                " ".join(p.name if p.required else f"[{p.name}]" for p in q.parameters),
            ]
            for q in found
        ],
    )
    say(f"{len(found)} questions. Ask one: symposia query NAME --param NAME=VALUE")


def _show(found: Results, base: str, output: Path | None) -> None:
    import pyoxigraph as ox

    if isinstance(found, ox.QueryBoolean):
        write(b"true\n" if found else b"false\n", output)
        return
    if isinstance(found, ox.QueryTriples):
        raise ExportError(
            "A graph cannot be written as a table.", hint=f"Choose one of {', '.join(FORMATS)}."
        )
    names = [variable.value for variable in found.variables]
    rows = [[_cell(row[name], base) for name in names] for row in found]
    names, rows = _with_labels(names, rows)
    numeric = [
        name
        for i, name in enumerate(names)
        if rows and all(_is_number(row[i]) for row in rows if row[i])
    ]
    show_table(names, rows, right=numeric, output=output)
    say(counted(len(rows), "row"))


def _with_labels(names: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Put the labels of things in place of their IRIs: `chair_label` becomes `chair`."""
    place = {name: names.index(f"{name}_label") for name in names if f"{name}_label" in names}
    shown = [i for i, name in enumerate(names) if i not in place.values()]
    labels = [place.get(names[i], i) for i in shown]
    return (
        [names[i] for i in shown],
        [[row[j] or row[i] for i, j in zip(shown, labels, strict=True)] for row in rows],
    )


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, base: str) -> str:
    if term is None:
        return ""
    iri = getattr(term, "value", None) if type(term).__name__ == "NamedNode" else None
    if iri is None:
        return str(getattr(term, "value", term))
    for prefix, namespace in _longest_first(PREFIXES.items()):
        if iri.startswith(namespace) and "/" not in iri.removeprefix(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return str(iri).removeprefix(base)


def _longest_first(prefixes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(prefixes, key=lambda item: -len(item[1]))


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdecimal()
