"""A source on its way into the dataset: read, mapped and validated by itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal, NamedTuple

import pyoxigraph as ox

from .conferences import Known, known_by
from .dataset import NamedGraph, shipped
from .errors import ShapeError, SourceError
from .findings import Finding
from .iris import slug
from .joining import Home, moved
from .loss import Loss
from .namespaces import BASE, PREFIXES
from .quarantine import part
from .rdf import quads_of
from .reading import Reading, ReadOptions, Source, find_reader
from .validation import validate

__all__ = ["Policy", "Prepared", "Task", "key_of", "prepare"]

Policy = Literal["quarantine", "refuse"]
"""What is done with what breaks a shape: it is kept apart, or the source is refused."""

_VOCABULARIES: Final = tuple(
    BASE + name for name in ("ontology", "shapes", "metric/", "topic/", "topics")
)
_CONFERENCE: Final = ox.NamedNode(PREFIXES["sym"] + "Conference")
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")


class Task(NamedTuple):
    """A source that is to be read.

    :param path: the file or folder.
    :param origin: what the source is called: the path as the user gave it, or an address.
    :param format: name of the format; None where the content tells.
    :param policy: None for what fits: our own work is refused, what is read of others kept apart.
    :param homes: where programmes stand, by the IRIs that they are read with.
    """

    path: Path
    origin: str
    format: str | None
    policy: Policy | None
    options: ReadOptions
    homes: tuple[tuple[str, Home], ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A programme that can be published.

    :param programme: IRI of the conference; of a graph that is no programme's, its own.
    :param origin: see `Task`.
    :param format: the format that it was read as.
    :param graphs: all its graphs.
    :param loss: what became of the source.
    :param sources: the files that were read.
    :param violations: what is kept apart because of them.
    :param warnings: how many there are.
    :param whole: whether it describes the conference itself.
    :param others: other IRIs directly below the base about which it says something.
    :param own: see `Reading`.
    :param known: by what its conference is known.
    :param part: see `Home`.
    """

    programme: str
    origin: str
    format: str
    graphs: tuple[NamedGraph, ...]
    loss: Loss
    sources: tuple[Source, ...]
    violations: tuple[Finding, ...]
    warnings: int
    whole: bool
    others: frozenset[str]
    own: bool
    known: Known
    part: str


def key_of(task: Task) -> str:
    """What stands for a source's bytes and how they are read.

    :raises SourceError: it cannot be read.
    """
    o = task.options
    said = (
        version("symposia"), task.format, task.policy, o.base, o.slug, o.name, o.url, o.timezone,
        o.lenient, o.abstracts, o.graph,
    )  # fmt: skip
    digest = hashlib.sha256(repr(said).encode())
    for file in _files(task.path):
        try:
            with file.open("rb") as opened:
                content = hashlib.file_digest(opened, "sha256").digest()
        except FileNotFoundError as error:
            raise SourceError("there is no such file.", source=task.origin) from error
        except OSError as error:
            reason = error.strerror or error
            raise SourceError(f"the file cannot be read ({reason}).", source=task.origin) from error
        digest.update(file.name.encode() + b"\0" + content)
    return digest.hexdigest()


def prepare(task: Task) -> list[Prepared]:
    """Read a source, and validate what it says by itself.

    :raises SourceError: it cannot be read, or speaks of what is not its own.
    :raises ShapeError: it breaks a shape, and is refused for it.
    """
    reader = find_reader(task.path, task.format)
    readings = reader.read(task.path, options=task.options)
    key = key_of(task)
    return [_prepared(reading, reading.format or reader.name, task, key) for reading in readings]


def _prepared(reading: Reading, format_: str, task: Task, key: str) -> Prepared:
    home = dict(task.homes).get(reading.programme, Home(reading.programme))
    reading = moved(reading, home, task.options.folder)
    main, *more = reading.graphs
    whole, others, known = _about(reading, task)
    policy = task.policy or ("refuse" if reading.own else "quarantine")
    violations: tuple[Finding, ...] = ()
    warnings = 0
    if policy == "quarantine":
        parted = part(main, home.programme, beside=home.beside, root=home.root)
        violations, warnings = parted.found, parted.warnings
        if violations:
            stem = f"{slug(reading.programme.removeprefix(task.options.base))}-{key[:12]}"
            kept, apart = (task.options.folder / f"{stem}-{n}.nt" for n in ("kept", "apart"))
            ox.serialize(parted.kept(), str(kept), ox.RdfFormat.N_TRIPLES)
            ox.serialize([*parted.apart, *parted.results], str(apart), ox.RdfFormat.N_TRIPLES)
            main = replace(main, source=kept)
            label = f"{task.path.name}, kept apart"
            more.append(NamedGraph(home.graph("quarantine"), apart, label, default=False))
    elif not reading.own:
        warnings = _refusing([main, *home.beside], task)
    if not reading.own:
        more.append(_account(reading, home, task))
    digests = tuple(source.sha256 for source in reading.sources)
    return Prepared(
        reading.programme,
        task.origin,
        format_,
        tuple(
            replace(g, format=format_, key=key, sources=digests, problems=len(violations))
            for g in (main, *more)
        ),
        reading.loss,
        reading.sources,
        violations,
        warnings,
        whole,
        others,
        reading.own,
        known,
        home.part,
    )


def _refusing(graphs: list[NamedGraph], task: Task) -> int:
    """The number of warnings of graphs that break no shape.

    :raises ShapeError: they break one.
    """
    report = validate(*graphs)
    if not report.conforms:
        number = len(report.violations)
        raise ShapeError(
            f"{task.origin} breaks the shapes ({number} violation{'s' * (number > 1)});"
            " nothing of it was published.",
            hint="To publish the rest: --on-violation quarantine.",
            report=report,
        )
    return len(report.warnings)


def _account(reading: Reading, home: Home, task: Task) -> NamedGraph:
    """The loss report as a graph of the programme."""
    source = f"{home.root}/source/{slug(reading.sources[0].name) or 'source'}"
    graph = reading.loss.to_graph(f"{home.root}/activity/reading", source)
    label = f"{task.path.name}: what was read"
    return NamedGraph(home.graph("loss"), graph, label, default=False)


def _about(reading: Reading, task: Task) -> tuple[bool, frozenset[str], Known]:
    """Whether a source describes its conference, what else of ours it speaks of, and which it is.

    :raises SourceError: it says something about our vocabularies.
    """
    base, own = task.options.base, reading.programme
    vocabularies = {g.iri for g in shipped() if g.iri.startswith(BASE + "graph/")}
    whole, others = False, set[str]()
    said: list[tuple[str, str]] = []
    for graph in reading.graphs:
        if not graph.default or graph.iri in vocabularies:
            continue
        seen: set[str] = set()
        for quad in quads_of(graph):
            subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else own
            if subject == own:
                whole = whole or (quad.predicate == _TYPE and quad.object == _CONFERENCE)
                said.append((quad.predicate.value, getattr(quad.object, "value", "")))
            elif subject not in seen:
                seen.add(subject)
                _refuse_vocabularies(subject, task)
                if subject.startswith(base) and not subject.startswith(f"{own}/"):
                    others.add(base + re.split("[/#]", subject.removeprefix(base))[0])
    return whole, frozenset(others), known_by(said)


def _refuse_vocabularies(subject: str, task: Task) -> None:
    if subject.startswith(_VOCABULARIES):
        raise SourceError(
            f"it says something about <{subject}>, which is part of our vocabularies.",
            source=task.origin,
            hint="Use terms of your own, under an IRI of your own.",
        )


def _files(path: Path) -> list[Path]:
    """The files of a source, by name; hidden ones are none of it."""
    if not path.is_dir():
        return [path]
    return [
        file for file in sorted(path.iterdir()) if file.is_file() and not file.name.startswith(".")
    ]
