"""What a visitor wants to see of a timetable: talks by topic, person or organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .filters import by, distinct
from .folding import fold
from .terms import Row
from .timetable import Day, Talk

__all__ = ["Wanted", "narrowed", "suggestions", "talks_of"]

_LONGEST: Final = 200
_MOST: Final = 250
"""Names of a kind up to which a page suggests them."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; an empty text is not.

    :param topic: is in the title or a topic of a talk, or in the title of its session.
    """

    topic: str = ""
    person: str = ""
    organisation: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Wanted:
        """What the fields of an address say."""
        told = (fields.get(name, "").strip() for name in ("topic", "person", "organisation"))
        return cls(*(text[:_LONGEST] for text in told))

    def __bool__(self) -> bool:
        return bool(self.topic or self.person or self.organisation)


def talks_of(rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Talk]]:
    """The talks of each session, by the rows of a conference's page."""
    speakers = _groups(rows.get("speakers", ()), "talk")
    authors = _groups(rows.get("papers", ()), "paper")
    topics = _groups(rows.get("topics", ()), "talk")
    organisations = _groups(rows.get("organisations", ()), "talk")
    found: dict[str, list[Talk]] = {}
    for group in by(rows["talks"], "talk"):
        row = group[0]
        if row.talk is None or row.session is None:
            continue
        talk = Talk(row.talk, row.paper, row.start.value if row.start else "")
        talk.people = distinct(speakers.get(row.talk.value, ()), "person")
        talk.names = [cell.text for cell in talk.people]
        if row.paper:
            wrote = distinct(authors.get(row.paper.value, ()), "person")
            talk.names += [cell.text for cell in wrote if cell.text not in talk.names]
        talk.topics = _texts(topics.get(row.talk.value, ()), "topic")
        talk.organisations = _texts(organisations.get(row.talk.value, ()), "organisation")
        found.setdefault(row.session.value, []).append(talk)
    return found


def narrowed(
    sessions: Iterable[Row],
    talks: Mapping[str, Sequence[Talk]],
    chairs: Iterable[Row],
    wanted: Wanted,
) -> tuple[list[Row], dict[str, list[Talk]]]:
    """The sessions that are wanted, each with the talks that are.

    A session whose own title or chair is what is wanted has all its talks.
    """
    led = _groups(chairs, "session")
    kept: list[Row] = []
    left: dict[str, list[Talk]] = {}
    for row in sessions:
        if row.session is None:
            continue
        own, iri = row.session.text, row.session.value
        chaired = [cell.text for cell in distinct(led.get(iri, ()), "chair")]
        held = [each for each in talks.get(iri, ()) if _fits(wanted, own, chaired, each)]
        if held or _fits(wanted, own, chaired, None):
            kept.append(row)
            left[iri] = held
    return kept, left


def _fits(wanted: Wanted, session: str, chairs: Sequence[str], talk: Talk | None) -> bool:
    titles = [session, *([] if talk is None else [(talk.paper or talk.talk).text, *talk.topics])]
    return (
        _among(wanted.topic, titles)
        and _among(wanted.person, [*chairs, *(talk.names if talk else ())])
        and _among(wanted.organisation, talk.organisations if talk else ())
    )


def _among(text: str, names: Iterable[str]) -> bool:
    part = fold(text)
    return not part or any(part in fold(name) for name in names)


def suggestions(days: Iterable[Day]) -> dict[str, list[str]]:
    """The names that can be looked for, where they are few enough to be listed on a page."""
    found: dict[str, set[str]] = {"topic": set(), "person": set(), "organisation": set()}
    for day in days:
        for slot in day.slots:
            found["person"].update(cell.text for cell in slot.chairs)
            for talk in slot.talks:
                found["person"].update(talk.names)
                found["topic"].update(talk.topics)
                found["organisation"].update(talk.organisations)
    return {name: sorted(names, key=fold) for name, names in found.items() if len(names) <= _MOST}


def _groups(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if (cell := row[name]) is not None:
            groups.setdefault(cell.value, []).append(row)
    return groups


def _texts(rows: Iterable[Row], name: str) -> list[str]:
    return [cell.text for cell in distinct(rows, name)]
