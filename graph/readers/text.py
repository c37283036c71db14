"""Text as found and text as meant: decoding, LaTeX debris and broken hyphenation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from html import unescape
from typing import Final

from ..errors import SourceError

__all__ = ["Words", "decode", "tidy"]

SIZE_LIMIT: Final = 4 * 1024 * 1024
"""Largest source in bytes (or characters) that a reader accepts; a long programme has 0.2 MB."""

_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_BROKEN = re.compile(r"(?<![\w‐‑-])(?P<left>\w+(?:[-‐‑]\w+)*)[-‐‑] (?P<right>\w+)")
_SUSPENDED = frozenset({"and", "or", "to", "und", "oder", "et", "ou", "y", "e", "as", "nor", "vs"})
_SECOND_PARTS = frozenset(
    [
        "aware",
        "based",
        "centric",
        "constrained",
        "dependent",
        "driven",
        "efficient",
        "enabled",
        "free",
        "friendly",
        "inspired",
        "intensive",
        "invariant",
        "level",
        "limited",
        "optimal",
        "optimised",
        "optimized",
        "oriented",
        "powered",
        "preserving",
        "related",
        "scale",
        "sensitive",
        "specific",
        "time",
        "wide",
        "wise",
    ]
)
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*\{([^{}]*)\}")
_ACCENT = re.compile(r"""\\(["'`^~=.cvuH])\s*\{?([^\W\d_])\}?""")
_ACCENTS: Final = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b",
}  # fmt: skip
_SYMBOLS: Final = {
    "times": "×", "cdot": "·", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "approx": "≈", "sim": "~", "mu": "µ", "alpha": "α", "beta": "β", "lambda": "λ", "sigma": "σ",
    "infty": "∞", "rightarrow": "→", "to": "→", "ldots": "…", "dots": "…",
}  # fmt: skip
_SYMBOL = re.compile(r"\\(" + "|".join(sorted(_SYMBOLS, key=len, reverse=True)) + r")(?![A-Za-z])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_MATHS = re.compile(r"\$([^$\n]*[\\^_=<>×·±≤≥≈µαβλσ∞→][^$\n]*)\$")


def decode(source: bytes | str, name: str) -> str:
    """Decode a source as UTF-8 with newlines as line ends.

    :param source: the bytes as read (a byte order mark is accepted) or a text.
    :param name: file name or address, for messages.
    :raises SourceError: when it is too large or is not UTF-8 text.
    """
    if len(source) > SIZE_LIMIT:
        raise SourceError(
            f"The source has {len(source):,} bytes; a programme page may have {SIZE_LIMIT:,}.",
            source=name,
        )
    text = _decode_bytes(source, name) if isinstance(source, bytes) else source
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if wrong := _NOT_TEXT.search(text):
        line = text.count("\n", 0, wrong.start()) + 1
        raise SourceError(
            f"This is not text: it holds the character U+{ord(wrong.group()):04X}.",
            source=name,
            line=line,
            column=wrong.start() - text.rfind("\n", 0, wrong.start()),
            hint="Give the programme page as plain text or HTML.",
        )
    return text.replace("\v", " ").replace("\f", " ")


def _decode_bytes(source: bytes, name: str) -> str:
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"This is not UTF-8: byte 0x{source[error.start]:02X} at offset {error.start} "
            f"({error.reason}).",
            source=name,
            line=source.count(b"\n", 0, error.start) + 1,
            hint="Save the page as UTF-8.",
        ) from None


def tidy(text: str) -> str:
    """One line with characters for entities, single spaces and no space before a comma."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: unescape(match.group()), text)
    return re.sub(r" ([,;])", r"\1", " ".join(text.split()))


class Words:
    """The words of a document, as evidence for mending it.

    :param prose: the document's paragraphs.
    """

    def __init__(self, prose: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        self._compounds: Counter[str] = Counter()
        self._second_parts: Counter[str] = Counter()
        self._capitals: set[str] = set()
        for paragraph in prose:
            self._count(paragraph)

    def _count(self, paragraph: str) -> None:
        for found in _WORD.findall(_BROKEN.sub(" ", paragraph)):
            parts = re.split("[-‐‑]", found)
            self._capitals.update(part for part in parts if part.isupper())
            if len(parts) == 1:
                self._words[found.lower()] += 1
                continue
            self._compounds["-".join(parts).lower()] += 1
            self._second_parts[parts[-1].lower()] += 1

    def is_acronym(self, word: str) -> bool:
        """Whether the running text uses a word in capitals."""
        return word in self._capitals

    def mend(self, text: str) -> str:
        r"""Text without LaTeX commands and without hyphenation broken by a space.

        `\textit{x}` becomes `x`, `44\%` becomes `44%`; "en- able" and "brain- inspired" are put
        together as one word or as a compound, whichever the rest of the document shows.
        """
        return " ".join(_BROKEN.sub(self._join, _without_latex(text)).split())

    def _join(self, match: re.Match[str]) -> str:
        left, right = match["left"], match["right"]
        if right.lower() in _SUSPENDED:
            return match.group()
        joined = left + right
        return f"{left}-{right}" if self._is_compound(left, right) else joined

    def _is_compound(self, left: str, right: str) -> bool:
        """Decide by evidence: the word elsewhere, then its parts elsewhere, then joining."""
        stem = re.split("[-‐‑]", left)[-1]
        if not (stem.isalpha() and right.isalpha()) or (right[0].isupper() and stem.islower()):
            return True
        joined = self._words[(stem + right).lower()]
        compound = self._compounds[f"{left}-{right}".lower()]
        if joined != compound:
            return compound > joined
        if right.lower() in _SECOND_PARTS or self._second_parts[right.lower()]:
            return True
        if right[0].isupper():
            return True
        return bool(self._words[stem.lower()] and self._words[right.lower()] and len(right) > 3)


def _without_latex(text: str) -> str:
    if "\\" not in text and "$" not in text and "``" not in text:
        return text
    text = _ACCENT.sub(_accented, text)
    text = _SYMBOL.sub(lambda match: _SYMBOLS[match.group(1)], text)
    for _ in range(8):
        text, count = _COMMAND.subn(r"\1", text)
        if not count:
            break
    text = re.sub(r"\\([%&_#$])", r"\1", text)
    text = _MATHS.sub(r"\1", text)
    return re.sub(r"``([^`']*)''", r"“\1”", text)


def _accented(match: re.Match[str]) -> str:
    letter = unicodedata.normalize("NFC", match.group(2) + _ACCENTS[match.group(1)])
    return letter if len(letter) == 1 else match.group()
