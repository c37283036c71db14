"""Links a dataset: records, scores, matches, decisions, contradictions, and the links published."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import SourceError
from ..identity import clusters
from ..library import Change, Library
from ..namespaces import BASE
from ..store import Store
from ..tidy import tidy
from .clusters import Clusters
from .decisions import Decision, read_decisions
from .engines import DuckDB, Engine
from .facts import facts_of
from .inputs import Source, declared_linkages, gathered, read_sources
from .kinds import KINDS, Kind, kind_of
from .linkage import Linkage
from .links import SAME, Evidence, Link, Links, Method, Status
from .resolving import by_kind, kinds_of_things, settled
from .reviewing import decisions_file, links_in, publish_links

if TYPE_CHECKING:
    import pyarrow as pa

    from .endpoint import Remote
    from .scoring import OversizedBlock, Scores

__all__ = ["KindReport", "LinkReport", "link", "undo"]

_IDENTITY: Final = f"{BASE}graph/identity"
_NAMES: Final = ("name", "title", "texts")
"""The columns of records in which their names stand."""
_LONGEST: Final = 500
"""Characters of a name that are kept."""

_ROWS: Final = 10_000
"""Pairs that are looked at together: a row of a table takes kilobytes in Python."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KindReport:
    """What linking one kind did.

    :param records: how many things of the dataset were compared.
    :param others: records from elsewhere that they were compared with.
    :param compared: pairs of records that were compared, as a blocking rule names them.
    :param links: what was found, by status; those that are merely close are told as `Close`.
    :param refused: the links that a fact or a decision refused.
    :param oversized: blocks that were left out, as they have too many records.
    :param crowded: pairs that were left out, as there were far more of them than of records.
    :param seconds: how long it took.
    """

    kind: str
    records: int
    others: int
    compared: int
    links: Mapping[str, int]
    refused: tuple[Link, ...]
    oversized: tuple[OversizedBlock, ...]
    crowded: int
    seconds: float

    @property
    def reduction(self) -> float:
        """The share of all pairs that did not have to be compared; 1 where there is no pair."""
        possible = self.records * (self.records - 1) // 2 + self.records * self.others
        return 1 - self.compared / possible if possible else 1.0


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What linking did.

    :param kinds: a report of each kind.
    :param gone: decisions about things that are not there (any more); they are kept.
    :param change: what was published; None where nothing changed, or nothing was to be published.
    """

    kinds: tuple[KindReport, ...]
    gone: tuple[Decision, ...]
    change: Change | None


def link(
    library: Library,
    kinds: Sequence[str] = (),
    *,
    engine: Engine | None = None,
    to: Iterable[Path | Remote] = (),
    decisions: Path | None = None,
    linkages: Iterable[Path] = (),
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> LinkReport:
    """Link the things of a dataset with each other, and with records from elsewhere.

    Each kind's links become a graph of their own; all are published at once, or nothing is. The
    same dataset, files and decisions give the same graphs, and then nothing is published anew.

    :param kinds: names of the kinds; all that are declared if not given.
    :param engine: where pairs are scored; DuckDB in this process if not given.
    :param to: files and endpoints, whose records are linked by the kinds that can read them.
    :param decisions: the file of decisions; by default the one in the data folder.
    :param linkages: files that take the place of the shipped linkages of their kinds.
    :param dry_run: whether nothing is published.
    :param progress: takes what is being done now.
    :raises LinkageError: a linkage cannot be read or run, or nothing is linked of such a name.
    :raises DecisionError: the decisions contradict each other.
    :raises SourceError: a file cannot be read, or none of the kinds knows its records.
    :raises ServiceError: an endpoint cannot be asked.
    :raises ShapeError: the links would break a shape; nothing was published.
    :raises StoreError: the data folder cannot be written.
    """
    declared = declared_linkages(kinds, linkages)
    if decisions is not None and not decisions.exists():
        raise SourceError("there is no such file of decisions.", source=str(decisions))
    file = decisions_file(library, decisions)
    read_decisions(file)  # what is wrong in it is told before anything is compared
    progress("reading the dataset")
    store = gathered(library)
    known = kinds_of_things(store)
    sources = read_sources(to, [kind for kind, _ in declared], store)
    with (engine or DuckDB()).running():
        runs = [_Run(each, linkage, store, sources, engine, progress) for each, linkage in declared]
    with nullcontext() if dry_run else library.generations.lock():
        # Others may have decided, or linked, while this was comparing.
        decided = read_decisions(file)
        joined, _ = clusters(store, decided, facts_of(store))
        found = by_kind(decided, known)
        made = [run.settle(found.get(run.kind, ()), joined, known) for run in runs]
        reports = tuple(run.report(links) for run, links in zip(runs, made, strict=True))
        made = [_dated(links, links_in(library, links.kind)) for links in made]
        change = None if dry_run else publish_links(library, made, progress)
    there = known.keys() | {iri for source in sources for iri in source.ids()}
    gone = tuple(_gone(decided, there.union(*(run.things for run in runs))))
    return LinkReport(reports, gone, change)


def undo(
    library: Library, kinds: Sequence[str] = (), progress: Progress = lambda _: None
) -> Change | None:
    """Remove what linking made: the links of some kinds. What people decided stays.

    :param kinds: names of the kinds; all if not given.
    :return: what was published; None where there was nothing to remove.
    """
    names = [kind_of(name).name for name in kinds] or [*KINDS]
    there = (links_in(library, name) for name in names)
    bare = [
        Links(
            links.kind,
            tuple(_bare(each) for each in links.links if each.decision and each.decision.right),
            links.decisions,
        )
        for links in there
    ]
    return publish_links(library, bare, progress)


def _bare(link: Link) -> Link:
    """A link as a decision alone makes it."""
    return Link(link.left, link.right, SAME, status=link.status, decision=link.decision)


def _named(records: pa.Table, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    """The names of some records, by their IRIs; without what is no character."""
    column = next((each for each in _NAMES if each in records.column_names), None)
    for row in records.select(["id", column]).to_pylist() if column else ():
        name = row[column][0] if isinstance(row[column], list) and row[column] else row[column]
        if row["id"] in wanted and isinstance(name, str):
            yield row["id"], tidy(name[:_LONGEST])[0]


class _Run:
    """One kind on its way from records to links."""

    def __init__(
        self,
        kind: Kind,
        linkage: Linkage,
        store: Store,
        sources: Sequence[Source],
        engine: Engine | None,
        progress: Progress,
    ) -> None:
        from .matching import compare

        start = time.monotonic()
        self.kind, self._linkage = kind.name, linkage
        progress(f"reading {kind.name}")
        left = kind.records(store)
        self.things = frozenset(left["id"].to_pylist())
        self._records, self._others = left.num_rows, 0
        self._compared = self._crowded = 0
        self._sources = []
        self._oversized: list[OversizedBlock] = []
        self._names: dict[str, str] = {}
        found: dict[tuple[str, str], Link] = {}
        tables: list[tuple[str, pa.Table | None]] = [("", None)]
        for source in sources:
            if kind.name in source.tables:
                others = source.others(kind.name, left)
                tables.append((source.name, others))
                self._others += others.num_rows
                self._sources.append((source.name, source.digest))
        for name, right in tables:
            progress(f"comparing {kind.name}" + (f" with {name}" if name else ""))
            scores = compare(kind, linkage, left, right, engine=engine)
            self._oversized += scores.oversized
            self._compared += scores.compared
            self._crowded += scores.crowded
            for each in _links(scores, linkage):
                before = found.setdefault((each.left, each.right), each)
                if (each.score or 0) > (before.score or 0):
                    found[each.left, each.right] = each
            ends = {iri for pair in found for iri in pair}
            self._names.update(_named(left if right is None else right, ends))
        self._found = [found[pair] for pair in sorted(found)]
        self._seconds = time.monotonic() - start

    def settle(
        self, decisions: Sequence[Decision], joined: Clusters, known: Mapping[str, str]
    ) -> Links:
        """The links with what becomes of each."""
        bars, linkage = self._linkage.thresholds, self._linkage
        sources = tuple(sorted(self._sources))
        method = Method(linkage.summary, linkage.version, bars.same, bars.close, sources)
        ends = sorted(
            {iri for each in self._found for iri in (each.left, each.right)} - known.keys()
        )
        names = tuple((iri, self._names[iri]) for iri in ends if iri in self._names)
        links = Links(self.kind, tuple(self._found), (), method, names=names)
        return settled(links, decisions, joined, known)

    def report(self, links: Links) -> KindReport:
        """What was found."""
        count = Counter(
            "Close" if each.status is Status.STATED and each.predicate != SAME else str(each.status)
            for each in links.links
        )
        refused = tuple(each for each in links.links if each.status is Status.REFUSED)
        return KindReport(
            self.kind,
            self._records,
            self._others,
            self._compared,
            count,
            refused,
            tuple(self._oversized),
            self._crowded,
            self._seconds,
        )


def _links(scores: Scores, linkage: Linkage) -> Iterator[Link]:
    """The pairs that are kept, with the evidence that there is for each."""
    pairs = scores.pairs
    names = [
        name.removesuffix("_weight") for name in pairs.column_names if name.endswith("_weight")
    ]
    method = f"{BASE}linkage/{linkage.kind}"
    rows = (row for part in pairs.to_batches(_ROWS) for row in part.to_pylist())
    for row in rows:
        if row["probability"] < linkage.thresholds.review or row["left"] == row["right"]:
            continue
        evidence = [
            Evidence(
                name, scores.labels.get((name, row[name]), name), round(row[f"{name}_weight"], 2)
            )
            for name in names
            if row[name] is not None and abs(row[f"{name}_weight"]) >= 0.005
        ]
        evidence.sort(key=lambda each: (-abs(each.weight), each.comparison))
        yield Link(
            row["left"],
            row["right"],
            score=round(row["probability"], 6),
            weight=round(row["weight"], 2),
            evidence=tuple(evidence),
            method=method,
            version=linkage.version,
        )


def _dated(links: Links, before: Links) -> Links:
    """Links with the time at which they were first found as they are."""
    if before.at and replace(before, at="") == links:
        return replace(links, at=before.at)
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    return replace(links, at=now.replace("+00:00", "Z"))


def _gone(decisions: Iterable[Decision], there: Iterable[str]) -> Iterator[Decision]:
    """Decisions about what is not there; records elsewhere that were not read may well be."""
    there = set(there)
    for each in decisions:
        missing = [thing for thing in each.things if thing not in there]
        if any(thing.startswith(BASE) for thing in missing) or len(missing) == len(each.things):
            yield each
