"""What linking did, and the review of links on the terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ...graph.namespaces import BASE
from .changes import as_dict, now
from .left_out import blocks_as_dicts, show_left_out
from .terminal import counted, printable, progress, say, show_json, show_table

if TYPE_CHECKING:
    from ...graph.library import Library
    from ...graph.linking.links import Link
    from ...graph.linking.run import KindReport, LinkReport
    from ...graph.store import Store

__all__ = ["review_links", "show_linked"]

_STATUSES: Final = {
    "Stated": "same", "Close": "close", "ToReview": "to review", "Refused": "refused",
    "Accepted": "accepted", "Rejected": "rejected",
}  # fmt: skip
_SHOWN: Final = 5
_VALUES: Final = 6


def show_linked(found: LinkReport, dataset: Library, as_json: bool, *, dry_run: bool) -> None:
    """Tell what was found of each kind, what was refused or left out, and what is published."""
    change = found.change or dataset.unchanged()
    if as_json:
        published = as_dict(change) if change and not dry_run else {}
        gone = [[*each.things] for each in found.gone]
        show_json({**published, "kinds": [_as_dict(each) for each in found.kinds], "gone": gone})
        return
    names = ["kind", "records", "linked to", "pairs", "reduction", *_STATUSES.values(), "oversized"]
    names.append("seconds")
    show_table(names, [_row(each) for each in found.kinds], right=names[1:])
    for kind in found.kinds:
        _show_refused(kind)
    for decision in found.gone:
        say(f"not there: {' and '.join(decision.things)}; what was decided about it is kept")
    if dry_run:
        say("Nothing was published.")
    elif found.change is None:
        say("Nothing changed.")
    elif change is not None:
        say(now(change))


def _row(kind: KindReport) -> list[str]:
    return [
        kind.kind,
        *(f"{number:,}" for number in (kind.records, kind.others, kind.compared)),
        f"{100 * kind.reduction:.3f} %",
        *(f"{kind.links.get(status, 0):,}" for status in _STATUSES),
        f"{len(kind.oversized):,}",
        f"{kind.seconds:.1f}",
    ]


def _show_refused(kind: KindReport) -> None:
    for link in kind.refused[:_SHOWN]:
        say(f"{kind.kind}: refused: {_short(link.left)} and {_short(link.right)}: {link.reason}")
    if len(kind.refused) > _SHOWN:
        say(f"{kind.kind}: … and {len(kind.refused) - _SHOWN:,} more refused.")
    show_left_out(kind.oversized, kind.crowded, f"{kind.kind}: ")


def _as_dict(kind: KindReport) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "records": kind.records,
        "linked_to": kind.others,
        "pairs": kind.compared,
        "reduction": round(kind.reduction, 6),
        "links": {name: kind.links.get(status, 0) for status, name in _STATUSES.items()},
        "refused": [
            {"left": each.left, "right": each.right, "score": each.score, "reason": each.reason}
            for each in kind.refused
        ],
        "oversized": blocks_as_dicts(kind.oversized),
        "crowded": kind.crowded,
        "seconds": round(kind.seconds, 3),
    }


def review_links(
    dataset: Library, kinds: Sequence[str], by: str, limit: int, decisions: Path | None
) -> None:
    """Show uncertain links, and take what is decided about each."""
    from ...graph.linking.decisions import Verdict, decision_of
    from ...graph.linking.reviewing import decide

    verdicts = {"a": Verdict.ACCEPT, "r": Verdict.REJECT}
    decided = shown = 0
    for kind, link in _uncertain(dataset, kinds):
        if shown == limit:
            break
        shown += 1
        _show_pair(dataset.store(), kind, link)
        key = click.prompt(
            "accept, reject, skip or quit", type=click.Choice([*"arsq"]), default="s", err=True
        )
        if key == "q":
            break
        if key in verdicts:
            why = click.prompt("why", default="", show_default=False, err=True)
            made = decision_of(verdicts[key], link.left, link.right, by=by, why=why)
            with progress("publishing the decision"):
                decide(dataset, made, decisions)
            decided += 1
    if not shown:
        say("There is nothing to review. To find links: symposia link")
    else:
        say(f"{counted(decided, 'decision')} about {counted(shown, 'pair')}.")


def _uncertain(dataset: Library, kinds: Sequence[str]) -> Iterator[tuple[str, Link]]:
    """The links to be reviewed; what earlier decisions have settled is not shown again."""
    from ...graph.linking.kinds import KINDS, kind_of
    from ...graph.linking.reviewing import uncertain

    for name in [kind_of(each).name for each in kinds] or [*KINDS]:
        seen: set[tuple[str, str]] = set()
        while True:
            left = [x for x in uncertain(dataset, name) if (x.left, x.right) not in seen]
            if not left:
                break
            seen.add((left[0].left, left[0].right))
            yield name, left[0]


def _show_pair(store: Store, kind: str, link: Link) -> None:
    """A pair side by side, and the weights of the evidence between them."""
    sides = [_known(store, link.left), _known(store, link.right)]
    facts = list(dict.fromkeys(fact for side in sides for fact in side))
    say(f"{kind}: {link.score or 0:.1%} that they are the same")
    rows = [
        [fact, *(_values(side.get(fact, [])) for side in sides)] for fact in ["", *facts] if fact
    ]
    show_table(["", _short(link.left), _short(link.right)], rows)
    bars = [["before any comparison", f"{link.prior:+.1f}", _bar(link.prior)]]
    bars += [[e.label, f"{e.weight:+.1f}", _bar(e.weight)] for e in link.evidence]
    bars += [["all", f"{link.weight or 0:+.1f}", _bar(link.weight or 0)]]
    show_table(["evidence", "weight", ""], bars, right=["weight"])


def _known(store: Store, iri: str) -> dict[str, list[str]]:
    import pyoxigraph as ox

    text = (files("symposia") / "queries" / "linking" / "thing.rq").read_text("utf-8")
    found: dict[str, list[str]] = defaultdict(list)
    for _, fact, value in store.query(text, {"thing": ox.NamedNode(iri)}):  # type: ignore[union-attr]
        if value.value not in found[fact.value]:
            found[fact.value].append(value.value)
    return found


def _values(values: Sequence[str]) -> str:
    shown = [printable(value) for value in values[:_VALUES]]
    more = len(values) - len(shown)
    return "\n".join([*shown, f"… {more:,} more"] if more > 0 else shown)


def _bar(weight: float) -> str:
    return ("+" if weight > 0 else "-") * min(round(abs(weight)), 40)


def _short(iri: str) -> str:
    return iri.removeprefix(BASE)
