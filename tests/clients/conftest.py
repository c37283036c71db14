"""The servers that the clients ask: one with the shipped graphs, one that can be changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..server.writable import Server, serving


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the shipped graphs, which cannot be changed."""
    folder = tmp_path_factory.mktemp("shipped")
    with serving(folder, "--data", str(folder / "data"), token=None) as server:
        yield server


@pytest.fixture(scope="session")
def site(shipped: Server) -> str:
    """Its address, without a slash at the end."""
    return shipped.address


@pytest.fixture(scope="session")
def endpoint(site: str) -> str:
    """The address of its SPARQL endpoint."""
    return f"{site}/sparql"


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a store that takes changes with the token."""
    with serving(tmp_path_factory.mktemp("scratch"), "--scratch") as server:
        yield server
