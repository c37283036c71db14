"""The queries that stand beside the templates: a `.rq` file in a page's folder feeds that page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from ..graph.store import Term
from .ours import Query
from .serving import Served
from .terms import Row

__all__ = ["panels", "queries_of", "query_text"]


@cache
def query_text(path: str) -> str:
    """The text of a query file, by its path under `templates/`."""
    return (files(__package__) / "templates" / path).read_text("utf-8")


@cache
def _names(folder: str) -> tuple[str, ...]:
    entries = (files(__package__) / "templates" / folder).iterdir()
    return tuple(sorted(e.name.removesuffix(".rq") for e in entries if e.name.endswith(".rq")))


def panels(
    served: Served,
    folder: str,
    bindings: Mapping[str, Term] | None = None,
    only: Collection[str] | None = None,
) -> dict[str, list[Row]]:
    """Run the queries of a folder: the rows of `papers.rq` come as `papers`.

    To add a panel to a page, put a query into its folder and show its rows in the template.

    :param folder: a folder under `templates/`.
    :param bindings: values of variables, which every query of the folder selects; `own`, which says
        whether nobody else who is the same is looked at, only some.
    :param only: the names of the queries to run; all, if None.
    """
    asked = queries_of(folder, bindings, only)
    return dict(zip(asked, served.tables(*asked.values()), strict=True))


def queries_of(
    folder: str,
    bindings: Mapping[str, Term] | None = None,
    only: Collection[str] | None = None,
) -> dict[str, Query]:
    """The queries that `panels` runs, by name."""
    names = [name for name in _names(folder) if only is None or name in only]
    given = dict(bindings or {})
    fewer = {name: value for name, value in given.items() if name != "own"}
    texts = {name: query_text(f"{folder}/{name}.rq") for name in names}
    return {name: (text, given if "?own" in text else fewer) for name, text in texts.items()}
