"""Checks that a page was read to its end and is a programme page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..errors import SourceError
from ..records import Kind, Slot
from .ledger import Ledger
from .lines import Line, Mark, mark
from .organisations import organisation
from .parts import Parts
from .places import is_region_code

__all__ = ["check_countries", "check_end", "check_speakers"]

_OF_PAPERS: Final = (Kind.PAPERS, Kind.OTHER)
_SHORT: Final = 12
"""In words; a shorter line below the title of a keynote or panel is no cut sentence."""

_ENDS: Final = {
    Mark.TIME: "right after the time of a slot",
    Mark.DATE: "right after the heading of a day",
    Mark.ABSTRACT: "right after the heading of an abstract",
    Mark.CHAIR: "right after the chair of a session",
}


def check_speakers(parts: Parts, slots: Sequence[Slot], ledger: Ledger) -> None:
    """Refuse a timetable that names nobody: it is of another kind.

    :raises SourceError: at the first line below a slot's time that should have led to a speaker.
    """
    if any(talk.speakers for slot in slots for talk in slot.talks):
        return
    line = next((line for line in parts.slots if mark(line.text) is Mark.TEXT), parts.slots[0])
    raise SourceError(
        f"No line of the timetable names a speaker; '{line.text[:60]}' and what follows do not "
        "fit a programme page.",
        source=ledger.document.name,
        line=line.number,
        hint="Expected lines such as 'Jane DOE, PhD Student, Example University' below the title "
        "of a talk.",
    )


def check_end(parts: Parts, slots: Sequence[Slot], ledger: Ledger) -> None:
    """Refuse a page that is cut off in the middle of a slot.

    :raises SourceError: at the last line, saying in which slot and after what it stands.
    """
    last = ledger.document.lines[-1]
    if last is not parts.slots[-1]:
        return
    slot = slots[-1]
    papers = any(talk.paper for slot in slots for talk in slot.talks)
    where = _ENDS.get(mark(last.text)) or _inside_talk(last, slot, papers)
    if where:
        time = slot.quote.text.partition("\n")[0].strip()
        raise SourceError(
            f"The page is cut off: it ends {where}, in the slot '{time}' of line "
            f"{slot.quote.first}.",
            source=ledger.document.name,
            line=last.number,
            hint="Expected the rest of that slot; get the whole page.",
        )
    if not any(talk.abstract for talk in slot.talks[-1:]):
        ledger.warn(last, "The page ends with this slot's first lines; the rest may be cut off.")


def _inside_talk(last: Line, slot: Slot, papers: bool) -> str | None:
    """Where in a talk the page ends; None if the talk may be whole."""
    if not slot.talks:
        return None
    talk = slot.talks[-1]
    if talk.recorded_quote and talk.recorded_quote.last >= last.number:
        return None
    if talk.abstract_quote and talk.abstract_quote.last < last.number:
        return "after what may be the title of a talk"
    if talk.abstract_quote:
        if not (papers and slot.kind in _OF_PAPERS) and last.text.count(" ") < _SHORT:
            return None
        text = last.text.rstrip("”\"')]")
        return None if text.endswith((".", "!", "?", "…")) else "in the middle of a sentence"
    in_session = talk.title != slot.title and slot.kind in _OF_PAPERS
    return "before the abstract of a talk" if in_session and papers else None


def check_countries(lines: Sequence[Line], ledger: Ledger) -> None:
    """Doubt a country code that a state of the US or a province of Canada has too.

    Where the page writes other countries as codes, it means a country here as well.
    """
    codes = {
        line: line.text.rpartition(", ")[2] for line in lines if organisation(line.text).country
    }
    if any(not is_region_code(code) for code in codes.values()):
        return
    for line, code in codes.items():
        ledger.warn(line, f"'{code}' is read as a country; it is also the code of a state.")
