"""The lines of a slot, divided into talks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from .ledger import Ledger
from .lines import Line, Mark, is_prose, mark
from .names import has_capital_surname
from .organisations import has_job_word
from .people import People

__all__ = ["TalkLines", "divide_talks"]


@dataclass(slots=True)
class TalkLines:
    """The lines of one talk by what they are."""

    title: Line | None = None
    speakers: list[Line] = field(default_factory=list)
    heading: Line | None = None
    paragraphs: list[Line] = field(default_factory=list)
    recording: Line | None = None
    after: list[Line] = field(default_factory=list)


def divide_talks(
    lines: Sequence[Line], people: People, ledger: Ledger
) -> tuple[list[Line], list[TalkLines]]:
    """Divide a slot's lines into those before its first talk and its talks.

    A talk begins with the line before its speakers, or before the heading of its abstract where
    it names no speaker; a paragraph is no title. What follows speakers and heading is its
    abstract or announcement.
    """
    divider = _Divider(people, ledger)
    for line, following in zip_longest(lines, lines[1:]):
        divider.take(line, following)
    divider.free_titles()
    for line in [line for talk in divider.talks for line in talk.after]:
        ledger.unread(line, "A line after the recording of a talk that begins no other talk.")
    return divider.before, divider.talks


class _Divider:
    def __init__(self, people: People, ledger: Ledger) -> None:
        self._people = people
        self._ledger = ledger
        self.before: list[Line] = []
        self.talks: list[TalkLines] = []

    @property
    def _talk(self) -> TalkLines | None:
        return self.talks[-1] if self.talks else None

    def take(self, line: Line, following: Line | None) -> None:
        kind = mark(line.text)
        heads = following is not None and mark(following.text) is Mark.ABSTRACT
        if kind is Mark.ABSTRACT:
            self._heading(line)
        elif kind is Mark.RECORDING:
            self._recording(line)
        elif kind is Mark.LINK:
            self._ledger.unread(line, "A link whose target the text does not give.")
        elif kind is Mark.SPEAKER:
            if self._people.speakers(line.text):
                self._speaker(line)
            else:
                self._ledger.unread(line, "No name can be told in this line.")
        elif self._people.is_person(line.text, before_abstract=heads):
            self._speaker(line)
        else:
            self._pending(self._talk).append(line)

    def _pending(self, talk: TalkLines | None) -> list[Line]:
        """Where a line of text belongs unless it proves to be the next talk's title."""
        if talk is None:
            return self.before
        return talk.after if talk.recording and talk.paragraphs else talk.paragraphs

    def _heading(self, line: Line) -> None:
        talk = self._talk
        if talk is None or talk.heading:
            talk = self._begin()
        talk.heading = line

    def _recording(self, line: Line) -> None:
        if self._talk is None or self._talk.recording:
            self._ledger.unread(line, "A recording of no talk, or a second one of the same talk.")
        else:
            self._talk.recording = line

    def _speaker(self, line: Line) -> None:
        talk = self._talk
        if talk is None or talk.heading or talk.paragraphs or talk.recording:
            talk = self._begin()
        talk.speakers.append(line)

    def _begin(self) -> TalkLines:
        """A new talk; its title is the line before, taken back from where it was put."""
        pending = self._pending(self._talk)
        title = pending.pop() if pending and not is_prose(pending[-1].text) else None
        self.talks.append(TalkLines(title))
        return self.talks[-1]

    def free_titles(self) -> None:
        """Give titles back that read like a person's line, above lines that surely are.

        "Tiny Agents, Big Institute Data" could be a person; above surnames in capitals it is none.
        """
        for index, talk in enumerate(self.talks):
            certain = [
                mark(line.text) is Mark.SPEAKER or has_capital_surname(line.text.partition(",")[0])
                for line in talk.speakers
            ]
            if not any(certain) or certain[0] or has_job_word(talk.speakers[0].text):
                continue
            if talk.title:
                self._pending(self.talks[index - 1] if index else None).append(talk.title)
            talk.title = talk.speakers.pop(0)
