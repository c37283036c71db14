"""What is gone stays known where a SPARQL server holds the dataset, as with a data folder."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from symposia.graph import remote_gone
from symposia.graph.dataset import NamedGraph
from symposia.graph.gone import Gone
from symposia.graph.library import Library
from symposia.graph.namespaces import BASE
from symposia.graph.remote import RemoteStore
from symposia.graph.remote_generations import RemoteGenerations
from symposia.graph.remote_gone import gone_from
from symposia.server.app import create_app

from .servers import SERVERS, MissingError

HTML = {"Accept": "text/html"}
BEN, DAN = f"{BASE}lake-2030/person/ben-cole", f"{BASE}lake-2030/person/dan-eames"


@pytest.mark.parametrize("name", [*SERVERS])
def test_what_is_gone_stays_known(
    name: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = [
        NamedGraph(f"{BASE}{path.stem}/graph/programme", path, path.stem)
        for path in sorted((root / "tests" / "data" / "conferences").glob("*.ttl"))
    ]
    with ExitStack() as stack:
        try:
            server = stack.enter_context(SERVERS[name](tmp_path))
        except MissingError as error:
            pytest.skip(str(error))
        generations = RemoteGenerations(server.endpoint())
        library = Library(generations)
        library.include({"two conferences": graphs})
        library.remove(["lake-2030"])
        store = RemoteStore(server.endpoint())
        assert gone_from(store, DAN) == Gone("Dan Eames", 1, ())
        assert gone_from(store, BEN) == Gone("Ben Cole", 1, (f"{BASE}lake-2031/person/b-cole",))
        assert gone_from(store, f"{BASE}lake-2030/person/nobody") is None

        client = create_app(generations).test_client()
        reply = client.get("/lake-2030/person/ben-cole", headers=HTML)
        assert (reply.status_code, reply.location) == (303, "/lake-2031/person/b-cole")
        assert client.get("/lake-2030/person/dan-eames").status_code == 410
        assert client.get("/lake-2030/person/nobody").status_code == 404
        assert remote_gone.GONE not in generations.open().graphs()

        library.include({"back": graphs[:1]})
        library.remove(["lake-2030"])
        assert gone_from(store, DAN) == Gone("Dan Eames", 3, ()), "the last that had it, once"
        monkeypatch.setattr(remote_gone, "MOST", 1)
        library.remove(["lake-2031"])
        assert gone_from(store, DAN) is None, "the oldest go"
