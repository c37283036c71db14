"""What two conferences share, as a picture: bars for the topics of each, and bands between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from .drawing import plain, shortened
from .tallies import Share

__all__ = ["flow"]

_WIDTH: Final = 820
_LEFT, _RIGHT, _BAR = 290, 530, 12
_SLOT: Final = 17
_TOP: Final = 34
_HIGHEST: Final = 40.0
_COLOURS: Final = 7


def flow(shares: Sequence[Share], one: str, other: str, title: str) -> str:
    """Draw the topics of two conferences.

    :param shares: topics and how many works each conference has on them, in their order.
    :param one, other: names of the conferences.
    :param title: what the picture shows, for those who do not see it.
    :return: an SVG element whose style is that of `Drawing.svg`.
    """
    most = max((max(each.one, each.other) for each in shares), default=1)
    numbers = ([each.one for each in shares], [each.other for each in shares])
    sides = [_stacked(each, most) for each in numbers]
    height = max((top + size for side in sides for top, size in side.values()), default=0) + 12
    shape = f'viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label={quoteattr(plain(title))}'
    parts = [
        f'<svg class="network flow" {shape}><g aria-hidden="true">',
        f'<text class="centre" x="{_LEFT}" y="16" text-anchor="end">{_text(one)}</text>',
        f'<text class="centre" x="{_RIGHT}" y="16">{_text(other)}</text>',
    ]
    for number, share in enumerate(shares):
        parts += _topic(share, f"c{number % _COLOURS}", *(side.get(number) for side in sides))
    return "".join((*parts, "</g></svg>"))


def _stacked(numbers: Sequence[int], most: int) -> dict[int, tuple[float, float]]:
    """Where each bar begins and how high it is, those of most works on top; none is for nothing."""
    found = {}
    top = float(_TOP)
    for place in sorted(range(len(numbers)), key=lambda place: (-numbers[place], place)):
        if numbers[place]:
            size = max(2.0, _HIGHEST * numbers[place] / most)
            found[place] = (top + max(0.0, (_SLOT - size) / 2), size)
            top += max(_SLOT, size + 3)
    return found


def _topic(
    share: Share,
    colour: str,
    left: tuple[float, float] | None,
    right: tuple[float, float] | None,
) -> list[str]:
    parts = [f"<g><title>{escape(plain(share.label[:200]))}: {share.one} and {share.other}</title>"]
    if left and right:
        a, b, middle = _LEFT + _BAR + 4, _RIGHT - _BAR - 4, (_LEFT + _RIGHT) / 2
        (top, high), (end, low) = left, right
        parts.append(
            f'<path class="band {colour}" d="M{a} {top:.1f}C{middle} {top:.1f} {middle} {end:.1f}'
            f" {b} {end:.1f}V{end + low:.1f}C{middle} {end + low:.1f} {middle} {top + high:.1f}"
            f' {a} {top + high:.1f}Z"/>'
        )
    for place, x, text, anchor in (
        (left, _LEFT + 4, _LEFT - 4, "end"),
        (right, _RIGHT - _BAR - 4, _RIGHT + 4, "start"),
    ):
        if place:
            count = share.one if anchor == "end" else share.other
            parts.append(
                f'<rect class="{colour}" x="{x}" y="{place[0]:.1f}" width="{_BAR}"'
                f' height="{place[1]:.1f}"/><text x="{text}" y="{place[0] + place[1] / 2 + 4:.1f}"'
                f' text-anchor="{anchor}">{_text(share.label)} {count}</text>'
            )
    return [*parts, "</g>"]


def _text(text: str) -> str:
    return escape(shortened(text))
