"""From records to a reading: the graph file, its provenance, and the loss report."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..assembly import Assembly
from ..dataset import NamedGraph
from ..errors import SourceError
from ..iris import slug
from ..items import Event, Item, Place
from ..loss import Loss
from ..reading import Reading, ReadOptions, Source, source_of
from ..triples import english, link, term, text, triple

__all__ = ["cut_off", "describe", "grouped", "single"]


_WAITING: Final = 8 * 1024 * 1024


def describe(path: Path, options: ReadOptions, media_type: str = "") -> Source:
    """Describe the file that is read, with the address that the user gives."""
    kind = media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return source_of(path, kind, options.url)


class Programme:
    """A programme on its way from records to a graph file.

    :param name: what its IRI ends in.
    :param files: the files of the source by the names that places have for them.
    :param loss: the report to which refusals of references are added.
    """

    def __init__(
        self, name: str, files: dict[str, Source], options: ReadOptions, loss: Loss
    ) -> None:
        self.iri = f"{options.base.rstrip('/')}/{name}"
        self.loss = loss
        self.sources = tuple(files.values())
        self._name = name
        digest = next(iter(files.values())).sha256[:12]
        self.path = options.folder / f"{name}-{digest}.nt"
        self._label = name
        self._waiting = bytearray()
        self._begun = False
        self._iris = {
            key: f"{self.iri}/source/{slug(source.name) or 'source'}"
            for key, source in files.items()
        }
        self._assembly = Assembly(
            self.iri, self._iris, abstracts=options.abstracts, refuse=self._refuse
        )

    def add(self, item: Item) -> int:
        """Add a record; returns how many bytes its triples have."""
        if isinstance(item, Event) and self._label == self._name:
            self._label = item.name
        written = _written(self._assembly.triples([item]))
        self._waiting += written
        return len(written)

    def flush(self) -> None:
        """Write what waits to the file."""
        if self._waiting:
            with self.path.open("ab" if self._begun else "wb") as file:
                file.write(self._waiting)
            self._begun = True
            self._waiting.clear()

    def close(self) -> Reading:
        """The reading, when all records came."""
        self._waiting += _written(chain(self._assembly.close(), self._provenance()))
        self.flush()
        iri = f"{self.iri}/graph/programme"
        named = NamedGraph(iri, self.path, f"{self._label}: its source")
        return Reading(self.iri, (named,), self.loss, self.sources)

    def _provenance(self) -> Iterator[ox.Triple]:
        """How the graph came from its source (PROV-O), without any time of day."""
        named = ox.NamedNode(f"{self.iri}/graph/programme")
        activity = ox.NamedNode(f"{self.iri}/activity/reading")
        agent = ox.NamedNode(f"{self.iri}/agent/symposia")
        for thing, kind, label in (
            (named, "prov:Entity", f"Programme of {self._label}"),
            (activity, "prov:Activity", f"Reading of {self._label}"),
            (agent, "prov:SoftwareAgent", "Symposia"),
        ):
            yield triple(thing, "rdf:type", term(kind))
            yield triple(thing, "rdfs:label", english(label))
        yield triple(named, "prov:wasGeneratedBy", activity)
        yield triple(activity, "prov:wasAssociatedWith", agent)
        for source, iri in zip(self.sources, self._iris.values(), strict=True):
            node = ox.NamedNode(iri)
            yield triple(node, "rdf:type", term("prov:Entity"))
            yield triple(node, "rdfs:label", text(source.name))
            yield triple(node, "schema:sha256", text(source.sha256))
            yield triple(node, "schema:encodingFormat", text(source.media_type))
            if source.url and (address := link(source.url)):
                yield triple(node, "schema:url", address)
            yield triple(named, "prov:wasDerivedFrom", node)
            yield triple(activity, "prov:used", node)

    def _refuse(self, where: Place, found: str, why: str) -> None:
        self.loss.refuse("field", "(reference)", place=str(where), found=found, why=why)


def _written(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def cut_off(loss: Loss, *, lenient: bool) -> Callable[[SourceError], None] | None:
    """What is done with a source that is broken from a line on: noted, if the user says so."""

    def note(error: SourceError) -> None:
        place = f"line {error.line}" if error.line else ""
        why = error.message.partition(": ")[2] or error.message
        loss.refuse("field", "(rest)", place=place, found="the rest of the file", why=why)

    return note if lenient else None


def single(
    name: str,
    files: dict[str, Source],
    items: Iterable[Item],
    loss: Loss,
    options: ReadOptions,
) -> Reading:
    """The reading of a source that is one programme.

    :raises SourceError: what the records raise, and if there are none.
    """
    (reading,) = grouped(files, ((name, item) for item in items), lambda _: loss, options)
    return reading


def grouped(
    files: dict[str, Source],
    records: Iterable[tuple[str, Item]],
    loss: Callable[[str], Loss],
    options: ReadOptions,
) -> list[Reading]:
    """The readings of a source that may hold several programmes.

    What is written waits in memory until it is 8 MB in all, so that many programmes need no more.

    :param records: each with the name of its programme, unless the user names one for all.
    :param loss: the report of each programme.
    :raises SourceError: what the records raise, and if there are none; no graph file is left.
    """
    programmes: dict[str, Programme] = {}
    waiting = 0
    try:
        for key, item in records:
            name = options.slug or key
            if name not in programmes:
                programmes[name] = Programme(name, files, options, loss(key))
            waiting += programmes[name].add(item)
            if waiting > _WAITING:
                waiting = 0
                for programme in programmes.values():
                    programme.flush()
        readings = [programme.close() for programme in programmes.values()]
    except BaseException:
        for programme in programmes.values():
            programme.path.unlink(missing_ok=True)
        raise
    if not readings:
        names = ", ".join(source.name for source in files.values())
        raise SourceError("it holds no record of a programme.", source=names)
    return readings
