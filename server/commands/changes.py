"""What `add` and `remove` did to the dataset, and why it was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ...graph.errors import ShapeError
from ...graph.namespaces import BASE
from .terminal import counted, say, show_json

if TYPE_CHECKING:
    from ...graph.findings import Finding
    from ...graph.library import Change
    from ...graph.records import Programme

__all__ = ["as_dict", "now", "show_change", "show_finding", "show_unread", "violations"]

_SHOWN: Final = 20


def show_change(change: Change, as_json: bool) -> None:
    """Tell which graphs were added, replaced and removed, and what is published now."""
    if as_json:
        show_json(as_dict(change))
        return
    parts = ("added", "replaced", "removed")
    for part in parts:
        for iri in getattr(change, part):
            say(f"{part}: {iri}")
    if not any(getattr(change, part) for part in parts):
        say("Nothing changed.")
    warnings = len(change.report.warnings) if change.report else 0
    if warnings:
        say(f"{counted(warnings, 'warning')}, nothing wrong; see them: symposia validate")
    say(now(change))


def as_dict(change: Change) -> dict[str, Any]:
    """A change as values of JSON."""
    generation = change.generation
    return {
        "generation": generation.id,
        "digest": generation.digest,
        "triples": generation.triples,
        **{p: list(getattr(change, p)) for p in ("added", "replaced", "removed", "unchanged")},
        "warnings": len(change.report.warnings) if change.report else 0,
    }


def now(change: Change) -> str:
    """What is published after a change."""
    generation = change.generation
    return (
        f"Generation {generation.id}: {counted(generation.triples, 'triple')}"
        f" in {counted(len(generation.graphs), 'graph')}."
    )


def show_unread(programme: Programme) -> None:
    """Tell what a page holds that became no record, and what was read with a doubt."""
    for kind, pieces in (("not read", programme.unread), ("in doubt", programme.warnings)):
        for piece in pieces:
            text = piece.text if len(piece.text) <= 80 else f"{piece.text[:79]}…"
            place = f"{programme.source.name}:{piece.line}"
            say(f"{place}: {kind}: {piece.reason} [{text}]")


def show_finding(finding: Finding) -> None:
    """Tell a finding: its node, rule, value and source line."""
    name = f"{finding.label} <{finding.focus}>" if finding.label else f"<{finding.focus}>"
    rule = finding.path or finding.shape.removeprefix(BASE)
    value = "" if finding.value in (None, finding.focus) else f" Found: {finding.value}."
    source = f" Source: {finding.lines}." if finding.lines else ""
    say(f"{finding.severity.value}: {name}\n  {rule}: {finding.message}{value}{source}")


@contextmanager
def violations() -> Iterator[None]:
    """Tell the violations for which a graph is refused, before the error itself."""
    try:
        yield
    except ShapeError as error:
        found = error.report.violations if error.report else ()
        for finding in found[:_SHOWN]:
            show_finding(finding)
        if len(found) > _SHOWN:
            say(f"… and {len(found) - _SHOWN} more.")
        raise
