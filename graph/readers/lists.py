"""Lists of people on a page: committee, organising roles, speakers at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..records import CommitteeMember, OrganisingRole, Speaker
from .ledger import Ledger
from .lines import Line, Mark, mark, role_of
from .names import Names, has_capital_surname, is_name_shaped
from .organisations import names_organisation, organisation
from .people import People
from .places import country_code

__all__ = ["Entry", "Lists", "entries"]

_KNOWN_ACRONYMS = frozenset(
    ["AI", "ML", "IT", "US", "USA", "UK", "EU", "HPC", "LLC", "IC", "RF", "IEEE", "ACM"]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A person of a list; the page may have lost either part."""

    name: Line | None
    affiliation: Line | None


def looks_like_name(text: str, known: frozenset[str] = frozenset()) -> bool | None:
    """Whether a line of a list is a name (True), an organisation (False) or either (None).

    :param known: affiliations that the page's person lines give, in lower case.
    """
    head, comma, tail = text.rpartition(",")
    if (
        text.casefold() in known
        or names_organisation(text)
        or (comma and country_code(tail.strip()))
    ):
        return False
    words = text.split()
    if not is_name_shaped(text) or "," in text:
        return False
    if words[0].isupper() and len(words[0]) > 1 and not words[-1].isupper():
        return False
    if has_capital_surname(text):
        return None if words[-1] in _KNOWN_ACRONYMS else True
    return None


def entries(lines: Sequence[Line], known: frozenset[str] = frozenset()) -> list[Entry]:
    """Pair the lines of a list that alternates names and affiliations, some of them lost.

    Words decide where they can (capital surnames; "University", a country code); elsewhere the
    blank lines do: neighbouring fields are one blank line apart, and every lost field leaves one
    more. Where names and affiliations stand on adjacent lines, a blank line begins an entry.
    """
    kinds = _kinds(lines, known)
    tight = any(line.gap == 0 for line in lines[1:])
    result: list[Entry] = []
    for line, is_name in zip(lines, kinds, strict=True):
        last = result[-1] if result else None
        if is_name:
            result.append(Entry(line, None))
        elif last and last.name and not last.affiliation and line.gap <= (0 if tight else 1):
            result[-1] = Entry(last.name, line)
        else:
            result.append(Entry(None, line))
    return result


def _kinds(lines: Sequence[Line], known: frozenset[str]) -> list[bool]:
    guesses = [looks_like_name(line.text, known) for line in lines]
    if False not in guesses:
        return [True] * len(guesses)
    tight = any(line.gap == 0 for line in lines[1:])
    kinds: list[bool] = []
    for line, guess in zip(lines, guesses, strict=True):
        if guess is None:
            if not kinds or (tight and line.gap):
                guess = True
            else:
                odd = max(line.gap, 1) % 2 == 1
                guess = kinds[-1] ^ odd
        kinds.append(guess)
    return kinds


class Lists:
    """Reads the lists of a page.

    :param people: reader of person lines.
    :param known: affiliations that the page's person lines give, in lower case.
    """

    def __init__(self, people: People, ledger: Ledger, known: Iterable[str] = ()) -> None:
        self._people = people
        self._names: Names = people.names
        self._ledger = ledger
        self._known = frozenset(text.casefold() for text in known)

    def committee(self, lines: Sequence[Line]) -> list[CommitteeMember]:
        """The members of the committee in their order."""
        document = self._ledger.document
        members = []
        for entry in entries(lines, self._known):
            if entry.name is None:
                self._lost_name(entry)
                continue
            members.append(
                CommitteeMember(
                    self._names.read(entry.name.text),
                    document.quote(entry.name, entry.affiliation),
                    organisation(entry.affiliation.text) if entry.affiliation else None,
                )
            )
        return members

    def attendees(self, lines: Sequence[Line]) -> list[Speaker]:
        """The people of the closing list that still have their names."""
        document = self._ledger.document
        result = []
        for entry in entries(lines, self._known):
            if entry.name is None:
                self._lost_name(entry)
                continue
            result.append(
                Speaker(
                    self._names.read(entry.name.text),
                    document.quote(entry.name, entry.affiliation),
                    None,
                    organisation(entry.affiliation.text) if entry.affiliation else None,
                )
            )
        return result

    def _lost_name(self, entry: Entry) -> None:
        if entry.affiliation:
            self._ledger.unread(
                entry.affiliation, "An affiliation whose person's name is missing on the page."
            )

    def roles(self, lines: Sequence[Line]) -> tuple[list[OrganisingRole], Sequence[Line]]:
        """The organising roles, and the lines after the last one."""
        roles: list[OrganisingRole] = []
        used: set[int] = set()
        places = [index for index, line in enumerate(lines) if mark(line.text) is Mark.ROLE]
        for place, following in zip(places, [*places[1:], len(lines)], strict=True):
            roles.append(self._role(lines, place, following, used))
        end = max(used | set(places), default=-1) + 1
        for index in range(end):
            if index not in used and index not in places:
                self._ledger.unread(
                    lines[index], "A line between two roles that belongs to neither."
                )
        return roles, lines[end:]

    def _role(
        self, lines: Sequence[Line], place: int, following: int, used: set[int]
    ) -> OrganisingRole:
        line = lines[place]
        found = role_of(line.text)
        assert found  # noqa: S101  the caller chose lines with a role
        role, inline = found
        quote = self._ledger.document.quote
        if inline:
            speaker = self._people.read(inline, quote(line))
            return OrganisingRole(role, quote(line), speaker.name, speaker.affiliation)
        first, last, holder, affiliation = line, line, None, None
        before = lines[place - 1] if place else None
        if before and place - 1 not in used and line.gap <= 1 and self._is_name(before):
            holder, first = before, before
            used.add(place - 1)
        index = place + 1
        if (
            index < following
            and not holder
            and lines[index].gap <= 1
            and self._is_name(lines[index])
        ):
            holder = last = lines[index]
            used.add(index)
            index += 1
        if index < following and lines[index].gap <= 1 and not self._is_name(lines[index]):
            affiliation = last = lines[index]
            used.add(index)
        if holder is None:
            self._ledger.warn(line, "The page does not say who holds this role.")
        return OrganisingRole(
            role,
            quote(first, last),
            self._names.read(holder.text) if holder else None,
            organisation(affiliation.text) if affiliation else None,
        )

    def _is_name(self, line: Line) -> bool:
        return looks_like_name(line.text, self._known) is True
