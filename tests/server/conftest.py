"""The application over the shipped graphs: in this process, and behind a real port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from symposia.server.app import create_app
from symposia.server.web_server import WebServer

from .browsing import Visit, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def app() -> Flask:
    """The application over the graphs that are shipped, in memory."""
    return create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application in this process."""
    return app.test_client()


@pytest.fixture(scope="session")
def live(app: Flask) -> Iterator[str]:
    """The address of a real server, without a slash at the end."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = WebServer(app, listening, None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(5)


@pytest.fixture(scope="session")
def axe(root: Path) -> str:
    """The script of axe-core, which .ci/clients installs."""
    path = root / ".venv" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("needs axe-core (bash .ci/clients)")
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; tests skip where there is none."""
    with chromium() as started:
        yield started


@pytest.fixture
def desktop(browser: Browser, live: str) -> Iterator[Visit]:
    """A window of desktop width."""
    made = Visit(browser, live)
    yield made
    made.context.close()
