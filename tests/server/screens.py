"""How a page looks, compared with how it looked: the light and dark of its parts, not its pixels.

Fonts differ from machine to machine, and with them where a line ends and how thick a letter is. So
a picture is told by the mean light of squares of 40 CSS pixels, in which letters are grey: what
stands where is told, what a letter looks like is not.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image

__all__ = ["FOLDER", "MOST", "difference", "sketch"]

FOLDER: Final = Path(__file__).with_name("screens")
MOST: Final = 6.0
"""The difference up to which pages look alike. Other fonts, even one in which all letters are as
wide as others, make 1 to 5.3; a page without its style sheet 7.7, and one in the colours of the
night over 200: a test measures them."""

_SQUARE: Final = 40
_SHOWN: Final = 4
"""How many CSS pixels across one of a reference is: people can still see which page it is."""


def sketch(screenshot: bytes) -> Image.Image:
    """A screenshot in grey, as small as a reference is."""
    with Image.open(io.BytesIO(screenshot)) as image:
        size = image.width // _SHOWN, image.height // _SHOWN
        return image.convert("L").resize(size, Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of the light of squares, from 0 to 255; 255 for other sizes."""
    if one.size != other.size:
        return 255.0
    cells = one.width * _SHOWN // _SQUARE, one.height * _SHOWN // _SQUARE
    first, second = (each.resize(cells, Image.Resampling.BOX).tobytes() for each in (one, other))
    return sum(abs(a - b) for a, b in zip(first, second, strict=True)) / len(first)
