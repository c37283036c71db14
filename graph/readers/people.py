"""Lines that name a person, often with a job and an affiliation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ..records import Quote, Speaker
from .lines import SPEAKER
from .names import Names, has_capital_surname, is_name_shaped, split_honorific
from .organisations import (
    has_job_word,
    is_institution,
    is_unit,
    names_organisation,
    organisation,
)
from .places import is_place
from .text import Words, tidy

__all__ = ["People"]

_LONGEST_LINE: Final = 250
_AT: Final = re.compile(r" (?:at|@) (?:the )?")
_LEGAL_FORM: Final = re.compile(
    r"(?:inc|ltd|llc|corp|gmbh|ag|s\.?p\.?a|s\.?a|b\.?v|co)\.?", re.IGNORECASE
)


class People:
    """Reads person lines such as "Marcin NAGY, Product Director, IoT, AVSystem".

    Commas stand inside job titles and inside affiliations as well as between them. So what
    follows the name is divided by evidence, the strongest first:

    1. What stands alone elsewhere in the document (in the committee, in the closing list) and
       here at the end is the affiliation: "Columbia University, New York".
    2. Otherwise the last segment is, unless it names a job: "IEEE and ST Fellow,
       STMicroelectronics". A country, or what follows an institution and names none itself, is
       the place of the segment before it: "University of North Carolina, Charlotte".
    3. A part of an organisation before it belongs to it ("School of Computing, University of …"),
       unless it speaks of a job ("Associate Professor in the Department of …").
    4. If the last segment names a job and the first does not, the affiliation stands first.
    5. Everything else is the job title, as found.

    Without a comma the name ends at the first acronym or job word, the acronyms are the
    organisation and the rest is the job: "Dr. Alex Jones NSF CISE Program Manager".

    :param names: reader of names.
    :param running: the document's running text; a word in capitals there is no surname.
    :param affiliations: organisations that stand alone in the document.
    """

    def __init__(self, names: Names, running: Words, affiliations: Iterable[str] = ()) -> None:
        self.names = names
        self._running = running
        self._affiliations = {text.casefold() for text in affiliations}

    def has_name(self, text: str) -> bool:
        """Whether a text begins with what could be a name."""
        return is_name_shaped(text.partition(",")[0]) or _without_commas(text) is not None

    def speakers(self, text: str) -> list[str]:
        """The people that a line of a talk names: itself, or those after "Speakers:"."""
        match = SPEAKER.fullmatch(text)
        if not match:
            return [text]
        return [part for part in map(tidy, match["rest"].split(";")) if self.has_name(part)]

    def is_person(self, text: str, *, before_abstract: bool = False) -> bool:
        """Whether a line names a person; `before_abstract` where only people can stand."""
        if len(text) > _LONGEST_LINE or not self.has_name(text):
            return False
        head, _, rest = text.partition(",")
        honorific, name = split_honorific(head)
        if before_abstract or honorific or has_job_word(rest) or self._has_affiliation(rest):
            return True
        if has_capital_surname(name):
            return not self._running.is_acronym(name.split()[-1])
        return not rest and _without_commas(text) is not None

    def _has_affiliation(self, rest: str) -> bool:
        segments = _segments(rest)
        return any(map(is_institution, segments)) or self._known_from(segments) < len(segments)

    def _known_from(self, segments: list[str]) -> int:
        """Index of the first segment from which the rest is an affiliation known elsewhere."""
        return next(
            (
                start
                for start in range(len(segments))
                if ", ".join(segments[start:]).casefold() in self._affiliations
            ),
            len(segments),
        )

    def read(self, text: str, quote: Quote) -> Speaker:
        """The person of a line.

        :param text: the line, without "Session Chair:".
        :param quote: where it stands.
        """
        head, _, rest = text.partition(",")
        if parts := _without_commas(text):
            head, affiliation, job = parts
        else:
            job, affiliation = self._divide(_segments(rest))
        return Speaker(
            self.names.read(head),
            quote,
            job or None,
            organisation(affiliation) if affiliation else None,
        )

    def _divide(self, segments: list[str]) -> tuple[str, str]:
        """Job title and affiliation; either may be empty."""
        start, end = self._affiliation_part(segments)
        job = segments[:start] + segments[end:]
        found = ", ".join(segments[start:end])
        if has_job_word(found) and (match := _AT.search(found)):
            job.append(found[: match.start()])
            found = found[match.end() :]
        return ", ".join(job), found

    def _affiliation_part(self, segments: list[str]) -> tuple[int, int]:
        count = len(segments)
        start = self._known_from(segments)
        if start == count:
            last = segments[-1] if segments else ""
            if has_job_word(last) and not _AT.search(last):
                return 0, next(i for i, segment in enumerate(segments) if has_job_word(segment))
            start = _without_place(segments)
        while (
            0 < start < count
            and is_unit(segments[start - 1])
            and not has_job_word(segments[start - 1])
        ):
            start -= 1
        return start, count


def _without_place(segments: list[str]) -> int:
    """Index of the segment that the places at the end belong to."""
    last = max(len(segments) - 1, 0)
    before: list[int] = []
    for index in range(last - 1, -1, -1):
        if has_job_word(segments[index]) or is_institution(segments[index + 1]):
            break
        if is_institution(segments[index]):
            return index
        before.append(index)
    if not before or not is_place(segments[last]):
        return last
    return next((index for index in before[:2] if names_organisation(segments[index])), before[0])


def _without_commas(text: str) -> tuple[str, str, str] | None:
    """Name, organisation and job of a line that has no comma; None where they cannot be told."""
    honorific, rest = split_honorific(text)
    words = rest.split()
    if "," in text or len(words) < 3 or not (honorific or has_job_word(rest)):
        return None
    stops = [_is_acronym(word) or has_job_word(word) for word in words]
    end = next((index for index, stop in enumerate(stops) if stop and index > 1), 0)
    name = " ".join(words[:end])
    if not end or not is_name_shaped(name):
        return None
    job = end
    while job < len(words) and _is_acronym(words[job]) and not has_job_word(words[job]):
        job += 1
    prefix = f"{honorific} " if honorific else ""
    return prefix + name, " ".join(words[end:job]), " ".join(words[job:])


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _segments(rest: str) -> list[str]:
    """The pieces between commas, with a legal form put back to its company."""
    segments: list[str] = []
    for piece in map(tidy, rest.split(",")):
        if segments and _LEGAL_FORM.fullmatch(piece):
            segments[-1] += f", {piece}"
        elif piece:
            segments.append(piece)
    return segments
