"""Typed records of a programme, as a reader finds them and before they are RDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

__all__ = [
    "CoLocation",
    "CommitteeMember",
    "Kind",
    "Organisation",
    "OrganisingRole",
    "PersonName",
    "Programme",
    "Quote",
    "Role",
    "Slot",
    "Source",
    "Speaker",
    "Talk",
    "Unread",
    "Venue",
]


@dataclass(frozen=True, slots=True)
class Quote:
    """Where something stands in the source.

    :param first: first line, counted from 1.
    :param last: last line, counted from 1, not before `first`.
    :param text: the wording as found, lines joined by a newline.
    """

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of the source that became no record, or only in part.

    :param line: line, counted from 1.
    :param text: the wording as found.
    :param reason: why, in a sentence for the person who mends the source.
    """

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """The document that was read.

    :param name: file name or address, for messages.
    :param sha256: hexadecimal digest of the bytes read.
    :param url: where the document is published, if it is known.
    :param media_type: "text/plain" or "text/html"; lines of HTML count in its flattened text.
    """

    name: str
    sha256: str
    url: str | None = None
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as the source words it.

    :param name: the name without a trailing country code.
    :param country: ISO 3166-1 alpha-2 code, where the source gives one.
    :param found: the wording as found.
    """

    name: str
    found: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    """A personal name.

    :param full: the name as people write it, without capitals ("Brett Meyer").
    :param found: the wording as found ("Brett MEYER").
    """

    full: str
    given: str
    family: str
    found: str
    honorific: str | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person in a line of the programme: presenter, speaker or session chair."""

    name: PersonName
    quote: Quote
    job_title: str | None = None
    affiliation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk of a slot, with the paper that it presents if there is one.

    :param title: the title with markup and hyphenation mended; None when the source has none.
    :param title_found: the title as found.
    :param paper: whether the talk presents a paper (the source gives an abstract under a heading).
    :param abstract: the abstract or announcement, mended, paragraphs separated by a blank line.
    :param abstract_quote: where that stands, with the wording as found.
    :param recorded: whether the source lists a recording.
    :param recorded_quote: where it does.
    """

    quote: Quote
    title: str | None
    title_found: str | None
    speakers: tuple[Speaker, ...]
    paper: bool
    abstract: str | None = None
    abstract_quote: Quote | None = None
    recorded: bool = False
    recorded_quote: Quote | None = None


class Kind(Enum):
    """What a slot of the programme is; the value is the local name of its class."""

    REGISTRATION = "Registration"
    OPENING = "Opening"
    KEYNOTE = "Keynote"
    PANEL = "Panel"
    PAPERS = "PaperSession"
    BREAK = "Break"
    OTHER = "Session"


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the timetable.

    :param start: beginning, with the venue's offset, or naive where no time zone is known.
    :param end: end, likewise; after `start`.
    :param title: the title; None where the source has none (breaks).
    """

    kind: Kind
    start: datetime
    end: datetime
    quote: Quote
    title: str | None = None
    title_found: str | None = None
    chairs: tuple[Speaker, ...] = ()
    talks: tuple[Talk, ...] = ()


class Role(Enum):
    """A role at the event; the value is the local name of its concept."""

    GENERAL_CO_CHAIR = "GeneralCoChair"
    PROGRAM_CO_CHAIR = "ProgramCoChair"
    STEERING = "SteeringCommitteeMember"
    PUBLICATIONS = "PublicationsChair"
    PUBLICITY = "PublicityChair"
    COMMITTEE = "CommitteeMember"
    SESSION_CHAIR = "SessionChair"
    KEYNOTE_SPEAKER = "KeynoteSpeaker"
    PRESENTER = "Presenter"


@dataclass(frozen=True, slots=True)
class CommitteeMember:
    """A member of the committee."""

    name: PersonName
    quote: Quote
    affiliation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class OrganisingRole:
    """An organising role; `holder` is None when the source lost the name."""

    role: Role
    quote: Quote
    holder: PersonName | None = None
    affiliation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """Where the event is held.

    :param address: the address as one line; its parts are None where it cannot be taken apart.
    :param timezone: IANA name ("America/Los_Angeles"), None where it is not known.
    """

    name: str
    quote: Quote
    address: str | None = None
    street: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class CoLocation:
    """An event in conjunction with which this one is held."""

    name: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Programme:
    """A whole programme.

    :param slug: last part of the programme's IRI ("tinyml-2023").
    :param name: name with the year ("tinyML Research Symposium 2023").
    :param description: the page's own words about the event, paragraphs separated by a blank line.
    :param attendees: people of the closing list of speakers and chairs, as further statements.
    :param unread: everything that became no record, in the order of lines.
    :param warnings: what was read with a doubt, in the order of lines.
    :param structure: lines that only order the source: headings of its parts, repeated dates.
    """

    slug: str
    name: str
    source: Source
    quote: Quote
    start: date
    end: date
    venue: Venue | None
    slots: tuple[Slot, ...]
    committee: tuple[CommitteeMember, ...]
    roles: tuple[OrganisingRole, ...]
    attendees: tuple[Speaker, ...] = ()
    co_located: CoLocation | None = None
    description: str | None = None
    description_quotes: tuple[Quote, ...] = ()
    unread: tuple[Unread, ...] = field(default=())
    warnings: tuple[Unread, ...] = field(default=())
    structure: tuple[Quote, ...] = field(default=())
