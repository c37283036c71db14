"""Reviewing links: the uncertain ones first, and decisions that hold at once."""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ..dataset import NamedGraph
from ..deriving import READ, gather
from ..errors import DecisionError, ShapeError
from ..files import replace_file
from ..identity import clusters
from ..library import Change, Library
from ..rdf import quads_of
from ..store import Store
from ..temporary import temporary_folder
from .decisions import Decision, read_decisions, write_decisions
from .facts import PROPERTIES, facts_of
from .links import LINKS, SAME, Link, Links, Status, read_links, stated_in
from .resolving import by_kind, kinds_of_things, settled

__all__ = ["decide", "decisions_file", "links_in", "publish_links", "uncertain", "withdraw"]

ORIGIN = "linked"
"""Where links graphs come from, for people."""


def decisions_file(library: Library, path: Path | None = None) -> Path:
    """The file of decisions that is meant: by default `decisions.ttl` in the data folder."""
    return path or Path(library.generations.data) / "decisions.ttl"


def links_in(source: Library | Store, kind: str) -> Links:
    """The links of a kind that are published; none where nothing was linked.

    :param source: a dataset, or the store of one of its generations.
    """
    if isinstance(source, Store):
        return read_links(kind, source.graph(LINKS + kind))
    found = (quads_of(graph) for graph in source.graphs() if graph.iri == LINKS + kind)
    return read_links(kind, (quad for quads in found for quad in quads))


def uncertain(source: Library | Store | Links, kind: str) -> list[Link]:
    """The links of a kind that someone should look at, the most uncertain first.

    These are the ones to be reviewed and those that are merely close; what was decided or refused
    is not among them. The nearer a score is to one half, the more is learnt from a decision.

    :param source: a dataset, the store of one of its generations, or the links themselves.
    """
    links = source if isinstance(source, Links) else links_in(source, kind)
    found = [
        link
        for link in links.links
        if link.score is not None
        and (
            link.status is Status.TO_REVIEW
            or (link.status is Status.STATED and link.predicate != SAME)
        )
    ]
    return sorted(found, key=lambda link: (abs((link.score or 0) - 0.5), link.left, link.right))


def decide(
    library: Library, decision: Decision, path: Path | None = None, *, replacing: bool = True
) -> Change | None:
    """Keep a decision in the file, and let it hold at once in what is published.

    :param path: the file of decisions, if it is not the one in the data folder.
    :param replacing: whether it may take the place of another decision about the same things.
    :return: what was published; None where that stays as it is.
    :raises DecisionError: it contradicts another one, or its things are not there or of two kinds.
    :raises StoreError: the file or the data folder cannot be written.
    """

    def changed(before: tuple[Decision, ...]) -> list[Decision]:
        others = [each for each in before if each.iri != decision.iri]
        if not replacing and len(others) < len(before):
            raise DecisionError("It was decided before.", hint="Withdraw that decision first.")
        return [*others, decision]

    return _change(library, path, changed, decision)


def withdraw(
    library: Library, one: str, other: str | None = None, path: Path | None = None
) -> Change | None:
    """Take back what was decided about two things, or about one that was split.

    :raises DecisionError: nothing was decided about them.
    :raises StoreError: the file or the data folder cannot be written.
    """
    things = {one} if other is None else {one, other}

    def changed(before: tuple[Decision, ...]) -> list[Decision]:
        left = [each for each in before if {*each.things} != things]
        if len(left) == len(before):
            raise DecisionError(f"Nothing was decided about {' and '.join(sorted(things))}.")
        return left

    return _change(library, path, changed)


def publish_links(
    library: Library,
    made: Iterable[Links],
    progress: Callable[[str], None] = lambda _: None,
    *,
    known: Iterable[Link] = (),
) -> Change | None:
    """Publish links, each kind in a graph of its own, validated; nothing where nothing changed.

    A kind of which there are neither links nor decisions has no graph.

    :param known: links that are published as they are, and so break no shape.
    :raises ShapeError: they would break a shape; nothing changed.
    :raises StoreError: the data folder cannot be written.
    """
    held = frozenset(known)
    with temporary_folder() as folder, library.generations.lock():
        apart = folder / "changed"
        apart.mkdir()
        there = {graph.iri: graph for graph in library.graphs() if graph.iri.startswith(LINKS)}
        changed, looked_at, removed = [], [], []
        for links in made:
            if not links.links and not links.decisions:
                removed += [links.iri] if links.iri in there else []
                continue
            graph = links.graph(folder)
            if links.iri not in there or not _same(graph, there[links.iri]):
                changed.append(graph)
                new = tuple(each for each in links.links if each not in held)
                looked_at.append(replace(links, links=new).graph(apart) if held else graph)
        if not changed and not removed:
            return None
        progress("validating the links")
        _validate(looked_at)
        return library.revise(changed, removed, ORIGIN, progress, valid=True)


def _same(one: NamedGraph, other: NamedGraph) -> bool:
    if isinstance(one.source, Path) and isinstance(other.source, Path):
        return filecmp.cmp(one.source, other.source, shallow=False)
    return {quad.triple for quad in quads_of(one)} == {quad.triple for quad in quads_of(other)}


def _validate(graphs: Sequence[NamedGraph]) -> None:
    """What a links graph says is about its own nodes, so that it is looked at by itself."""
    from ..validation import validate

    report = validate(*graphs)
    if not report.conforms:
        raise ShapeError("The links would break the shapes; nothing was published.", report=report)


def _change(
    library: Library,
    path: Path | None,
    changed: Callable[[tuple[Decision, ...]], list[Decision]],
    new: Decision | None = None,
) -> Change | None:
    """Change the file of decisions and what is published, both or neither."""
    file = decisions_file(library, path)
    with library.generations.lock():
        before = file.read_bytes() if file.exists() else None
        decisions = changed(read_decisions(file))
        write_decisions(file, decisions)
        try:
            there, made = _applied(library, decisions, new)
            return publish_links(library, made, known=there)
        except BaseException:
            with suppress(OSError):
                if before is None:
                    file.unlink()
                else:
                    replace_file(file, before)
            raise


def _applied(
    library: Library, decisions: Sequence[Decision], new: Decision | None
) -> tuple[list[Link], list[Links]]:
    """The links of the kinds that decisions are about, as they are, and as decisions leave them."""
    graphs = [graph for graph in library.graphs() if graph.default]
    linked = [graph for graph in graphs if graph.iri.startswith(LINKS)]
    store = gather((graph for graph in graphs if graph not in linked), READ | PROPERTIES)
    kinds = kinds_of_things(store)
    if new is not None and not kinds.keys() & {*new.things}:
        raise DecisionError(
            f"{' and '.join(new.things)}: nothing of the dataset has such an IRI.",
            hint="To find it: symposia query people, or the search of the pages.",
        )
    found = by_kind(decisions, kinds)
    found.pop("", None)  # what is gone may come back, and is kept in the file
    there = {stated.kind: set(stated.decisions) for stated in map(stated_in, linked)}
    joined, _ = clusters(store, decisions, facts_of(store))
    before = [
        links_in(library, kind)
        for kind in sorted(there.keys() | found.keys())
        if there.get(kind, set()) != set(found.get(kind, ()))
    ]
    made = [settled(links, found.get(links.kind, ()), joined, kinds) for links in before]
    return [link for links in before for link in links.links], made
