"""Texts free of markup and damage: entities, tags, LaTeX, wrongly decoded letters, broken words."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

__all__ = ["delatex", "tidy"]

_TAG: Final = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|small"
    r"|span|strong|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z]+[0-9]*);")
_LATEX: Final = re.compile(r"\\[A-Za-z%&_#{}$'`^\"~=.-]|[{}]|\$[^$\s](?:[^$]*[^$\s])?\$")
_BROKEN: Final = re.compile(r"(?<=[a-z])- (?=[b-np-su-z]|a[a-mo-z]|o[a-qs-z]|t[a-np-z])")
_DAMAGED: Final = re.compile(
    "[\u00c2\u00c3\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178"
    "\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_MARKUP: Final = re.compile(r"[\\{}$~%]|--|``|''|[?!]`")
_LONGEST: Final = 50_000


def tidy(text: str, *, prose: bool = False) -> tuple[str, str]:
    """A text as people read it, and why that differs from what is given; else empty.

    :param prose: whether it is a long text, in which a hyphen before a space may be right.

    Runs of white space become one space, which alone is no repair.
    """
    plain = " ".join(text.split())
    mended, reasons = plain, []
    if _DAMAGED.search(mended) and (decoded := _redecode(mended)):
        mended = decoded
        reasons.append("its letters were decoded wrongly")
    if _ENTITY.search(mended):
        mended = html.unescape(mended)
        reasons.append("it holds entities of HTML")
    if _TAG.search(mended):
        mended = _TAG.sub(" " if "<br" in mended.lower() else "", mended)
        reasons.append("it holds tags")
    if _LATEX.search(mended):
        mended = delatex(mended)
        reasons.append("it holds LaTeX")
    if not prose and _BROKEN.search(mended):
        mended = _BROKEN.sub("-", mended)
        reasons.append("a word is broken by a hyphen")
    mended = " ".join(mended.split())
    if mended == plain:
        return plain, ""
    why = "; ".join(reasons)
    return mended, f"{why[0].upper()}{why[1:]}."


def delatex(text: str) -> str:
    """LaTeX as plain text: accents, symbols and simple formulas become characters.

    Braces and backslashes that are left are no text and go too.
    """
    if not _MARKUP.search(text):
        return " ".join(text.split())
    if len(text) > _LONGEST or text.count("{") > 1_000:
        return re.sub(r"[{}\\]", "", text)
    try:
        plain = str(_decoder().latex_to_text(text))
    except (ValueError, RecursionError, IndexError):
        plain = text
    return " ".join(re.sub(r"\\([A-Za-z]+)?|[{}]|(?<!\S)\$|\$(?!\S)", "", plain).split())


@cache
def _decoder() -> LatexNodes2Text:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text", keep_comments=True, strict_latex_spaces=False)


def _redecode(text: str) -> str | None:
    """UTF-8 that was read as Windows-1252, read again; None where it was not."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
