"""The product over each engine: the embedded one, and SPARQL servers in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from symposia.graph.dataset import shipped
from symposia.graph.library import Library
from symposia.graph.remote_generations import RemoteGenerations
from symposia.graph.store import Store

from .product import EMBEDDED, Answer, Product
from .servers import SERVERS, MissingError, Server


@pytest.fixture(scope="session")
def reference() -> Store:
    """The shipped graph in the embedded engine."""
    return Store.memory(shipped())


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Starts each SPARQL server once, when it is first wanted."""
    running: dict[str, Server] = {}
    with ExitStack() as stack:

        def started(name: str) -> Server:
            if name not in running:
                try:
                    entered = stack.enter_context(SERVERS[name](tmp_path_factory.mktemp(name)))
                except MissingError as error:
                    pytest.skip(str(error))
                running[name] = entered
            return running[name]

        yield started


@pytest.fixture(scope="session", params=[*SERVERS])
def server(request: pytest.FixtureRequest, start: Callable[[str], Server]) -> Server:
    """Each SPARQL server."""
    return start(request.param)


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
def expected(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Answer]:
    """The answer to a GET that every engine has to give: that of an embedded engine."""
    found = Product.embedded(tmp_path_factory.mktemp("expected"))
    assert found.dump().status_code == 200

    @cache
    def answer(path: str, accept: str) -> Answer:
        return Answer.of(found.get(path, accept))

    return answer


@pytest.fixture(scope="session", params=[EMBEDDED, *SERVERS])
def product(
    request: pytest.FixtureRequest,
    start: Callable[[str], Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> Product:
    """The whole product over each engine."""
    if request.param == EMBEDDED:
        return Product.embedded(tmp_path_factory.mktemp(EMBEDDED))
    return Product.over(start(request.param))
