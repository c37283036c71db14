"""The library of questions: one SPARQL file each, documented in its own header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from .errors import ParameterError, QueryError, UnknownQuestionError
from .header import form_of, read_header
from .namespaces import BASE
from .parameters import Answers, Parameter, Term, parse

__all__ = ["Question", "bind", "find", "question", "questions"]


@dataclass(frozen=True, slots=True)
class Question:
    """A named query, as its file's header documents it.

    :param name: the file's name without its ending; the contract by which others call it.
    :param summary: one sentence that says what the answer is.
    :param question: the same as a person would ask it.
    :param group: the part of the library it stands in ("people", "papers", …).
    :param identities: by which IRIs it knows people and organisations: `own`, those of each
        conference, or `merged`, one for all that are one.
    :param columns: what each column of the answer holds, in the order of the projection.
    :param form: SELECT, ASK, CONSTRUCT or DESCRIBE.
    :param text: the whole file, header included: SPARQL 1.1 that runs anywhere.
    :param path: where the file is, for messages.
    """

    name: str
    summary: str
    question: str
    group: str
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]
    form: str
    text: str
    path: str
    identities: str = "own"

    @classmethod
    def parse(cls, text: str, *, name: str = "query", path: str = "the query") -> Question:
        """Read a query with or without a header.

        :param text: SPARQL, with the header in lines that begin with `#+`.
        :raises QueryError: when the header is broken (with file and line), or no query follows.
        """
        header = read_header(text, path)
        return cls(
            name=name,
            summary=header.summary,
            question=header.question,
            group=header.group,
            parameters=header.parameters,
            columns=header.columns,
            form=form_of(text, path),
            text=text,
            path=path,
            identities=header.identities,
        )

    @classmethod
    def read(cls, path: Path | str) -> Question:
        """Read a query from a file.

        :raises QueryError: when the file cannot be read, is not UTF-8, or has a broken header.
        """
        path = Path(path)
        try:
            text = path.read_text("utf-8-sig")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise QueryError(f"{path}: cannot be read ({reason}).") from error
        except UnicodeDecodeError as error:
            raise QueryError(
                f"{path}: is not UTF-8 text (byte {error.start}).", hint="Save it as UTF-8."
            ) from error
        return cls.parse(text, name=path.stem, path=str(path))


@cache
def questions() -> tuple[Question, ...]:
    """List the questions of the library, by name."""
    folder = files("symposia") / "queries"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".rq"))
    found = []
    for name in names:
        with as_file(folder / name) as path:
            found.append(replace(Question.read(path), path=f"queries/{name}"))
    return tuple(found)


def question(name: str) -> Question:
    """Give the question of the library with this name.

    :raises UnknownQuestionError: when there is none; it carries the nearest names.
    """
    library = {each.name: each for each in questions()}
    if name in library:
        return library[name]
    wanted = name.strip().lower().replace("-", "_").removesuffix(".rq")
    near = get_close_matches(wanted, library, n=3, cutoff=0.5)
    near += [other for other in library if wanted and wanted in other and other not in near]
    raise UnknownQuestionError(name, near[:5])


def find(what: str) -> Question:
    """The question that is meant by a name of the library, a file, or SPARQL itself.

    :raises UnknownQuestionError: when there is none of this name; it carries the nearest names.
    :raises QueryError: when the file cannot be read, or holds no query.
    """
    if "{" in what or "\n" in what or what.split()[:1] != [what]:
        return Question.parse(what)
    if Path(what).is_file() or what.endswith((".rq", ".sparql")) or "/" in what:
        return Question.read(what)
    return question(what)


def bind(
    asked: Question,
    values: Mapping[str, str],
    answers: Answers | None = None,
    *,
    base: str = BASE,
) -> dict[str, Term]:
    """Turn the values of parameters into the terms that the query's variables are bound to.

    An optional parameter without a value takes its default, or stays open; an empty value is none.

    :param values: by name of parameter, in words (see `parameters.parse` for what an IRI may be).
    :param answers: the graph in which names of things are looked up; None allows IRIs only.
    :param base: the IRI under which the programmes live.
    :returns: terms by name of variable, for `Store.query(asked.text, terms)`.
    :raises ParameterError: when one is unknown, missing, ambiguous or of the wrong type.
    """
    known = {parameter.name: parameter for parameter in asked.parameters}
    for name in values:
        if name not in known:
            raise _unknown(asked, name)
    terms: dict[str, Term] = {}
    for parameter in asked.parameters:
        value = values.get(parameter.name, "")
        if not value.strip():
            value = parameter.default or ""
        if value:
            terms[parameter.name] = parse(parameter, value, answers, base)
        elif parameter.required:
            raise ParameterError(
                f"'{asked.name}' needs the parameter '{parameter.name}' ({parameter.description}).",
                hint=f"For example: {parameter.name}={parameter.example}",
            )
    return terms


def _unknown(asked: Question, name: str) -> ParameterError:
    known = [parameter.name for parameter in asked.parameters]
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        hint = f"Did you mean '{near[0]}'?"
    elif known:
        hint = f"It has {', '.join(known)}."
    else:
        hint = "It has none."
    return ParameterError(f"'{asked.name}' has no parameter '{name}'.", hint=hint)
