"""The reader on the programme page of the tinyML Research Symposium 2023."""

from __future__ import annotations

from pathlib import Path

import pytest

from symposia.graph.readers.page import read_page
from symposia.graph.records import Programme


@pytest.fixture(scope="module")
def programme(page: Path) -> Programme:
    return read_page(page.read_bytes(), name=page.name)


def test_everything_on_the_page_is_read(programme: Programme) -> None:
    talks = [talk for slot in programme.slots for talk in slot.talks]
    papers = [talk for talk in talks if talk.paper]
    assert len(programme.slots) == 11
    assert len(papers) == 16
    assert sum(len(talk.speakers) for talk in papers) == 17
    assert sum(len(slot.chairs) for slot in programme.slots) == 4
    assert len(programme.committee) == 20
    assert len(programme.roles) == 7
