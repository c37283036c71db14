"""The dataset in Python and in notebooks: questions as data frames, graphs of rdflib."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pyoxigraph as ox

from .namespaces import BASE, PREFIXES

if TYPE_CHECKING:
    import networkx
    import rdflib

    from .library import Library
    from .questions import Question
    from .tables import Table

__all__ = ["Dataset", "open_dataset"]

Frames = Literal["pandas", "polars", "table"]

_FRAMES: Final[tuple[Frames, ...]] = ("pandas", "polars")


class Dataset:
    """A dataset that is open for reading; `open_dataset` is the way to one.

    It stays the generation that was open first, whatever is published meanwhile.

    :param base: the IRI under which its things are named.
    :param frames: what tables are given as.
    """

    def __init__(self, library: Library, base: str, frames: Frames) -> None:
        self._store = library.store()
        self._originals = library.originals
        self._base = base
        self._frames = frames

    def query(self, what: str, /, *, originals: bool = False, **parameters: object) -> Any:
        """Ask a question of the library by its name, or anything in SPARQL.

        :param what: a name (see `questions`), or a query.
        :param originals: ask what foreign sources say, in their own vocabularies.
        :param parameters: of the question, in words: `person="Brett Meyer"`.
        :return: a data frame of pandas or Polars, or a `Table`, for a SELECT; a truth value for an
            ASK; an `rdflib.Graph` for a CONSTRUCT or DESCRIBE.
        :raises UnknownQuestionError: there is no question of this name.
        :raises ParameterError: a parameter is unknown, missing, ambiguous or of the wrong type.
        :raises QueryError: the query cannot be run.
        """
        from .questions import bind, find
        from .tables import table_of

        asked = find(what)
        store = self._originals() if originals else self._store
        values = {name: str(value) for name, value in parameters.items() if value is not None}
        found = store.query(asked.text, bind(asked, values, store, base=self._base))
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QueryTriples):
            return _graph(found)
        return _framed(table_of(found), self._frames)

    def questions(self) -> Any:
        """The questions of the library: name, question, parameters; a table as `query` gives."""
        from .questions import questions
        from .tables import Table

        rows = [
            (each.name, each.question, " ".join(_shown(each)), each.group) for each in questions()
        ]
        return _framed(Table(["name", "question", "parameters", "group"], rows), self._frames)

    def graph(self, *names: str) -> rdflib.Graph:
        """Triples as a graph of rdflib.

        :param names: of graphs or programmes (all their graphs), whole or without the base; none
            for the whole dataset.
        :raises SourceError: nothing has such a name.
        """
        from .library import find_graphs

        if not names:
            return _graph(quad.triple for quad in self._store.quads())
        there = self._store.graphs()
        iris = dict.fromkeys(iri for name in names for iri in find_graphs(name, there))
        return _graph(triple for iri in iris for triple in self._store.graph(iri))

    def network(
        self,
        kind: str = "people",
        *,
        conference: str | None = None,
        around: str | None = None,
        distance: int = 1,
    ) -> networkx.Graph[str]:
        """People, organisations or topics, tied by the works they have in common.

        :param kind: `people`, `organisations` or `topics`.
        :param conference: the IRI or the name of one; None for all.
        :param around: the IRI or the name of a member, for the network near them alone.
        :param distance: how many steps near is.
        :return: nodes are IRIs with `label` and `works`; edges have a `weight`, works in common.
        :raises ParameterError: nothing has the name of the kind, conference or member.
        """
        import networkx

        from .networks.graphs import graph_of, member_of

        graph = graph_of(self._store, kind, conference)
        return (
            graph
            if around is None
            else networkx.ego_graph(graph, member_of(graph, around), distance)
        )

    def _repr_html_(self) -> str:
        return self._conferences()._repr_html_()

    def __repr__(self) -> str:
        return f"Conferences of this dataset\n{self._conferences()!r}"

    def _conferences(self) -> Table:
        from .questions import question
        from .tables import Table, table_of

        whole = table_of(self._store.query(question("conferences").text))
        shown = [name for name in whole.columns if f"{name}_label" not in whole.columns]
        named = [name.removesuffix("_label") for name in shown]
        return Table(named, zip(*(whole[name] for name in shown), strict=True))


def open_dataset(
    where: str | Path | None = None, *, base: str = BASE, frames: Frames | None = None
) -> Dataset:
    """Open a dataset for reading.

    :param where: a data folder, or the address of a SPARQL server
        (`http://127.0.0.1:8000/sparql`); by default the user's data folder, as `symposia` has it.
        Until something is published there, it is the shipped graph.
    :param base: the IRI under which things are named.
    :param frames: what tables are given as; by default data frames of pandas where it is
        installed, else of Polars, else `Table`.
    :raises StoreError: the dataset is broken, or the server does not answer.
    """
    from .library import Library, data_folder

    chosen = frames or _installed()
    base = base if base.endswith(("/", "#")) else f"{base}/"
    if isinstance(where, str) and where.startswith(("http://", "https://")):
        from .endpoint import Endpoint
        from .remote_generations import RemoteGenerations

        return Dataset(Library(RemoteGenerations(Endpoint.of(where))), base, chosen)
    return Dataset(Library(data_folder(where)), base, chosen)


def _graph(triples: Iterable[ox.Triple | ox.Quad]) -> rdflib.Graph:
    import rdflib

    from .terms import to_rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return to_rdflib(triples, graph)


def _installed() -> Frames:
    return next((each for each in _FRAMES if find_spec(each)), "table")


def _framed(table: Table, frames: Frames) -> Any:
    if frames == "pandas":
        return table.to_pandas()
    return table.to_polars() if frames == "polars" else table


def _shown(asked: Question) -> Iterator[str]:
    for each in asked.parameters:
        yield each.name if each.required else f"[{each.name}]"
