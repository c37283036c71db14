"""The application over the shipped graphs: in this process, and behind a real port."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from symposia.server.app import create_app
from waitress.server import create_server


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
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)
