"""Telling organisations, job titles and names of people apart by their words."""

from __future__ import annotations

import re
from typing import Final

from ..records import Organisation
from .places import CA_PROVINCES, US_STATES, country_code
from .text import tidy

__all__ = ["has_job_word", "is_unit", "names_organisation", "organisation"]

_JOB = re.compile(
    r"\b(?:professors?|prof|student|candidate|engineer|scientist|researcher|director|manager|lead(?:er)?"
    r"|head|chief|officer|ceo|cto|cso|coo|cfo|cio|s?vp|evp|president|chair(?:man|woman|person)?"
    r"|(?:co-?)?founder|fellow|graduate|undergraduate|post-?doc(?:toral)?|doctoral|lecturer|reader"
    r"|architect|developer|consultant|analyst|principal|intern|assistant|associate|adjunct"
    r"|dean|specialist|technologist|evangelist|advis[eo]r|investigator|member|strategist"
    r"|ph\.?\s?d\.?|m\.?sc\.?|b\.?sc\.?|secretary|coordinator|owner|instructor|editor|partner)(?!\w)",
    re.IGNORECASE,
)
_WORDS = (
    r"universit\w*|univ\b\.?|instit\w+|polytechni\w+|politecnico|college|school|academ(?:y|ia)"
    r"|hochschule|école|ecole|laborator\w+|labs?|cent(?:er|re)|department|dept\b\.?|faculty"
    r"|division|foundation|fondazione|fundaci[oó]n|stiftung|agency|council|consortium"
)
_COMPANY = (
    r"corporation|corp\b\.?|incorporated|inc\b\.?|ltd\b\.?|limited|llc|gmbh|company|co\.|technolog(?:y|ies)"
    r"|systems?|semiconductors?|electronics?|microelectronics|instruments|devices|research|solutions|robotics"
    r"|networks|hospital|ministry|society|association|group|ventures|networks|industries"
)
_ORGANISATION = re.compile(rf"\b(?:{_WORDS}|{_COMPANY})(?!\w)", re.IGNORECASE)
_UNIT = re.compile(
    r"\b(?:school|department|dept\.?|faculty|division|college|institute|cent(?:er|re)"
    r"|laborator\w+|labs?)(?!\w)",
    re.IGNORECASE,
)
_NOT_HEAD = re.compile(
    r"\b(?:relations|partnerships?|program(?:me)?s?|outreach|liaison|affairs)$", re.I
)
_LEGAL = re.compile(r"(?:inc|ltd|llc|corp|gmbh|ag|s\.?p\.?a|s\.?a|b\.?v|co)\.?", re.IGNORECASE)
LEGAL_FORM: Final = _LEGAL


def has_job_word(text: str) -> bool:
    """Whether a piece of a person line speaks of a job ("PhD Student", "Chief Scientist")."""
    return _JOB.search(text) is not None


def names_organisation(text: str) -> bool:
    """Whether a piece of text has a word that organisations are named with."""
    return _ORGANISATION.search(text) is not None and not _NOT_HEAD.search(text)


def is_unit(text: str) -> bool:
    """Whether a piece of text names a part of an organisation ("School of Computing")."""
    return _UNIT.search(text) is not None and not _NOT_HEAD.search(text)


def organisation(found: str) -> Organisation:
    """An organisation; a trailing ", IT" is its country and no part of the name."""
    text = tidy(found)
    head, comma, tail = text.rpartition(", ")
    if comma and len(tail) == 2 and (code := country_code(tail)):
        return Organisation(name=head.rstrip(" ,"), found=found.strip(), country=code)
    return Organisation(name=text, found=found.strip())


def doubtful_country(found: Organisation) -> bool:
    """Whether the country code could as well be a state of the US or a province of Canada."""
    tail = found.found.rpartition(",")[2].strip()
    return found.country is not None and (tail in US_STATES or tail in CA_PROVINCES)
