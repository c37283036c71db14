"""A window of headless Chromium that notes what goes wrong in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE = (1280, 900), (390, 844)
MISSING = "/no/such/page"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; tests skip where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs Chromium ({CHROMIUM} is not there)")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


class Visit:
    """A window that notes what goes wrong in it."""

    def __init__(
        self,
        browser: Browser,
        live: str,
        size: tuple[int, int] = DESKTOP,
        *,
        dark: bool = False,
        **context: Any,
    ) -> None:
        self.live = live
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            **context,
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._request(request.url))
        self.page.on("response", lambda response: self._response(response.url, response.status))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status" not in text:
            self.faults.append(text)

    def _response(self, url: str, status: int) -> None:
        """Note what could not be loaded, but for the page that is not there on purpose."""
        if status >= 400 and url != self.live + MISSING:
            self.faults.append(f"{status}: {url}")

    def _request(self, url: str) -> None:
        if not url.startswith(self.live):
            self.faults.append(f"external request: {url}")

    def go(self, address: str) -> Page:
        """Open an address of the server."""
        self.page.goto(self.live + address, wait_until="load")
        return self.page
