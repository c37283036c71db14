"""The words by which organisations and job titles are told apart."""

from __future__ import annotations

import re
from typing import Final

from ..records import Organisation
from .places import country_code
from .text import tidy

__all__ = ["has_job_word", "is_institution", "is_unit", "names_organisation", "organisation"]

_JOBS: Final = (
    r"prof(?:essor)?s?|student|candidate|engineer|scientist|researcher|director|manager|lead(?:er)?"
    r"|head|chief|officer|c[a-z]o|(?:e|s)?vp|president|chair(?:man|woman|person)?"
    r"|(?:co-?)?founder|fellow|graduate(?! (?:school|institute|cent))"
    r"|undergraduate|post-?doc(?:toral)?|doctoral|lecturer|reader"
    r"|architect|developer|consultant|analyst|principal|intern|assistant|associate|adjunct|dean"
    r"|specialist|technologist|evangelist|advis[eo]r|investigator|member|strategist|designer"
    r"|ph\.?\s?d\.?|[mb]\.?sc\.?|secretary|coordinator|owner|instructor|editor|partner|technician"
)
_INSTITUTIONS: Final = (
    r"universi\w*|univ\b\.?|uniwersytet|instit\w+|polytech\w+|polit[eé][ck]\w+|college|school"
    r"|academ(?:y|ia)|hochschule|école|ecole|laborator\w+|labs?|cent(?:er|re)|department|dept\b\.?"
    r"|faculty|foundation|fondazione|fundaci[oó]n|stiftung|agency|council|consortium|hospital"
    r"|ministry|corp(?:oration)?\b\.?|inc(?:orporated)?\b\.?|ltd\b\.?|llc|gmbh"
)
_COMPANIES: Final = (
    r"company|technolog(?:y|ies)|systems?|semiconductors?|\w*electronics|instruments?|devices"
    r"|research|solutions|robotics|networks|industries|society|association|group|ventures"
)
_UNITS: Final = (
    r"school|department|dept\b\.?|faculty|division|college|institute|cent(?:er|re)"
    r"|laborator\w+|labs?"
)
_OFFICES: Final = r"\b(?:relations|partnerships?|program(?:me)?s?|outreach|liaison|affairs)$"


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})(?!\w)", re.IGNORECASE)


_JOB = _pattern(_JOBS)
_INSTITUTION = _pattern(_INSTITUTIONS)
_ORGANISATION = _pattern(f"{_INSTITUTIONS}|{_COMPANIES}")
_UNIT = _pattern(_UNITS)
_OFFICE = re.compile(_OFFICES, re.IGNORECASE)


def has_job_word(text: str) -> bool:
    """Whether a piece of a person line speaks of a job ("PhD Student", "Chief Scientist")."""
    return _JOB.search(text) is not None


def names_organisation(text: str) -> bool:
    """Whether a text has a word that organisations are named with, a company's included.

    A trailing country code counts too: "Example Labs, IT".
    """
    if _ORGANISATION.search(text) and not _OFFICE.search(text):
        return True
    _, comma, tail = text.rpartition(", ")
    return bool(comma) and country_code(tail) is not None


def is_institution(text: str) -> bool:
    """Whether a text has a word that hardly stands elsewhere than in an organisation's name.

    "University" is one; "systems" and "devices" are topics as well and are none.
    """
    return _INSTITUTION.search(text) is not None and not _OFFICE.search(text)


def is_unit(text: str) -> bool:
    """Whether a text names a part of an organisation ("School of Computing")."""
    return _UNIT.search(text) is not None and not _OFFICE.search(text)


def organisation(found: str) -> Organisation:
    """An organisation; a trailing ", IT" is its country and no part of the name."""
    text = tidy(found)
    head, comma, tail = text.rpartition(", ")
    if comma and len(tail) == 2 and (code := country_code(tail)):
        return Organisation(name=head.rstrip(" ,"), found=found.strip(), country=code)
    return Organisation(name=text, found=found.strip())
