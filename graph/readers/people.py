"""Lines that name a person, often with a job and an affiliation."""

from __future__ import annotations

from collections.abc import Iterable

from ..records import Organisation, Quote, Speaker
from .names import Names, has_capital_surname, is_name_shaped, split_honorific
from .organisations import LEGAL_FORM, has_job_word, is_unit, names_organisation, organisation
from .text import Words, tidy

__all__ = ["People"]


class People:
    """Reads person lines such as "Marcin NAGY, Product Director, IoT, AVSystem".

    Commas stand inside job titles and inside affiliations as well as between them, so the
    segments after the name are divided by evidence, strongest first:

    1. The longest run of segments at the end that stands alone elsewhere in the document (in the
       committee or the closing list) is the affiliation.
    2. The last segment that names no job is the affiliation's core. If a segment before it has an
       organisation's word and no job word, and what follows is no organisation by its words, that
       segment is the core and the rest is its place ("Columbia University, New York").
    3. Parts of an organisation directly before the core belong to it ("School of Computing"),
       unless they speak of a job ("Associate Professor in the Department of …"); so does a legal
       form after it ("Inc.").
    4. All before that is the job title, as found.

    Without a comma the name ends at the first acronym or job word ("Dr. Alex Jones NSF CISE
    Program Manager"): acronyms are the organisation, the job's words at the end the job.

    :param names: reader of names.
    :param words: the document's running text; a word in capitals there is no surname.
    :param affiliations: organisations that stand alone in the document.
    """

    def __init__(
        self, names: Names, words: Words, running: Words, affiliations: Iterable[str] = ()
    ) -> None:
        self.names = names
        self.words = words
        self._words = running
        self._affiliations = {_key(text) for text in affiliations}

    def is_person(self, text: str, *, before_abstract: bool = False) -> bool:
        """Whether a line names a person; `before_abstract` where only people can stand."""
        if len(text) > 250:
            return False
        head, comma, rest = text.partition(",")
        head = head.strip()
        if not comma:
            return self._is_bare_person(text, before_abstract)
        if not is_name_shaped(head):
            return False
        evidence = has_job_word(rest) or self._is_affiliation(rest)
        if has_capital_surname(head):
            surname = head.split()[-1]
            return evidence or before_abstract or not self._words.is_acronym(surname)
        return evidence or before_abstract or split_honorific(head)[0] is not None

    def _is_bare_person(self, text: str, before_abstract: bool) -> bool:
        if self._without_commas(text) is not None:
            return True
        if not is_name_shaped(text):
            return False
        if has_capital_surname(text):
            return not self._words.is_acronym(text.split()[-1])
        return before_abstract or split_honorific(text)[0] is not None

    def _is_affiliation(self, rest: str) -> bool:
        segments = _segments(rest)
        return any(names_organisation(segment) for segment in segments) or any(
            _key(", ".join(segments[start:])) in self._affiliations
            for start in range(len(segments))
        )

    def read(self, text: str, quote: Quote) -> Speaker:
        """The person of a line.

        :param text: the line, without "Session Chair:".
        :param quote: where it stands.
        """
        head, comma, rest = text.partition(",")
        if not comma and (parts := self._without_commas(text)):
            name, affiliation, job = parts
            return Speaker(self.names.read(name), quote, job or None, affiliation)
        job, found = self._divide(_segments(rest))
        affiliation = organisation(found) if found else None
        return Speaker(self.names.read(head), quote, job, affiliation)

    def _divide(self, segments: list[str]) -> tuple[str | None, str | None]:
        start, end = self._affiliation_part(segments)
        job = ", ".join(segments[:start] + segments[end:])
        found = ", ".join(segments[start:end])
        if not job and found and has_job_word(found):
            job, found = _at(found)
        return job or None, found or None

    def _affiliation_part(self, segments: list[str]) -> tuple[int, int]:
        count = len(segments)
        for start in range(count):
            if _key(", ".join(segments[start:])) in self._affiliations:
                return start, count
        core = count - 1
        if (
            core >= 0
            and has_job_word(segments[core])
            and not _is_plain_organisation(segments[core])
        ):
            if count == 1:
                return (0, 1) if _at(segments[0])[1] else (1, 1)
            if has_job_word(segments[0]):
                return (core, count) if " at " in segments[core] else (count, count)
            return 0, 1
        for index in range(core - 1, -1, -1):
            if has_job_word(segments[index]):
                break
            if _is_plain_organisation(segments[index]) and not any(
                names_organisation(tail) for tail in segments[index + 1 :]
            ):
                core = index
                break
        while core > 0 and is_unit(segments[core - 1]) and not has_job_word(segments[core - 1]):
            core -= 1
        return max(core, 0), count

    def _without_commas(self, text: str) -> tuple[str, Organisation | None, str] | None:
        honorific, rest = split_honorific(text)
        words = rest.split()
        if len(words) < 3 or not (honorific or has_job_word(rest)):
            return None
        end = next(
            (
                index
                for index, word in enumerate(words)
                if index > 1 and ((word.isupper() and len(word) > 1) or has_job_word(word))
            ),
            0,
        )
        name = " ".join(words[:end])
        if not end or not is_name_shaped(name):
            return None
        stop = end
        while stop < len(words) and words[stop].isupper() and not has_job_word(words[stop]):
            stop += 1
        found = " ".join(words[end:stop])
        prefix = f"{honorific} " if honorific else ""
        return prefix + name, organisation(found) if found else None, " ".join(words[stop:])


def _is_plain_organisation(segment: str) -> bool:
    return names_organisation(segment) and not has_job_word(segment)


def _at(text: str) -> tuple[str, str]:
    """ "PhD Student at MIT" as ("PhD Student", "MIT")."""
    for word in (" at the ", " at ", " @ "):
        job, found, rest = text.partition(word)
        if found:
            return job, rest
    return text, ""


def _segments(rest: str) -> list[str]:
    """The pieces between commas, with a legal form put back to its company."""
    segments: list[str] = []
    for piece in (tidy(part) for part in rest.split(",")):
        if segments and LEGAL_FORM.fullmatch(piece):
            segments[-1] += f", {piece}"
        elif piece:
            segments.append(piece)
    return segments


def _key(text: str) -> str:
    return tidy(text).casefold()
