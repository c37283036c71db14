"""Text of a dataset on its way into formats in which line ends and controls mean something."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["one_line", "paragraphs"]

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def one_line(text: str) -> str:
    """A text in one line, without controls and with single spaces."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def paragraphs(text: str) -> str:
    """A text whose lines are kept, without other controls."""
    return "\n".join(filter(None, map(one_line, text.splitlines())))
