"""What a role is called in sources, as a concept of sym:Roles; what a slot is, as a kind."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["event_kind", "role_of"]

_ROLES: Final = (
    (r"general (?:co-?)?chair|conference (?:co-?)?chair|honou?rary chair", "GeneralChair"),
    (r"(?:senior|sr\.?) (?:pc|program(?:me)? committee)", "SeniorProgrammeCommitteeMember"),
    (r"(?:pc|program(?:me)? committee) (?:co-?)?chair|program(?:me)? (?:co-?)?chair",
     "ProgrammeChair"),
    (r"(?:pc|program(?:me)? committee)(?: member)?\b", "ProgrammeCommitteeMember"),
    (r"ph\.?d\.? .*chair|doctoral .*chair|student (?:research workshop|symposium).*chair",
     "DoctoralConsortiumChair"),
    (r"workshops?\b.*chair", "WorkshopChair"),
    (r"tutorials?\b.*chair", "TutorialChair"),
    (r"posters?\b.*chair|demos?\b.*chair|demonstrations?\b.*chair", "PosterDemoChair"),
    (r"panels?\b.*chair", "PanelChair"),
    (r"sponsor(?:ship|ing|s)?\b.*chair", "SponsorshipChair"),
    (r"(?:publications?|proceedings)\b.*chair", "PublicationsChair"),
    (r"publicity\b.*chair", "PublicityChair"),
    (r"(?:metadata|linked data|semantic technologies)\b.*(?:chair|coordinator)", "MetadataChair"),
    (r"web(?:site|master)?\b.*(?:chair|master)", "WebChair"),
    (r"financ\w+\b.*chair|treasurer", "FinanceChair"),
    (r"exhibit\w*\b.*chair", "ExhibitionChair"),
    (r"challenges?\b.*chair", "ChallengeChair"),
    (r"(?:fellowship|scholarship|student volunteer)s?\b.*(?:chair|coordinator)", "FellowshipChair"),
    (r"registration\b.*chair", "RegistrationChair"),
    (r"(?:industry|in-use|applications?|tracks?)\b.*chair", "TrackChair"),
    (r"local\b.*(?:chair|organi[sz]er|coordinator)", "LocalChair"),
    (r"session chair", "SessionChair"),
    (r"steering", "SteeringCommitteeMember"),
    (r"(?:sub-?)?reviewer", "Reviewer"),
    (r"keynote", "KeynoteSpeaker"),
    (r"invited speaker", "InvitedSpeaker"),
    (r"panell?ist", "Panelist"),
    (r"moderator", "Moderator"),
    (r"\bchair\b|co-?chair", "Chair"),
)  # fmt: skip
_COMPILED: Final = tuple((re.compile(pattern, re.IGNORECASE), role) for pattern, role in _ROLES)
_KINDS: Final = (
    (r"(?:coffee|tea|lunch|morning|afternoon|social|short|bio)?\W*break\b|^pause\b", "Break", ""),
    (r"^(?:buffet )?(?:lunch|breakfast|dinner)\b|\bmeal\b|banquet|gala dinner", "Break", "Meal"),
    (r"^registration", "Registration", ""),
    (r"^(?:opening|welcome)", "Opening", ""),
    (r"^keynote", "Keynote", ""),
    (r"\bpanel\b", "Panel", ""),
    (r"reception|social event|minute madness|get[- ]together", "", "SocialEvent"),
    (r"\bposter", "", "PosterSession"),
    (r"\bdemo(?:s|nstrations?)?\b", "", "DemoSession"),
    (r"^tutorial", "", "Tutorial"),
    (r"^(?:ws\b|workshop)", "", "Workshop"),
    (r"doctoral|ph\.?d\.? symposium", "", "DoctoralConsortium"),
    (r"^plenary", "", "PlenarySession"),
    (r"re?se?arch papers?|papers? session|^session \d", "PaperSession", ""),
)
_EVENTS: Final = tuple((re.compile(each[0], re.IGNORECASE), *each[1:]) for each in _KINDS)


def role_of(title: str) -> str:
    """The concept of a role's title; an unknown one is a member of the organising committee."""
    for pattern, role in _COMPILED:
        if pattern.search(title):
            return role
    return "OrganisingCommitteeMember"


def event_kind(*titles: str) -> tuple[str, str]:
    """The class and the concept of a slot, from the first of its titles that tells; else empty."""
    for title in titles:
        for pattern, kind, concept in _EVENTS:
            if title and pattern.search(title):
                return kind, concept
    return "", ""
