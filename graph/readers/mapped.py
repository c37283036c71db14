"""From a graph in a foreign vocabulary to readings: mapped, with the original beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from ..dataset import NamedGraph
from ..errors import SourceError
from ..filenames import called
from ..iris import slug
from ..loss import Loss
from ..mapping import map_graph
from ..mappings import Mapping
from ..namespaces import PREFIXES
from ..partition import partition
from ..reading import Reading, ReadOptions, Source
from ..repair import repair_iris
from ..triples import link, text, triple
from .dblp import programme_of

__all__ = ["mapped"]

_KINDS: Final = PREFIXES["prov"]


def mapped(
    quads: Iterable[ox.Quad], mapping: Mapping, source: Source, loss: Loss, options: ReadOptions
) -> list[Reading]:
    """Map a graph: to one programme, or to one for each conference that a graph of dblp holds.

    :param quads: the graph, whose IRIs need not be IRIs.
    :param loss: the report to which reading has added what it refused.
    :raises SourceError: there are no triples.
    """
    whole = list(repair_iris(quads, loss))
    if not whole:
        raise SourceError("the file holds no triples.", source=source.name)
    parts = {options.slug or "": whole}
    if mapping.name == "dblp" and not options.slug:
        parts = partition(whole, programme_of)
    found: list[Reading] = []
    for name, part in parts.items():
        report = loss if not found else Loss(source.name)
        found.append(_reading(part, mapping, source, report, options, name or None))
    return found


def _reading(
    quads: list[ox.Quad],
    mapping: Mapping,
    source: Source,
    loss: Loss,
    options: ReadOptions,
    name: str | None,
) -> Reading:
    made = map_graph(
        quads,
        mapping,
        source=called(source.path),
        base=options.base,
        slug=name,
        timezone=options.timezone,
        name=options.name,
        loss=loss,
    )
    iri = made.programme
    part = f"{iri.rpartition('/')[2]}-{source.sha256[:12]}"
    files = {kind: options.folder / f"{part}-{kind}.nt" for kind in ("programme", "original")}
    triples = (*made.triples, *_provenance(iri, source, mapping))
    ox.serialize(triples, str(files["programme"]), ox.RdfFormat.N_TRIPLES)
    originals = dict.fromkeys(quad.triple for quad in quads)
    ox.serialize(originals, str(files["original"]), ox.RdfFormat.N_TRIPLES)
    return Reading(
        iri,
        (
            NamedGraph(f"{iri}/graph/programme", files["programme"], f"{source.name}, mapped"),
            NamedGraph(f"{iri}/graph/original", files["original"], source.name, default=False),
        ),
        loss,
        (source,),
        mapping.name,
    )


def _provenance(iri: str, source: Source, mapping: Mapping) -> Iterator[ox.Triple]:
    """How the graph came from its source (PROV-O), without any time of day."""
    graph = ox.NamedNode(f"{iri}/graph/programme")
    node = ox.NamedNode(f"{iri}/source/{slug(source.name) or 'source'}")
    activity = ox.NamedNode(f"{iri}/activity/reading")
    agent = ox.NamedNode(f"{iri}/agent/symposia")
    for thing, kind, words in (
        (graph, "Entity", f"{source.name}, mapped from the {mapping.label}"),
        (node, "Entity", source.name),
        (activity, "Activity", f"Mapping of {source.name}"),
        (agent, "SoftwareAgent", "Symposia"),
    ):
        yield triple(thing, "rdf:type", ox.NamedNode(_KINDS + kind))
        yield triple(thing, "rdfs:label", text(words))
    yield triple(graph, "prov:wasGeneratedBy", activity)
    yield triple(graph, "prov:wasDerivedFrom", node)
    yield triple(activity, "prov:used", node)
    yield triple(activity, "prov:wasAssociatedWith", agent)
    yield triple(node, "schema:sha256", text(source.sha256))
    yield triple(node, "schema:encodingFormat", text(source.media_type))
    if source.url and (address := link(source.url)):
        yield triple(node, "schema:url", address)
