"""Files that are made once per generation: by whom, when, where, and what a kill leaves of them."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from symposia.graph.dataset import NamedGraph, shipped
from symposia.graph.errors import OverloadedError, ReplacedError, StoreError, SymposiaError
from symposia.graph.generations import Generations
from symposia.graph.store import Store
from symposia.server import prepared
from symposia.server.app import create_app
from symposia.server.prepared import Apart, AtHand, Prepared, Recipe

from .writable import Server, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs socket pairs and signals")

INDEX = "search.sqlite"
PERSON = (
    "<https://w3id.org/symposia/mine/%s> a <http://xmlns.com/foaf/0.1/Person> ;"
    ' <http://www.w3.org/2000/01/rdf-schema#label> "%s" .'
)


class Maker:
    """Makes files in this process, as slowly as wanted."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.go = threading.Event()
        self.go.set()
        self.error: Exception | None = None

    def make(self, name: str, path: Path) -> None:
        """Make a file, or fail."""
        self.go.wait(20)
        if self.error is not None:
            raise self.error
        self.made.append(name)
        path.write_text(f"{name} {len(self.made)}")

    def close(self) -> None:
        """Let it go on."""
        self.go.set()


@pytest.fixture(autouse=True)
def _recipes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be two files, except in tests of what really makes them."""
    if not {"server", "process"} & {*request.node.name.split("_")}:
        recipes = {"one": Recipe("search_index.make", "first file"), "two": Recipe("x.y", "second")}
        monkeypatch.setattr(prepared, "MAKERS", recipes)


def test_a_file_is_made_once_and_kept_for_the_next_start(tmp_path: Path) -> None:
    maker = Maker()
    folder = tmp_path / "prepared" / "this"
    files = Prepared(maker, folder)
    assert files.file("one").read_text() == "one 1"
    assert files.file("one") == folder / "one"
    assert Prepared(maker, folder).file("one").read_text() == "one 1"
    assert maker.made == ["one"]
    assert [path.name for path in folder.iterdir()] == ["one"]


def test_many_requests_share_one_making(tmp_path: Path) -> None:
    maker = Maker()
    maker.go.clear()
    files = Prepared(maker, tmp_path / "prepared" / "this")
    found: list[object] = []

    def ask() -> None:
        try:
            found.append(files.file("one").read_text())
        except OverloadedError as error:
            found.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(7)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 10
    while len(found) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    told = "The first file of this generation is being made. Try again in some seconds."
    assert found == [told] * 3  # four wait at a time
    maker.go.set()
    for thread in threads:
        thread.join(10)
    assert found[3:] == ["one 1"] * 4


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_PATIENCE", 0.05)
    maker = Maker()
    maker.go.clear()
    files = Prepared(maker, tmp_path / "prepared" / "this")
    with pytest.raises(OverloadedError, match="is being made") as caught:
        files.file("one")
    assert caught.value.retry_after == 5
    files.close()


def test_what_fails_is_told_to_all_and_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = Maker()
    maker.error = StoreError("The store is broken.")
    files = Prepared(maker, tmp_path / "prepared" / "this")
    for _ in range(2):
        with pytest.raises(StoreError, match=r"^The store is broken\.$"):
            files.file("one")
    maker.error = None
    with pytest.raises(StoreError):  # not yet
        files.file("one")
    monkeypatch.setattr(prepared, "_AGAIN", 0.0)
    assert files.file("one").read_text() == "one 1"
    assert [path.name for path in (tmp_path / "prepared" / "this").iterdir()] == ["one"]


def test_what_is_lost_is_made_again(tmp_path: Path) -> None:
    files = Prepared(Maker(), tmp_path / "prepared" / "this")
    files.file("one").unlink()
    assert files.file("one").read_text() == "one 2"


def test_of_what_may_change_files_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker()
    files = Prepared(maker, None, lasting=False)
    path = files.file("one")
    assert path.read_text() == "one 1"
    assert files.file("one").read_text() == "one 1"
    monkeypatch.setattr(prepared, "_AGAIN", 0.0)
    assert files.file("one") == path  # at once, and the next one is begun
    monkeypatch.setattr(prepared, "_AGAIN", 60.0)
    end = time.monotonic() + 10
    while path.read_text() != "one 2" and time.monotonic() < end:
        time.sleep(0.01)
    assert path.read_text() == "one 2"


def test_a_temporary_folder_goes_with_it() -> None:
    files = Prepared(Maker(), None)
    folder = files.file("one").parent
    assert folder.is_dir()
    del files
    assert not folder.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions")
def test_where_nothing_can_be_written_a_temporary_folder_serves(tmp_path: Path) -> None:
    (tmp_path / "prepared").write_text("a file is in the way")
    files = Prepared(Maker(), tmp_path / "prepared" / "this")
    path = files.file("one")
    assert path.read_text() == "one 1"
    assert tmp_path not in path.parents


def test_a_generation_that_is_gone_is_not_brought_back(tmp_path: Path) -> None:
    gone = tmp_path / "generations" / "1"
    Prepared(Maker(), gone / "prepared" / "this").file("one")
    assert not gone.exists()


def test_what_other_programs_made_goes_once(tmp_path: Path) -> None:
    old, new = (Prepared(Maker(), tmp_path / "prepared" / name) for name in ("old", "new"))
    old.file("one")
    new.file("one")
    assert [path.name for path in (tmp_path / "prepared").iterdir()] == ["new"]
    old.file("one")  # both serve at once: neither removes the other's again and again
    assert new.file("one").exists()
    assert old.file("one").exists()


def test_after_a_publish_who_waits_is_to_ask_again(tmp_path: Path) -> None:
    maker = Maker()
    maker.go.clear()
    maker.error = StoreError("It was stopped.")
    files = Prepared(maker, tmp_path / "prepared" / "this")
    threading.Timer(0.2, files.close).start()
    with pytest.raises(ReplacedError, match="published anew"):
        files.file("one")
    with pytest.raises(ReplacedError):
        files.file("two")


def test_all_are_begun_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_PAUSE", 0.01)
    maker = Maker()
    files = Prepared(maker, tmp_path / "prepared" / "this")
    files.begin()
    end = time.monotonic() + 10
    while len(maker.made) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert sorted(maker.made) == ["one", "two"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Generations:
    """A data folder in which the shipped graphs are published."""
    generations = Generations(tmp_path_factory.mktemp("data"))
    generations.publish(shipped())
    return generations


def test_a_process_makes_what_this_one_would(published: Generations, tmp_path: Path) -> None:
    now = published.current()
    assert now is not None
    one, other = tmp_path / "one", tmp_path / "other"
    Apart(now.location).make(INDEX, one)
    AtHand(now.open()).make(INDEX, other)
    assert one.read_bytes()[:16] == b"SQLite format 3\0"
    assert one.stat().st_size == other.stat().st_size


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Apart(str(tmp_path / "no-store")).make(INDEX, tmp_path / INDEX)
    assert not (tmp_path / INDEX).exists()


def test_a_process_that_takes_too_long_leaves_nothing(
    published: Generations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "_LONGEST", 0.3)  # seconds: it hardly starts in them
    now = published.current()
    assert now is not None
    files = Prepared(Apart(now.location), tmp_path / "prepared" / "this")
    (tmp_path / "prepared").mkdir()
    with pytest.raises(SymposiaError, match=r"search index was stopped after|workers are busy"):
        files.file(INDEX)
    assert [*(tmp_path / "prepared" / "this").iterdir()] == []


def preparing(server: Server) -> list[int]:
    """The process ids of what makes files for a server."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"symposia.server.preparer\0%d\0" % server.process.pid in command:
            found.append(int(entry.name))
    return found


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def found(server: Server, text: str) -> list[str]:
    reply = server.send("GET", f"/search?format=json&q={text}")
    assert reply.status == 200, reply.body
    return [each["name"] for each in json.loads(reply.body)["results"]]


def files_of(data: Path) -> list[Path]:
    return [*data.glob(f"generations/*/prepared/*/{INDEX}")]


def test_a_server_makes_them_in_the_background_and_finds_them_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path / "first", "--data", str(data)) as server:
        server.send("GET", "/health")
        server.send("GET", "/people")
        until(lambda: files_of(data))
        until(lambda: not preparing(server))
        (first,) = files_of(data)
        made = first.stat()
        assert found(server, "brett+meyer")[0] == "Brett Meyer"
    with serving(tmp_path / "second", "--data", str(data)) as server:
        assert found(server, "brett+meyer")[0] == "Brett Meyer"
        assert not preparing(server)
        assert first.stat().st_mtime_ns == made.st_mtime_ns


@pytest.mark.parametrize("kind", ["data", "scratch"])
def test_a_server_that_changes_searches_what_is_served(tmp_path: Path, kind: str) -> None:
    options = ("--scratch",) if kind == "scratch" else ("--data", str(tmp_path / "data"))
    form = "%s" if kind == "scratch" else "GRAPH <https://w3id.org/symposia/mine/graph> { %s }"
    with serving(tmp_path / "server", *options) as server:
        for name in ("Aurelia", "Berengar"):
            added = form % (PERSON % (name, f"{name} Newcomer"))
            assert server.update(f"INSERT DATA {{ {added} }}").status in (200, 204)
            assert f"{name} Newcomer" in found(server, name.lower())
        assert len(files_of(tmp_path / "data")) == (2 if kind == "data" else 0)


def test_a_server_makes_anew_what_was_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path / "server", "--data", str(data)) as server:
        replies: list[list[str]] = []
        asking = threading.Thread(target=lambda: replies.append(found(server, "fmas")))
        asking.start()
        until(lambda: preparing(server))
        os.kill(preparing(server)[0], signal.SIGKILL)
        asking.join(40)
        assert "FMAS" in replies[0]
        (kept,) = files_of(data)
        assert [*kept.parent.glob(".making-*")] == []


def test_a_server_that_is_killed_leaves_no_process_and_no_half_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path / "server", "--data", str(data)) as server:
        asking = threading.Thread(target=_ignore(lambda: found(server, "fmas")))
        asking.start()
        until(lambda: preparing(server))
        server.process.kill()
        asking.join(20)
        until(lambda: not preparing(server))
    with serving(tmp_path / "again", "--data", str(data)) as server:
        assert "FMAS" in found(server, "fmas")


def _ignore(call: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            call()
        except (OSError, AssertionError):
            return  # the server was killed under it

    return run


def test_of_a_store_in_memory_server_files_are_made_when_asked_for() -> None:
    store = Store.memory([graph for graph in shipped() if isinstance(graph, NamedGraph)])
    client = create_app(store=store).test_client()
    assert client.get("/search?q=fmas&format=json").get_json()["total"] > 0
