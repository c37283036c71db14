"""`symposia link train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options
from .help import Command
from .store import store
from .terminal import progress, say, show_json, show_table, writing_to

if TYPE_CHECKING:
    from ...graph.linking.training import Training

__all__ = ["command"]


@click.command(
    "train",
    cls=Command,
    examples=[
        "symposia link train people --reviewed decisions.ttl",
        "symposia link train people --reviewed pairs.tsv -o people.toml",
        "symposia link people --linkage people.toml",
    ],
)
@click.argument("kind", metavar="KIND")
@click.option(
    "--reviewed", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Decisions (.ttl), or a table (.csv, .tsv) with left, right and match (yes or no).",
)  # fmt: skip
@click.option(
    "--output", "-o", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Where the trained linkage is written; by default it is only measured.",
)  # fmt: skip
@click.option(
    "--linkage", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="The linkage (TOML) to start from; by default the shipped one.",
)  # fmt: skip
@click.option(
    "--to", multiple=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Records elsewhere that reviewed pairs are of.",
)  # fmt: skip
@click.option(
    "--folds", type=click.IntRange(2, 50), default=5, show_default=True,
    help="Parts of the pairs that are in turn kept to measure.",
)  # fmt: skip
@options.data
@store
@options.as_json
def command(
    kind: str,
    reviewed: Path,
    output: Path | None,
    linkage: Path | None,
    to: tuple[Path, ...],
    folds: int,
    data: Path | None,
    as_json: bool,
) -> None:
    """Train a linkage with reviewed pairs, and tell how good it is on pairs that it has not seen.

    KIND is people, organisations, papers, topics or events. Nothing in the dataset changes.
    """
    from ...graph.linking.declaring import declaration
    from ...graph.linking.reviewed import read_reviewed
    from ...graph.linking.training import train

    pairs = read_reviewed(reviewed)
    with progress("training") as report:
        found = train(
            options.library(data), kind, pairs, linkage=linkage, to=to, folds=folds, progress=report
        )
    if output is not None:
        text = declaration(found.linkage, _comment(found, reviewed))
        with writing_to(output) as file:
            file.write(text.encode())
    if as_json:
        show_json(_as_dict(found))
        return
    rows = [
        [bar, when, *(_share(each) for each in (known.precision, known.recall, known.f1))]
        for bar in ("same", "close")
        for when, known in (("before", found.before[bar]), ("trained", found.after[bar]))
    ]
    show_table(["bar", "linkage", "precision", "recall", "F1"], rows, right=["precision"])
    say(_about(found, folds))
    if found.after["close"].f1[0] <= found.before["close"].f1[0]:
        say("Training made it no better on pairs that it had not seen.")
    if output is not None:
        say(f"Written to {output}: symposia link {kind} --linkage {output}")


def _share(given: tuple[float, float, float]) -> str:
    return "{:.3f} ({:.3f} to {:.3f})".format(*given)


def _about(found: Training, folds: int) -> str:
    about = (
        f"{found.same:,} pairs are the same and {found.different:,} are not, in {found.groups:,}"
        f" groups that have nothing in common; measured in {folds} folds of them."
    )
    if found.unknown:
        about += f" {found.unknown:,} pairs of other things were left out."
    return about


def _comment(found: Training, reviewed: Path) -> str:
    known = found.after["close"]
    return (
        f"Trained with {reviewed.name}: {found.same:,} pairs that are the same and"
        f" {found.different:,} that are not.\nOf pairs that it had not seen: precision"
        f" {_share(known.precision)}, recall {_share(known.recall)}."
    )


def _as_dict(found: Training) -> dict[str, Any]:
    def shares(of: Any) -> dict[str, Any]:
        return {
            bar: {
                name: [round(each, 6) for each in getattr(known, name)]
                for name in ("precision", "recall", "f1")
            }
            for bar, known in of.items()
        }

    return {
        "version": found.linkage.version,
        "same": found.same,
        "different": found.different,
        "groups": found.groups,
        "unknown": found.unknown,
        "before": shares(found.before),
        "after": shares(found.after),
    }
