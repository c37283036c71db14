"""What adding sources did: each source with its programmes, its losses and its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...graph.errors import ShapeError
from ...graph.namespaces import BASE
from .changes import show_finding
from .terminal import counted, say, show_json, show_table

if TYPE_CHECKING:
    from ...graph.adding import Prepared
    from ...graph.additions import Added, Outcome
    from ...graph.library import Library

__all__ = ["show_added"]

_SHOWN = 5


def show_added(added: Added, dataset: Library, as_json: bool) -> None:
    """Tell what became of each source, and what is published now."""
    now = dataset.generations.current()
    if as_json:
        show_json(
            {
                "generation": now.id if now else None,
                "triples": now.triples if now else 0,
                "graphs": len(now.graphs) if now else 0,
                "sources": [_outcome(each) for each in added.outcomes],
            }
        )
    else:
        rows = [_row(each, one) for each in added.outcomes for one in each.programmes]
        if rows:
            names = ["programme", "from", "format", "read", "mapped", "kept", "refused"]
            names += ["violations", "warnings"]
            show_table(names, rows, right=names[3:])
    for outcome in added.outcomes:
        if outcome.error is not None:
            _show_failure(outcome)
    unchanged = sum(each.status == "unchanged" for each in added.outcomes)
    parts = [
        f"{counted(number, 'source')} {what}"
        for number, what in (
            (sum(each.status == "added" for each in added.outcomes), "added"),
            (unchanged, "unchanged"),
            (len(added.failed), "failed"),
        )
        if number
    ]
    say(f"{', '.join(parts)}." if added.change or added.failed else "Nothing changed.")
    if now:
        say(
            f"Generation {now.id}: {counted(now.triples, 'triple')}"
            f" in {counted(len(now.graphs), 'graph')}."
        )


def _row(outcome: Outcome, one: Prepared) -> list[str]:
    total = one.loss.total
    return [
        one.programme.removeprefix(BASE),
        outcome.origin,
        one.format,
        *(f"{n:,}" for n in (total.read, total.mapped, total.kept, total.refused)),
        f"{len(one.violations):,}",
        f"{one.warnings:,}",
    ]


def _outcome(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {
        "source": outcome.origin,
        "status": outcome.status,
        "programmes": [
            {
                "programme": one.programme,
                "format": one.format,
                "graphs": [graph.iri for graph in one.graphs],
                "loss": one.loss.to_dict(),
                "violations": [finding.to_dict() for finding in one.violations],
                "warnings": one.warnings,
            }
            for one in outcome.programmes
        ],
    }
    if outcome.error is not None:
        found |= {"error": outcome.error.message, "hint": outcome.error.hint}
    return found


def _show_failure(outcome: Outcome) -> None:
    error = outcome.error
    assert error is not None  # noqa: S101  the caller has looked
    if isinstance(error, ShapeError) and error.report is not None:
        found = error.report.violations
        for finding in found[:_SHOWN]:
            show_finding(finding)
        if len(found) > _SHOWN:
            say(f"… and {len(found) - _SHOWN} more.")
    message = error.message
    say(f"Failed: {message if outcome.origin in message else f'{outcome.origin}: {message}'}")
    if error.hint:
        say(f"  {error.hint}")
