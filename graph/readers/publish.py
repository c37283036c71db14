"""From records to a reading: the graph file, its provenance, and the loss report."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from ..assembly import Assembly
from ..dataset import NamedGraph
from ..errors import SourceError
from ..iris import slug
from ..items import Event, Item, Place
from ..loss import Loss
from ..reading import Reading, ReadOptions, Source, source_of
from ..triples import english, link, term, text, triple

__all__ = ["Programme", "describe", "single"]


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
        self._folder = options.folder
        self._label = name
        self._iris = {
            key: f"{self.iri}/source/{slug(source.name) or 'source'}"
            for key, source in files.items()
        }
        self._assembly = Assembly(
            self.iri, self._iris, abstracts=options.abstracts, refuse=self._refuse
        )

    def triples(self, items: Iterable[Item]) -> Iterator[ox.Triple]:
        """The triples of some records."""
        return self._assembly.triples(self._watched(items))

    def reading(self, graph: Path) -> Reading:
        """The reading, once the triples are in a file."""
        iri = f"{self.iri}/graph/programme"
        named = NamedGraph(iri, graph, f"{self._label}: its source")
        return Reading(self.iri, (named,), self.loss, self.sources)

    def provenance(self) -> Iterator[ox.Triple]:
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

    def file(self) -> Path:
        """Where the graph is written."""
        return self._folder / f"{self._name}.nt"

    def _watched(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            if isinstance(item, Event) and self._label == self._name:
                self._label = item.name
            yield item

    def _refuse(self, where: Place, found: str, why: str) -> None:
        self.loss.refuse("field", "(reference)", place=str(where), found=found, why=why)


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
    programme = Programme(options.slug or name, files, options, loss)
    path = programme.file()
    count = 0

    def counted() -> Iterator[ox.Triple]:
        nonlocal count
        for each in programme.triples(items):
            count += 1
            yield each
        if count:
            yield from programme.provenance()

    try:
        with path.open("wb") as file:
            ox.serialize(counted(), file, ox.RdfFormat.N_TRIPLES)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not count:
        path.unlink()
        names = ", ".join(source.name for source in programme.sources)
        raise SourceError("it holds no record of a programme.", source=names)
    return programme.reading(path)
