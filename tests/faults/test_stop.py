"""A server that is told to stop lets its answers end, within a bound, and leaves nothing."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest

from .load import Load
from .processes import until
from .site import Answer, Site

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIMIT = 1
"""Seconds after which a query is stopped."""
PATIENCE = 10.0
"""Seconds that a server which stops gives to what is under way."""


class Asking(threading.Thread):
    """Asks for something in a thread, and keeps what comes of it."""

    def __init__(self, site: Site, query: str) -> None:
        super().__init__()
        self._site, self._query = site, query
        self.answer: Answer | None = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Ask."""
        try:
            self.answer = self._site.send("GET", f"/sparql?query={quote(self._query)}")
        except Exception as error:  # noqa: BLE001  the test looks at it
            self.error = error


@pytest.mark.parametrize(
    ("signals", "drains"),
    [
        ((signal.SIGTERM,), True),
        ((signal.SIGINT,), True),
        ((signal.SIGTERM, signal.SIGTERM), False),
        ((signal.SIGTERM, signal.SIGINT), False),
    ],
    ids=lambda value: "-".join(each.name for each in value) if isinstance(value, tuple) else None,
)
def test_a_stop_lets_answers_end_unless_it_is_said_twice(
    sites: Callable[..., Site], signals: tuple[signal.Signals, ...], drains: bool
) -> None:
    site = sites("--workers", "1", "--timeout", str(LIMIT if drains else 60))
    site.start()
    children = {*site.children}
    asking = Asking(site, SLOW)
    time.sleep(0.5)
    begun = time.monotonic()
    assert site.stop(*signals) == 0
    took = time.monotonic() - begun
    asking.join(20)
    if drains:
        assert asking.answer is not None, asking.error
        assert (asking.answer.status, asking.answer.problem["title"]) == (504, "Timed out")
    assert took < PATIENCE / 2
    until(lambda: not children.intersection(site.children), what="the end of its children")
    assert "Stopped." in site.told()


def test_a_stop_under_load_loses_nothing(sites: Callable[..., Site]) -> None:
    site = sites("--workers", "2", "--no-log-requests")
    site.start()
    with Load(site, readers=2, writers=1) as load:
        until(lambda: all(journal.acknowledged for journal in load.journals), 60, "a change")
        until(lambda: load.writing, what="a change under way")
        begun = time.monotonic()
        assert site.stop() == 0
        assert time.monotonic() - begun < PATIENCE * 2
    site.start()
    load.check()
    assert not {"change 500", "read 500", "IncompleteRead"} & {*load.outcomes}, load.outcomes
    assert site.stop() == 0
