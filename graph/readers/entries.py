"""Entries of a list of people: names and affiliations in turn, some of them lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .lines import Line
from .names import has_capital_surname, is_name_shaped
from .organisations import names_organisation
from .places import country_code, is_place

__all__ = ["Entry", "looks_like_name", "read_entries", "read_inline"]

_NO_SURNAMES: Final = frozenset(
    {"AI", "EU", "HPC", "IC", "IT", "LLC", "ML", "RF", "UK", "US", "USA"}
)
_UNIVERSITY_OF: Final = re.compile(r"univ(?:ersity|\.)? of ", re.IGNORECASE)
_BEFORE_UNIVERSITY: Final = frozenset(
    {"technical", "national", "catholic", "free", "open", "state"}
)
_INLINE: Final = (
    re.compile(r"(?P<name>[^(]+) \((?P<affiliation>[^()]+(?:\([^()]*\))?)\)"),
    re.compile(r"(?P<name>[^,–—:]+?)(?:, | [-–—] |: )(?P<affiliation>.+)"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A person of a list; the page may have lost the name or the affiliation.

    :param first: line on which the entry begins.
    :param last: line on which it ends.
    :param run_together: whether name and affiliation were told apart by counting words.
    """

    name: str | None
    affiliation: str | None
    first: Line
    last: Line
    run_together: bool = False


def looks_like_name(text: str, known: frozenset[str] = frozenset()) -> bool | None:
    """Whether a line of a list is a name (True), an organisation (False) or either (None).

    :param known: affiliations found elsewhere on the page, in lower case.
    """
    if text.casefold() in known or names_organisation(text) or not is_name_shaped(text):
        return False
    words = text.split()
    if words[0].isupper() and len(words[0]) > 1 and not words[-1].isupper():
        return False
    if has_capital_surname(text):
        return None if words[-1] in _NO_SURNAMES else True
    return None


def read_entries(lines: Sequence[Line], known: frozenset[str] = frozenset()) -> list[Entry]:
    """Pair the lines of a list that alternates names and affiliations, some of them lost.

    Words decide where they can (surnames in capitals; "University", a country code). Elsewhere
    the blank lines do: neighbouring fields are one blank line apart, and every lost field leaves
    one more. Where names and affiliations stand on adjacent lines, a blank line begins an entry.
    A name and its affiliation may also share a line; where some surely do, lines like them do.

    :param known: affiliations found elsewhere on the page, in lower case.
    """
    if _are_run_together(lines):
        return [_cut_after_name(line) for line in lines]
    tight = any(line.gap == 0 for line in lines[1:])
    alike = any(read_inline(line, known) for line in lines)
    result: list[Entry] = []
    for line, is_name in zip(lines, _kinds(lines, known, tight), strict=True):
        last = result[-1] if result else None
        if inline := read_inline(line, known, alike=alike):
            result.append(inline)
        elif is_name:
            result.append(Entry(line.text, None, line, line))
        elif last and last.name and not last.affiliation and line.gap <= (0 if tight else 1):
            result[-1] = replace(last, affiliation=line.text, last=line)
        else:
            result.append(Entry(None, line.text, line, line))
    return result


def _kinds(lines: Sequence[Line], known: frozenset[str], tight: bool) -> list[bool]:
    """Whether each line is a name."""
    guesses = [looks_like_name(line.text, known) for line in lines]
    if not any(guess is not None for guess in guesses):
        return [True] * len(guesses)
    kinds: list[bool] = []
    for line, guess in zip(lines, guesses, strict=True):
        if guess is not None:
            kinds.append(guess)
        elif not kinds or (tight and line.gap):
            kinds.append(True)
        else:
            alternates = max(line.gap, 1) % 2 == 1
            kinds.append(kinds[-1] ^ alternates)
    return kinds


def read_inline(
    line: Line, known: frozenset[str] = frozenset(), *, alike: bool = False
) -> Entry | None:
    """Read "Jane Doe, Example University" or "Jane Doe (Example Inc.)" on one line.

    :param alike: whether other lines of the list are sure to be such; then "Jane Doe, Lumen" is.
    """
    if line.text.casefold() in known:
        return None
    for pattern in _INLINE:
        match = pattern.fullmatch(line.text)
        if not match or not is_name_shaped(match["name"]):
            continue
        found = match["affiliation"]
        in_brackets = pattern is _INLINE[0]
        place = country_code(found.rpartition(",")[2].strip()) if "," not in found else None
        if in_brackets or names_organisation(found) or found.casefold() in known:
            return Entry(match["name"], found, line, line)
        if (alike or has_capital_surname(match["name"])) and not (place or is_place(found)):
            return Entry(match["name"], found, line, line)
    return None


def _are_run_together(lines: Sequence[Line]) -> bool:
    """Whether every line holds a name and an affiliation with nothing between them."""
    if len(lines) < 3 or any(line.gap for line in lines[1:]):
        return False
    ends = [line.text.split()[2:] for line in lines]
    organisations = sum(1 for end in ends if end and names_organisation(" ".join(end)))
    return (
        all(ends)
        and organisations * 3 >= len(lines)
        and all(is_name_shaped(" ".join(line.text.split()[:2])) for line in lines)
    )


def _cut_after_name(line: Line) -> Entry:
    """Two words are the name, three where the fourth begins "University of …"."""
    words = line.text.split()
    three = (
        len(words) > 4
        and _UNIVERSITY_OF.match(" ".join(words[3:])) is not None
        and words[2].casefold() not in _BEFORE_UNIVERSITY
        and is_name_shaped(" ".join(words[:3]))
    )
    cut = 3 if three else 2
    return Entry(" ".join(words[:cut]), " ".join(words[cut:]), line, line, run_together=True)
