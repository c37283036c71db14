"""What adding sources did: each source with its programmes, its losses and its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...graph.errors import ShapeError, SymposiaError
from ...graph.namespaces import BASE
from .changes import as_dict, now, show_change, show_finding
from .terminal import counted, say, show_json, show_table

if TYPE_CHECKING:
    from ...graph.adding import Prepared
    from ...graph.additions import Added, Outcome
    from ...graph.library import Library
    from ...graph.loss import Loss

__all__ = ["show_added", "show_failure", "show_refusals"]

_SHOWN: Final = 20
_REFUSED: Final = 5


def show_added(added: Added, dataset: Library, as_json: bool) -> None:
    """Tell what became of each source, and what is published now.

    :raises SymposiaError: there was one source, and it failed.
    """
    for outcome in added.outcomes:
        for one in outcome.programmes:
            show_refusals(outcome.origin, one.loss)
        if outcome.error is not None:
            show_failure(outcome.origin, outcome.error, alone=len(added.outcomes) == 1)
    change = added.change or dataset.unchanged()
    if as_json:
        sources = [_outcome(each) for each in added.outcomes]
        show_json({**(as_dict(change) if change else {}), "sources": sources})
        return
    rows = [_row(each, one) for each in added.outcomes for one in each.programmes if not one.own]
    if rows:
        names = ["programme", "from", "format", "read", "mapped", "kept", "refused"]
        names += ["violations", "warnings"]
        show_table(names, rows, right=names[3:])
        for status in ("added", "unchanged", "failed"):
            number = sum(each.status == status for each in added.outcomes)
            if number:
                say(f"{status}: {counted(number, 'source')}")
        _show_removed(added)
        if change:
            say(now(change))
    elif change:
        show_change(change, as_json=False)


def _show_removed(added: Added) -> None:
    """Tell which graphs are gone with what took their place."""
    new = {graph.iri for each in added.outcomes for one in each.programmes for graph in one.graphs}
    for iri in added.change.removed if added.change else ():
        if iri not in new:
            say(f"removed: {iri}")


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


def show_refusals(origin: str, loss: Loss) -> None:
    """Tell what could not be read of a source."""
    for refusal in loss.refusals[:_REFUSED]:
        say(f"{origin}, {refusal.place}: not read: {refusal.why} [{refusal.found}]")
    more = loss.total.refused - len(loss.refusals[:_REFUSED])
    if more > 0:
        say(f"{origin}: … and {more:,} more not read.")


def show_failure(origin: str, error: SymposiaError, *, alone: bool) -> None:
    """Tell why a source failed, after the violations for which it did.

    :raises SymposiaError: it is the only source; the error speaks for itself.
    """
    if isinstance(error, ShapeError) and error.report is not None:
        found = error.report.violations
        for finding in found[:_SHOWN]:
            show_finding(finding)
        if len(found) > _SHOWN:
            say(f"… and {len(found) - _SHOWN} more.")
    if alone:
        raise error
    message = error.message
    say(f"Error: {message if origin in message else f'{origin}: {message}'}")
    if error.hint:
        say(f"  {error.hint}")
