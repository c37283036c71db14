"""The product over each engine: the embedded one, and SPARQL servers in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from symposia.graph.dataset import shipped
from symposia.graph.library import Library
from symposia.graph.remote_generations import RemoteGenerations
from symposia.graph.store import Store
from symposia.server.app import create_app

from .servers import SERVERS, MissingError, Server


@pytest.fixture(scope="session")
def reference() -> Store:
    """The shipped graph in the embedded engine."""
    return Store.memory(shipped())


@pytest.fixture(scope="session", params=[*SERVERS])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Each SPARQL server, started anew."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp(request.param)
        try:
            running = stack.enter_context(SERVERS[request.param](folder))
        except MissingError as error:
            pytest.skip(str(error))
        yield running


@pytest.fixture(scope="session", params=["embedded", *SERVERS])
def engine(request: pytest.FixtureRequest) -> str:
    """The names of the engines."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def generations(server: Server) -> RemoteGenerations:
    """What is published to a server: the shipped graph."""
    found = RemoteGenerations(server.endpoint())
    Library(found).publish()
    return found


@pytest.fixture(scope="session")
def store(generations: RemoteGenerations) -> Store:
    """The shipped graph on a server."""
    return generations.open()


@pytest.fixture(scope="session")
def app(generations: RemoteGenerations) -> Flask:
    """The application over a server."""
    return create_app(generations)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application over the embedded engine, with the same dataset."""
    data: Path = tmp_path_factory.mktemp("embedded")
    Library(data).publish()
    return create_app(data)


def values(results: Any) -> list[tuple[str, ...]]:
    """Solutions as rows of terms, sorted."""
    names = [variable.value for variable in results.variables]
    return sorted(tuple(str(row[name]) for name in names) for row in results)
