"""Profiles of a document: in which vocabulary it speaks (https://www.w3.org/TR/dx-prof-conneg/)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from werkzeug.http import parse_accept_header

__all__ = ["OURS", "PROFILES", "SCHEMA", "Profile", "choose_profile", "profile_of"]


@dataclass(frozen=True)
class Profile:
    """A vocabulary that documents speak.

    :param token: what it is called in `?_profile=`; empty for our own.
    :param iri: its IRI, as in `Accept-Profile` and `Content-Profile`.
    :param label: how people call it.
    """

    token: str
    iri: str
    label: str


OURS: Final = Profile("", "https://w3id.org/symposia/ontology", "Symposia")
SCHEMA: Final = Profile("schema", "https://schema.org/", "schema.org")
PROFILES: Final = (OURS, SCHEMA)
"""The profiles, the default first."""

_SPELLINGS: Final = {
    "symposia": OURS,
    SCHEMA.token: SCHEMA,
    **{profile.iri: profile for profile in PROFILES},
    "https://schema.org": SCHEMA,
    "http://schema.org/": SCHEMA,
    "http://schema.org": SCHEMA,
}
_LONGEST: Final = 1000


def profile_of(name: str) -> Profile | None:
    """The profile of a token or an IRI; None where there is none."""
    return _SPELLINGS.get(name.strip())


def choose_profile(accept: str | None) -> Profile:
    """Choose a profile by an `Accept-Profile` header, such as `<https://schema.org/>;q=0.9`.

    What is asked for in vain changes nothing, as the specification has it: the default is given.
    """
    if not accept or len(accept) > _LONGEST:
        return OURS
    wanted = parse_accept_header(accept)
    found = [
        (quality, profile)
        for name, quality in wanted
        if quality > 0 and (profile := profile_of(name.strip('<>" ')))
    ]
    return max(found, key=lambda pair: pair[0], default=(0.0, OURS))[1]
