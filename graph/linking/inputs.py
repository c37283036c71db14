"""What linking is given: linkages of the kinds, and records from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..deriving import gather
from ..errors import LinkageError, SourceError
from ..library import Library
from ..namespaces import BASE
from ..store import Store
from .kinds import KINDS, Kind, kind_of
from .linkage import Linkage, read_linkage
from .links import LINKS

if TYPE_CHECKING:
    import pyarrow as pa

    from .endpoint import Remote

__all__ = ["Source", "declared_linkages", "gathered", "read_sources"]

_IDENTITY: Final = f"{BASE}graph/identity"


@dataclass(frozen=True)
class Source:
    """Records from elsewhere.

    :param name: of the file, or the address of the endpoint.
    :param digest: SHA-256 of the file, or of what the endpoint told.
    :param tables: the records, by the kinds that know them.
    """

    name: str
    digest: str
    tables: dict[str, pa.Table]

    def others(self, kind: str, own: pa.Table) -> pa.Table:
        """The records that are none of a dataset: another one may have some of its programmes."""
        import pyarrow.compute as pc

        records = self.tables[kind]
        return records.filter(pc.invert(pc.is_in(records["id"], own["id"])))

    def ids(self) -> Iterator[str]:
        """The IRIs of the records."""
        for table in self.tables.values():
            yield from table["id"].to_pylist()


def gathered(library: Library) -> Store:
    """What is linked: all that a dataset says, without what linking and publishing made of it."""
    graphs = (g for g in library.graphs() if g.default and not g.iri.startswith(LINKS))
    return gather(graph for graph in graphs if graph.iri != _IDENTITY)


def declared_linkages(
    kinds: Sequence[str], linkages: Iterable[Path] = ()
) -> list[tuple[Kind, Linkage]]:
    """The kinds that are to be linked, in their order, with their linkages.

    :param kinds: their names; all that are declared if not given.
    :param linkages: files that take the place of the shipped linkages of their kinds.
    :raises LinkageError: nothing is linked of such a name, or a linkage is broken or given twice.
    """
    own: dict[str, Linkage] = {}
    for path in linkages:
        linkage = read_linkage(path)
        if linkage.kind in own:
            raise LinkageError(f"{path}: another linkage of {linkage.kind} is given as well.")
        own[linkage.kind] = linkage
    there = [kind.name for kind in KINDS.values() if kind.there]
    wanted = {kind_of(name).name for name in kinds} or {*there}
    for name in sorted(own.keys() - wanted):
        raise LinkageError(f"A linkage of {name} is given, which are not among what is linked.")
    return [(KINDS[name], own.get(name) or read_linkage(name)) for name in there if name in wanted]


def read_sources(
    given: Iterable[Path | Remote], kinds: Sequence[Kind], store: Store
) -> list[Source]:
    """Records of files and endpoints; what is given twice is read once.

    :param kinds: those that are linked.
    :param store: the dataset, of whose things an endpoint is asked.
    :raises SourceError: a file cannot be read, or no kind knows its records.
    :raises ServiceError: an endpoint cannot be asked.
    """
    found: dict[str, Source] = {}
    for each in given:
        source = _file(each, kinds) if isinstance(each, Path) else _told(each, kinds, store)
        found.setdefault(source.digest, source)
    return list(found.values())


def _told(remote: Remote, kinds: Sequence[Kind], store: Store) -> Source:
    asking = [kind for kind in kinds if kind.records_at is not None]
    tables = {kind.name: kind.records_at(remote, store) for kind in asking if kind.records_at}
    if not tables:
        named = ", ".join(kind.name for kind in kinds)
        raise LinkageError(f"No endpoint is asked about {named}.", hint="About papers one can be.")
    digest = hashlib.sha256()
    for table in tables.values():
        digest.update(repr(table.to_pylist()).encode())
    return Source(remote.address, digest.hexdigest(), tables)


def _file(path: Path, kinds: Sequence[Kind]) -> Source:
    """The records of a file, by the kinds that know them."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(f"it cannot be read ({reason}).", source=str(path)) from error
    found: dict[str, pa.Table] = {}
    wrong: list[tuple[Kind, SourceError]] = []
    for kind in kinds:
        if kind.records_of is None:
            continue
        try:
            table = kind.records_of(path)
        except SourceError as error:
            wrong.append((kind, error))
            continue
        if table.num_rows:
            found[kind.name] = table
    if not found and len(wrong) == 1:
        raise wrong[0][1]
    if not found:
        said = " ".join(f"As {kind.name}: {error.message}" for kind, error in wrong)
        raise SourceError(f"nothing in it can be linked to. {said}".rstrip(), source=str(path))
    return Source(path.name, digest, found)
