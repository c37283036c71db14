"""Measure what the README claims: `make bench`, or `python -m tests.benchmarks [NAME ...]`.

Each row is ours against a floor (the same work with the bare engine) or a peer, taken in turns in
one run; the median is printed with the lowest and highest. The ratio is what to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .figures import Figure
from .library import Row, publish, questions, start, storing
from .linking import linking
from .networks import networks
from .pages import pages
from .people import people
from .reading import Read, reading
from .searches import searches
from .serving import measure
from .validation import SIZES, validation

LIBRARY = {"start": start, "publish": publish, "store": storing, "questions": questions}
NAMES = (
    *LIBRARY,
    "validate",
    "reading",
    "serving",
    "pages",
    "networks",
    "search",
    "linking",
    "people",
)
CONFERENCES = Path(__file__).parents[3] / "shared" / "conferences"
_PACKAGES = ("symposia", "pyoxigraph", "oxigraph", "flask", "uvicorn", "rdflib", "pyshacl", "click")


def shown(seconds: list[float]) -> str:
    """Median, lowest and highest in milliseconds."""
    median, low, high = (1000 * f(seconds) for f in (statistics.median, min, max))
    return f"{median:,.0f} ({low:,.0f} to {high:,.0f})"


def machine() -> str:
    """What it was measured on."""
    versions = []
    for package in _PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"no {package}")
    return (
        f"Python {platform.python_version()}, {', '.join(versions)}; "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    )


def print_rows(console: Console, names: Iterable[str]) -> None:
    """Measure the library and print a table."""
    table = Table(title="milliseconds: median (lowest to highest)")
    for heading in ("what", "ours", "against", "theirs", "ratio"):
        table.add_column(heading, justify="left" if heading in {"what", "against"} else "right")
    for name in names:
        for row in LIBRARY[name]():
            table.add_row(*_cells(row))
    console.print(table)


def print_validation(console: Console, largest: int) -> None:
    """Measure validation up to a size and print a table."""
    table = Table(title="validation: one run each")
    for heading in ("graph", "triples", "elapsed", "processor", "memory", "violations", "warnings"):
        table.add_column(heading, justify="left" if heading == "graph" else "right")
    for each in validation([size for size in SIZES if size <= largest]):
        table.add_row(
            each.name,
            f"{each.triples:,}",
            f"{each.seconds:.1f} s",
            f"{each.processor:.1f} s",
            f"{each.memory:,.0f} MiB",
            f"{each.violations:,}",
            f"{each.warnings:,}",
        )
    console.print(table)


def reading_table(rows: Iterable[Read]) -> str:
    """A table of what was read."""
    lines = ["| source | read | triples | violations | processor, s | elapsed, s | memory, MiB |"]
    lines.append("|---|--:|--:|--:|--:|--:|--:|")
    lines += (
        f"| {each.name} | {each.read:,} | {each.made:,} | {each.violations:,} |"
        f" {each.processor:.1f} | {each.seconds:.1f} | {each.memory:,.0f} |"
        for each in rows
    )
    return "\n".join(lines) + "\n"


def print_reading(console: Console, given: argparse.Namespace) -> None:
    """Measure reading and print a table, to a file too where one is named."""
    found = []
    for each in reading(CONFERENCES, given.triples):
        console.print(each.name, f"{each.processor:.1f} s, {each.memory:,.0f} MiB", highlight=False)
        found.append(each)
    table = reading_table(found)
    console.print(table, machine(), soft_wrap=True, highlight=False)
    if given.markdown:
        given.markdown.write_text(table, encoding="utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    return row.name, shown(row.ours), row.other, shown(row.theirs), f"{row.ratio:.2f}"


def markdown(figures: Iterable[Figure], title: str) -> str:
    """A table of figures."""
    lines = [f"## {title}", "", machine() + ".", ""]
    lines += ["| what | Symposia | Oxigraph or engine | ratio | target | met |"]
    lines += ["|---|--:|--:|--:|---|---|"]
    for each in figures:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        met = "" if each.met is None else ("yes" if each.met else "**no**")
        cells = (each.name, each.ours, each.theirs, ratio, each.target, met)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _served(names: Iterable[str], given: argparse.Namespace) -> Iterator[Figure]:
    if "serving" in names:
        yield from measure(given.triples, given.seconds, given.connections, given.rounds)
    if "pages" in names:
        yield from pages(given.triples, given.rounds)
    if "networks" in names:
        yield from networks(given.triples, given.rounds)
    if "search" in names:
        yield from searches(given.triples, given.rounds)
    if "linking" in names:
        yield from linking(given.records)
    if "people" in names:
        yield from people(given.people)


def main() -> None:
    """Run the named benchmarks, or all, and print tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--triples",
        type=int,
        default=1_000_000,
        help="of the served graph, and the most that are validated or read",
    )
    parser.add_argument(
        "--records",
        type=int,
        default=1_000_000,
        help="of authors that are linked, about",
    )
    parser.add_argument("--people", type=int, default=100_000, help="that are linked, about")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each load")
    parser.add_argument("--rounds", type=int, default=3, help="of each load")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument(
        "--markdown", type=Path, help="write the table of reading, or of what is served, to a file"
    )
    parser.add_argument("--json", action="store_true", help="print their figures as JSON")
    given = parser.parse_args()
    names = given.names or list(NAMES)
    if unknown := set(names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    console = Console(width=120, stderr=given.json)
    if among := [name for name in names if name in LIBRARY]:
        print_rows(console, among)
        console.print(machine())
    if "validate" in names:
        print_validation(console, given.triples)
        console.print(machine())
    if "reading" in names:
        print_reading(console, given)
    if {"serving", "pages", "networks", "search", "linking", "people"} & set(names):
        figures = []
        for figure in _served(names, given):
            console.print(figure.name, figure.ours, "|", figure.theirs, highlight=False)
            figures.append(figure)
        table = markdown(figures, f"{given.triples:,} triples")
        if given.markdown:
            given.markdown.write_text(table, encoding="utf-8")
        if given.json:
            print(json.dumps([asdict(figure) for figure in figures]))
        else:
            print(table)


if __name__ == "__main__":
    main()
