"""A generation on a SPARQL server: what has taken its place there is never answered from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ReplacedError, SymposiaError
from .remote import Contents, RemoteStore
from .remote_manifest import read_number

if TYPE_CHECKING:
    import pyoxigraph as ox

    from .store import Results

__all__ = ["PublishedContents", "PublishedStore"]


@dataclass(frozen=True)
class PublishedContents(Contents):
    """The graphs of a generation.

    :param number: of the generation.
    :param digest: of the generation.
    """

    number: int
    digest: str


class PublishedStore(RemoteStore):
    """The dataset of a generation, as long as it is there.

    Servers know no generations: a graph that was removed meanwhile is an empty one to them. So each
    answer is followed by a look at the manifest. The named graphs are replaced by the next publish,
    and the union is removed by the one after it, both together with the manifest: what the manifest
    still says was true of all that was read before.
    """

    contents: PublishedContents

    def _answer(self, query: str, form: str, fields: Iterable[tuple[str, str]]) -> Results:
        fields = list(fields)
        found = super()._answer(query, form, fields)
        try:
            self._confirm(by_name=any(iri in self.contents.graphs for _, iri in fields))
        except SymposiaError:
            del found  # it belongs to this thread: the error may not keep it for another
            raise
        return found

    def graph(self, iri: str) -> Iterator[ox.Triple]:
        """As `RemoteStore.graph`; its end is an error where the graph was replaced meanwhile.

        :raises ReplacedError: there is a newer generation.
        """
        yield from super().graph(iri)
        self._confirm(by_name=True)

    def default_graph(self) -> Iterator[ox.Triple]:
        """As `RemoteStore.default_graph`.

        :raises ReplacedError: the union is gone.
        """
        yield from super().default_graph()
        self._confirm(by_name=False)

    def count(self, iri: str | None = None) -> int:
        """As `RemoteStore.count`.

        :raises ReplacedError: what was counted is gone.
        """
        found = super().count(iri)
        self._confirm(by_name=iri is not None)
        return found

    def _confirm(self, *, by_name: bool) -> None:
        """Look whether what was read is still there.

        :param by_name: whether named graphs were read, and not the union alone.
        :raises ReplacedError: it is not.
        """
        now = read_number(RemoteStore(self.endpoint))
        mine = (self.contents.number, self.contents.digest)
        if now == mine or (not by_name and now is not None and now[0] == mine[0] + 1):
            return
        raise ReplacedError("The dataset was published anew meanwhile.", hint="Ask again.")
