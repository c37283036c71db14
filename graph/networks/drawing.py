"""A network as a picture: SVG (https://www.w3.org/TR/SVG2/) with classes for what style decides."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from .networks import Member, Network, Tie

__all__ = ["Drawing", "draw", "look", "mark", "plain", "shortened"]

_COLOURS: Final = 7
_SHAPES: Final = ("ellipse", "rectangle", "diamond", "triangle", "hexagon")

_WIDTH: Final = 820
_LEAST, _MOST = 18.0, 96.0
_MARGIN: Final = 28
_LETTER, _LINE = 6.4, 14
_LABELS: Final = 160
_LONGEST: Final = 30
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_CORNERS: Final = {
    shape: [
        (1.15 * math.sin(angle), 1.15 * math.cos(angle))
        for angle in (2 * math.pi * (i + turn) / corners for i in range(corners))
    ]
    for shape, corners, turn in (
        ("rectangle", 4, 0.5),
        ("diamond", 4, 0.0),
        ("triangle", 3, 0.0),
        ("hexagon", 6, 0.5),
    )
}
"""Of each shape but the circle, for a radius of 1."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a member is drawn.

    :param label: the text beside it; empty where there is no room.
    :param side: of the mark that the text is on: `right`, `left`, `below` or `above`.
    :param left, base: where the text begins, or ends on the left side, or has its middle.
    """

    member: Member
    x: float
    y: float
    radius: float
    label: str = ""
    side: str = "right"
    left: float = 0.0
    base: float = 0.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network with its measures in pixels.

    :param spots: of the members, in their order.
    """

    network: Network
    width: float
    height: float
    spots: tuple[Spot, ...]

    def svg(
        self, title: str, href: Callable[[str], str], style: str = "", *, links: bool = True
    ) -> str:
        """The picture.

        :param title: what it shows, for those who do not see it.
        :param href: gives the address of a member's page, by IRI.
        :param style: a style sheet that stands in it; empty where the page has it.
        :param links: whether members are links.
        """
        size = f"{self.width:.0f} {self.height:.0f}"
        own = f' xmlns="http://www.w3.org/2000/svg" width="{self.width:.0f}"' if style else ""
        head = (
            f'<svg{own} class="network" viewBox="0 0 {size}" role="img" aria-label={_value(title)}>'
        )
        parts = [head, f"<style>{style}</style>" if style else ""]
        parts += ['<g class="ties">', *self._ties(), '</g><g class="members" aria-hidden="true">']
        parts += [_member(spot, href(spot.member.iri) if links else "") for spot in self.spots]
        parts += ['</g><g class="names" aria-hidden="true">', *map(_name, self.spots), "</g></svg>"]
        return "".join(parts)

    def _ties(self) -> Iterator[str]:
        """A path for all ties of as many works, the strongest on top; and one for what is broader.

        Browsers draw one path of thousands of lines much sooner than thousands of lines.
        """
        found: dict[int, list[str]] = {}
        for one, other, works in self.network.ties:
            found.setdefault(works, []).append(self._line(one, other))
        for works, lines in sorted(found.items()):
            yield f'<path stroke-width="{_thickness(works):.1f}" d="{"".join(lines)}"/>'
        if self.network.broader:
            lines = [self._line(*pair) for pair in self.network.broader]
            yield f'<path class="broader" stroke-dasharray="2 3" d="{"".join(lines)}"/>'

    def _line(self, one: int, other: int) -> str:
        here, there = self.spots[one], self.spots[other]
        return f"M{here.x:.1f} {here.y:.1f}L{there.x:.1f} {there.y:.1f}"


def draw(network: Network) -> Drawing:
    """Give the members of a network their places on the paper, and names that do not overlap."""
    members = network.members
    wide = max((member.x for member in members), default=0.0)
    high = max((member.y for member in members), default=0.0)
    unit = min(_MOST, max(_LEAST, (_WIDTH - 6 * _MARGIN) / wide if wide else _MOST))
    width = max(wide * unit + 6 * _MARGIN, 560.0)
    height = max(high * unit + 2 * _MARGIN, 90.0)
    left, top = (width - wide * unit) / 2, (height - high * unit) / 2
    spots = [
        Spot(member, left + member.x * unit, top + member.y * unit, _radius(member, network))
        for member in members
    ]
    return Drawing(network, width, height, tuple(_named(spots, network.ties, width, height)))


def look(group: int) -> tuple[int, str]:
    """The colour and the shape of a group; together they tell thirty-five groups apart.

    :return: the number of the colour, which style sheets have as classes c0, c1, …; and the shape.
    """
    return (group - 1) % _COLOURS, _SHAPES[(group - 1) % len(_SHAPES)]


def mark(group: int) -> str:
    """A small picture of the colour and shape of a group."""
    colour, shape = look(group)
    drawn = _shape(shape, 7, 7, 5, f"c{colour}")
    return f'<svg class="shape" viewBox="0 0 14 14" aria-hidden="true">{drawn}</svg>'


def plain(text: str) -> str:
    """A text without characters that XML cannot have (https://www.w3.org/TR/xml/#charsets)."""
    return _ILLEGAL.sub("\ufffd", text)


def _radius(member: Member, network: Network) -> float:
    base = 2.5 if len(network.members) > 150 else 4.0
    return base + (2 if member.distance == 0 else 0) + 1.1 * math.log2(1 + member.works)


def _thickness(works: int) -> float:
    return 0.8 + 1.1 * math.log2(works)


def _named(spots: Sequence[Spot], ties: Sequence[Tie], width: float, height: float) -> list[Spot]:
    """Give as many spots their names as there is room for, those of most works first."""
    taken = _Taken()
    for spot in spots:
        r = spot.radius
        taken.add((spot.x - r, spot.y - r, spot.x + r, spot.y + r))
    found = list(spots)
    order = sorted(range(len(spots)), key=lambda i: _importance(spots[i].member, i))[:_LABELS]
    pulls = _pulls(spots, ties, order)
    for number in order:
        for box, spot in _choices(spots[number], pulls[number]):
            inside = box[0] >= 2 and box[1] >= 2 and box[2] <= width - 2 and box[3] <= height - 2
            if inside and taken.free(box):
                taken.add(box)
                found[number] = spot
                break
    return found


def _importance(member: Member, number: int) -> tuple[float, ...]:
    return (member.distance != 0, -member.works, -member.betweenness, number)


def _pulls(
    spots: Sequence[Spot], ties: Sequence[Tie], wanted: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """Where the ties of some spots lead, on the whole."""
    pulls = dict.fromkeys(wanted, (0.0, 0.0))
    for one, other, _ in ties:
        for here, there in ((one, other), (other, one)):
            if here in pulls:
                x, y = spots[there].x - spots[here].x, spots[there].y - spots[here].y
                far = math.hypot(x, y) or 1.0
                pulls[here] = (pulls[here][0] + x / far, pulls[here][1] + y / far)
    return pulls


def _choices(spot: Spot, pull: tuple[float, float]) -> Iterator[tuple[Box, Spot]]:
    """Where the name of a spot could stand: first on the side where fewest ties are."""
    text = shortened(spot.member.label)
    wide = sum(_LETTER * (1.9 if unicodedata.east_asian_width(c) in "WF" else 1) for c in text)
    near, up = spot.radius + 3, _LINE / 2
    sides = (
        (pull[0], "right", spot.x + near, spot.y),
        (-pull[0], "left", spot.x - near, spot.y),
        (pull[1], "below", spot.x, spot.y + near + up),
        (-pull[1], "above", spot.x, spot.y - near - up),
        (math.inf, "right", spot.x + 0.7 * near, spot.y - near),
        (math.inf, "right", spot.x + 0.7 * near, spot.y + near),
        (math.inf, "left", spot.x - 0.7 * near, spot.y - near),
        (math.inf, "left", spot.x - 0.7 * near, spot.y + near),
    )
    for _, side, x, y in sorted(sides, key=lambda each: each[0]):
        left = x - wide * {"right": 0, "left": 1}.get(side, 0.5)
        box = (left, y - up, left + wide, y + up)
        yield box, replace(spot, label=text, side=side, left=x, base=y + 4)


class _Taken:
    """Boxes of the paper that are taken, found by the squares that they lie in."""

    _SIDE = 64

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[Box]] = {}

    def _of(self, box: Box) -> Iterator[tuple[int, int]]:
        side = self._SIDE
        for column in range(int(box[0] // side), int(box[2] // side) + 1):
            for row in range(int(box[1] // side), int(box[3] // side) + 1):
                yield column, row

    def add(self, box: Box) -> None:
        for square in self._of(box):
            self._squares.setdefault(square, []).append(box)

    def free(self, box: Box) -> bool:
        return not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for square in self._of(box)
            for other in self._squares.get(square, ())
        )


def shortened(text: str) -> str:
    """A name that is not too long for a picture, on one line."""
    found = " ".join(plain(text[: 4 * _LONGEST]).split())
    return found if len(found) <= _LONGEST else f"{found[: _LONGEST - 1]}…"


def _member(spot: Spot, address: str) -> str:
    colour, form = look(spot.member.group)
    kind = f"c{colour}{' centre' if spot.member.distance == 0 else ''}"
    shape = _shape(form, spot.x, spot.y, spot.radius, kind)
    told = f"<title>{escape(plain(spot.member.label[:200]))}</title>"
    if not address:
        return f"<g>{told}{shape}</g>"
    return f'<a href={_value(address)} tabindex="-1">{told}{shape}</a>'


def _shape(shape: str, x: float, y: float, r: float, kind: str) -> str:
    if shape == "ellipse":
        return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'
    points = " ".join(f"{x + a * r:.1f},{y - b * r:.1f}" for a, b in _CORNERS[shape])
    return f'<polygon class="{kind}" points="{points}"/>'


def _name(spot: Spot) -> str:
    if not spot.label:
        return ""
    anchor = {"right": "", "left": ' text-anchor="end"'}.get(spot.side, ' text-anchor="middle"')
    kind = ' class="centre"' if spot.member.distance == 0 else ""
    place = f'x="{spot.left:.1f}" y="{spot.base:.1f}"'
    return f"<text {place}{anchor}{kind}>{escape(spot.label)}</text>"


def _value(text: str) -> str:
    return quoteattr(plain(text))
