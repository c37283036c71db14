"""The people around the programme: committee, organising roles, closing list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile, zip_longest

from ..records import (
    CommitteeMember,
    Organisation,
    OrganisingRole,
    PersonName,
    Quote,
    Role,
    Speaker,
)
from .entries import Entry, looks_like_name, read_entries, read_inline
from .ledger import Ledger
from .lines import Line, Mark, mark, role_of
from .names import is_name_shaped
from .organisations import names_organisation, organisation
from .people import People
from .places import is_place

__all__ = ["Lists"]


class Lists:
    """Reads the lists of a page.

    :param people: reader of person lines.
    :param ledger: takes what stays unread or is doubtful.
    :param known: affiliations that the page's person lines give.
    """

    def __init__(self, people: People, ledger: Ledger, known: Iterable[str] = ()) -> None:
        self._people = people
        self._ledger = ledger
        self._quote = ledger.document.quote
        self._known = frozenset(text.casefold() for text in known)

    def committee(self, lines: Sequence[Line]) -> list[CommitteeMember]:
        """The members of the committee in their order."""
        return [CommitteeMember(*member) for member in self._named(lines)]

    def attendees(self, lines: Sequence[Line]) -> list[Speaker]:
        """The people of the closing list that still have their names."""
        return [Speaker(name, quote, None, at) for name, quote, at in self._named(lines)]

    def _named(self, lines: Sequence[Line]) -> list[tuple[PersonName, Quote, Organisation | None]]:
        result: list[tuple[PersonName, Quote, Organisation | None]] = []
        listed = [line for line in lines if mark(line.text) is Mark.TEXT]
        for entry in read_entries(listed, self._known):
            if entry.name is None:
                self._ledger.unread(
                    entry.first, "An affiliation whose person's name is missing on the page."
                )
                continue
            if entry.run_together:
                self._ledger.warn(
                    entry.first,
                    f"Nothing divides name and affiliation; read as '{entry.name}' at "
                    f"'{entry.affiliation}'.",
                )
            name = self._people.names.read(entry.name)
            at = organisation(entry.affiliation) if entry.affiliation else None
            result.append((name, self._quote(entry.first, entry.last), at))
        return result

    def roles(self, lines: Sequence[Line]) -> tuple[list[OrganisingRole], Sequence[Line]]:
        """The organising roles, and the lines that follow the last one.

        A page gives the holder right before the role or right after it, then the affiliation, a
        blank line between them; more blank lines mean that something is lost there. Which of the
        two a page does shows where a name has a role on one side only; where nothing shows it,
        no name is taken, for it may belong to the neighbour. Lines such as "Jane Doe, Example
        University" below a role are its holders, however many.
        """
        places = [index for index, line in enumerate(lines) if mark(line.text) is Mark.ROLE]
        side = self._side(lines, places)
        below = self._inline_below(lines, places)
        used = set(places)
        roles: list[OrganisingRole] = []
        for place, following in zip_longest(places, places[1:], fillvalue=len(lines)):
            if holders := self._holders(lines[place + 1 : following]) if below else []:
                used.update(range(place + 1, place + 1 + len(holders)))
                roles += self._held(lines[place], holders)
            else:
                roles.append(self._role(lines, place, following, side, used))
        end = max(used, default=-1) + 1
        for index in range(end):
            if index not in used:
                self._ledger.unread(lines[index], "A line between two roles that fits neither.")
        return roles, lines[end:]

    def _inline_below(self, lines: Sequence[Line], places: Sequence[int]) -> bool:
        """Whether lines with name and affiliation stand below their roles and not above them."""
        if not any(read_inline(line, self._known) for line in lines):
            return False
        whole = self._ledger.document.lines
        first = whole.index(lines[places[0]]) if places else 0
        above = [lines[place - 1] if place else whole[max(first - 1, 0)] for place in places]
        near = [line for line, place in zip(above, places, strict=True) if lines[place].gap <= 1]
        held = [line for line in near if not any(map(str.isdigit, line.text))]  # no address
        below = sum(bool(self._holders(lines[place + 1 : place + 2])) for place in places)
        return below > sum(read_inline(line, self._known, alike=True) is not None for line in held)

    def _holders(self, lines: Sequence[Line]) -> list[Entry]:
        """The entries with name and affiliation on one line at the beginning of some lines."""
        near = takewhile(lambda line: line.gap <= 1 and not role_of(line.text), lines)
        entries = (read_inline(line, self._known, alike=True) for line in near)
        return [entry for entry in takewhile(bool, entries) if entry]

    def _held(self, line: Line, holders: Sequence[Entry]) -> list[OrganisingRole]:
        """A role with those who hold it; one that says its holder itself has no other."""
        role, _ = role_of(line.text) or (Role.COMMITTEE, "")
        return [
            OrganisingRole(
                role,
                self._quote(entry.first if number else line, entry.last),
                self._people.names.read(entry.name or ""),
                organisation(entry.affiliation or ""),
            )
            for number, entry in enumerate(holders)
        ]

    def _side(self, lines: Sequence[Line], places: Sequence[int]) -> int:
        """Where holders stand: -1 before their role, 1 after it, 0 if the page does not show."""
        roles = frozenset(places)
        before = sum(
            self._is_holder(lines, place - 1, place) and place - 2 not in roles for place in places
        )
        after = sum(
            self._is_holder(lines, place + 1, place) and place + 2 not in roles for place in places
        )
        return (after > before) - (before > after)

    def _is_holder(self, lines: Sequence[Line], index: int, place: int) -> bool:
        """Whether a line beside a role is a name: it looks like one, or an affiliation follows."""
        if not 0 <= index < len(lines) or lines[max(index, place)].gap > 1:
            return False
        guess = looks_like_name(lines[index].text, self._known)
        if guess is None and place < index < len(lines) - 1 and lines[index + 1].gap <= 1:
            return looks_like_name(lines[index + 1].text, self._known) is False
        return guess is True

    def _role(
        self, lines: Sequence[Line], place: int, following: int, side: int, used: set[int]
    ) -> OrganisingRole:
        line = lines[place]
        role, inline = role_of(line.text) or (Role.COMMITTEE, "")
        if inline:
            return self._inline_role(line, role, inline)
        holder = affiliation = None
        first = last = line
        index = place + 1
        if side and place + side not in used and self._is_holder(lines, place + side, place):
            holder = lines[place + side]
            used.add(place + side)
            first, last = (holder, line) if side < 0 else (line, holder)
            index += side > 0
        widest = 2 if side > 0 and not holder else 1
        if index < following and lines[index].gap <= widest and self._is_affiliation(lines[index]):
            affiliation = last = lines[index]
            used.add(index)
        if holder is None:
            self._ledger.warn(line, "The page does not say who holds this role.")
        return OrganisingRole(
            role,
            self._quote(first, last),
            self._people.names.read(holder.text) if holder else None,
            organisation(affiliation.text) if affiliation else None,
        )

    def _inline_role(self, line: Line, role: Role, inline: str) -> OrganisingRole:
        """Read "Program Co-Chair: Jane DOE, Example University" on one line."""
        quote = self._quote(line)
        if self._people.has_name(inline):
            speaker = self._people.read(inline, quote)
            return OrganisingRole(role, quote, speaker.name, speaker.affiliation)
        self._ledger.warn(line, "The page does not say who holds this role.")
        return OrganisingRole(role, quote, None, organisation(inline))

    def _is_affiliation(self, line: Line) -> bool:
        return (
            mark(line.text) is Mark.TEXT
            and looks_like_name(line.text, self._known) is not True
            and read_inline(line, self._known) is None
            and not self._may_hold(line.text)
        )

    def _may_hold(self, text: str) -> bool:
        """Whether a line may be a person with an affiliation as well ("Ada Moe, Lumen")."""
        head, _, rest = text.partition(", ")
        return (
            bool(rest)
            and is_name_shaped(head)
            and text.casefold() not in self._known
            and not names_organisation(text)
            and not is_place(rest)
        )
