"""What becomes of each link: by its score, by what was decided, and by what it would contradict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from ..derived import answers
from ..errors import DecisionError
from ..store import Store
from .clusters import Clusters
from .decisions import Decision, Verdict
from .kinds import KINDS
from .links import CLOSE, SAME, Link, Links, Method, Status, strength

__all__ = ["by_kind", "kinds_of_things", "resolve", "settled"]


def kinds_of_things(store: Store) -> dict[str, str]:
    """The things that can be linked, with the names of their kinds."""
    named = {kind.of: kind.name for kind in KINDS.values()}
    return {thing.value: named[of.value] for thing, of in answers(store, "things")}


def by_kind(decisions: Iterable[Decision], kinds: Mapping[str, str]) -> dict[str, list[Decision]]:
    """Decisions by the kinds of their things, the empty kind where none is in the dataset.

    :raises DecisionError: two things are of two kinds.
    """
    found: dict[str, list[Decision]] = defaultdict(list)
    for each in decisions:
        of = sorted({kinds[thing] for thing in each.things if thing in kinds})
        if len(of) > 1:
            raise DecisionError(
                f"{each.left} and {each.right} are of two kinds: {' and '.join(of)}."
            )
        found[of[0] if of else ""].append(each)
    return found


def settled(
    links: Links, decisions: Sequence[Decision], clusters: Clusters, ours: Collection[str]
) -> Links:
    """Links of a kind as decisions leave them; see `resolve`."""
    found = resolve(links.links, decisions, links.method, clusters, ours)
    return replace(links, links=found, decisions=tuple(decisions))


def resolve(
    links: Iterable[Link],
    decisions: Iterable[Decision],
    method: Method | None,
    clusters: Clusters,
    ours: Collection[str] = (),
) -> tuple[Link, ...]:
    """Give each link its status, the strongest first.

    A decision wins over the score. What would make one of things that a fact or a decision keeps
    apart is refused, with the reason.

    :param links: of a kind, with their scores.
    :param decisions: about things of that kind.
    :param method: the linkage whose thresholds count.
    :param clusters: what is joined already; it grows by the links that are accepted or stated.
    :param ours: the things of the dataset: a record from elsewhere stands to the right.
    :return: the links, by their things; also those that were decided and never scored.
    """
    method = method or Method("", "", 2.0, 2.0)  # nothing was computed: no score is enough
    found, weaker = [], []
    for link in sorted(_with_decisions(links, decisions, ours), key=strength):
        if link.decision is not None:
            found.append(_decided(link, link.decision, clusters))
        elif (link.score or 0.0) >= method.same:
            found.append(_stated(link, clusters.link(link.left, link.right)))
        else:
            weaker.append(link)
    for link in weaker:
        reason = clusters.conflict(link.left, link.right)
        if (link.score or 0.0) >= method.close:
            found.append(_stated(replace(link, predicate=CLOSE), reason))
        elif reason:
            found.append(replace(link, status=Status.REFUSED, reason=reason))
        else:
            found.append(link)
    return tuple(sorted(found, key=lambda each: (each.left, each.right)))


def _with_decisions(
    links: Iterable[Link], decisions: Iterable[Decision], ours: Collection[str]
) -> Iterable[Link]:
    """The links as their linkage left them, with what was decided; also what was only decided."""
    scored = {(each.left, each.right): _open(each) for each in links if each.score is not None}
    split: dict[str, Decision] = {}
    for decision in decisions:
        if decision.right is None:
            split[decision.left] = decision
            continue
        pair = (decision.left, decision.right)
        turned = pair[::-1]
        if turned in scored or (pair not in scored and pair[0] not in ours and pair[1] in ours):
            pair = turned
        scored[pair] = replace(scored.get(pair) or Link(*pair), decision=decision)
    for pair, link in scored.items():
        alone = next((split[thing] for thing in pair if thing in split), None)
        yield link if alone is None else replace(link, decision=alone)


def _open(link: Link) -> Link:
    return replace(link, predicate=SAME, status=Status.TO_REVIEW, reason="", decision=None)


def _stated(link: Link, reason: str) -> Link:
    return replace(link, status=Status.REFUSED if reason else Status.STATED, reason=reason)


def _decided(link: Link, decision: Decision, clusters: Clusters) -> Link:
    if decision.verdict is not Verdict.ACCEPT:
        return replace(link, status=Status.REJECTED)
    reason = clusters.link(link.left, link.right, decided=True)
    return replace(link, status=Status.REFUSED if reason else Status.ACCEPTED, reason=reason)
