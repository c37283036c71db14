"""Publishing: generations that are whole, whatever happens meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from symposia.graph import working
from symposia.graph.dataset import NamedGraph
from symposia.graph.errors import ShapeError, SourceError, StoreError
from symposia.graph.generations import Generations

IRI = "http://example.org/graph/"
KILLED = -signal.SIGKILL

PUBLISH = """
import sys
from pathlib import Path
from symposia.graph.dataset import NamedGraph
from symposia.graph.generations import Generations
def publish(data, text, report=lambda _: None):
    source = Path(data).parent / f"{abs(hash(text))}.ttl"
    source.write_text(text)
    graph = NamedGraph("http://example.org/graph/a", source, "a")
    return Generations(data).publish([graph], report=report)
"""


def turtle(word: str, size: int = 3) -> str:
    lines = (f'<http://example.org/{n}> <http://example.org/says> "{word}" .' for n in range(size))
    return "\n".join(lines) + "\n"


def graph(folder: Path, name: str, text: str) -> NamedGraph:
    path = folder / f"{name}.ttl"
    path.write_text(text)
    return NamedGraph(IRI + name, path, name)


def words(generations: Generations) -> set[str]:
    """What the current generation says."""
    store = generations.open()
    assert store is not None
    found = store.query("SELECT DISTINCT ?word { ?thing <http://example.org/says> ?word }")
    return {row["word"].value for row in found}  # type: ignore[index,union-attr]


def run(code: str, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PUBLISH + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "data")


def test_nothing_is_published_yet(generations: Generations) -> None:
    assert generations.current() is None
    assert generations.open() is None
    assert generations.history() == []


def test_a_generation_says_what_it_is(generations: Generations, tmp_path: Path) -> None:
    a, b = graph(tmp_path, "a", turtle("one")), graph(tmp_path, "b", turtle("two", 5))
    made = generations.publish([b, a], {b.iri: "b.html"})
    assert made == generations.current()
    assert (made.id, made.triples) == (1, 8)
    assert [(g.iri, g.label, g.origin, g.triples) for g in made.graphs] == [
        (a.iri, "a", "a", 3),
        (b.iri, "b", "b.html", 5),
    ]
    assert made.path == generations.data / "generations" / "1"
    assert words(generations) == {"one", "two"}


def test_the_same_content_changes_nothing(generations: Generations, tmp_path: Path) -> None:
    a, b = graph(tmp_path, "a", turtle("one")), graph(tmp_path, "b", turtle("two"))
    first = generations.publish([a, b])
    files = sorted(generations.data.rglob("*"))
    rewritten = graph(tmp_path, "a", "# the same in another way\n\n" + turtle("one"))
    again = generations.publish([b, rewritten], check=lambda: pytest.fail("validated in vain"))
    assert again == first
    assert sorted(generations.data.rglob("*")) == files


def test_a_file_that_was_read_is_not_read_again(
    generations: Generations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = turtle("one"), turtle("two")
    first = generations.publish([graph(tmp_path, "a", one)])
    second = generations.publish([graph(tmp_path, "a", two)])
    monkeypatch.setattr("symposia.graph.generations.keep", lambda *_: pytest.fail("read in vain"))
    assert generations.publish([graph(tmp_path, "a", two)]) == second
    back = generations.publish([graph(tmp_path, "a", one)])
    assert (back.id, back.digest) == (3, first.digest)
    assert words(generations) == {"one"}


def test_blank_nodes_stay_what_they_are(generations: Generations, tmp_path: Path) -> None:
    def nodes() -> set[str]:
        store = generations.open()
        assert store is not None
        found = store.query("SELECT ?n { { ?n <x:p> ?o } UNION { GRAPH ?g { ?n <x:p> ?o } } }")
        return {str(row["n"]) for row in found}  # type: ignore[index,union-attr]

    a = graph(tmp_path, "a", '[] <x:p> 1, [ <x:p> "_:x" ] . <x:s> <x:p> <x:o> .')
    first = generations.publish([a])
    before = nodes()
    assert len(before) == 3
    generations.publish([*first.named_graphs(), graph(tmp_path, "b", turtle("two", 50))])
    generations.publish([a])  # the store is built anew
    assert nodes() == before


def test_a_large_graph_is_stored_in_parts(
    generations: Generations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symposia.graph.working._PART", 10_000)
    monkeypatch.setattr("symposia.graph.working._MANY", 300)
    text = turtle("one", 300) + "".join(f"[] <x:p> <x:{n % 7}>, {n} .\n" for n in range(200))
    a, told = graph(tmp_path, "a", text), list[str]()
    made = generations.publish([a], report=told.append)
    assert told[:2] == ["reading a", "storing a (1 of 1)"]
    shares = [int(each.removeprefix(f"{told[1]}, ").rstrip("%")) for each in told[2:-2]]
    assert shares == sorted(shares)
    assert len(shares) >= 3
    assert 0 < shares[0] < shares[-1] < 100
    assert told[-2:] == ["putting the store in order", "writing the generation"]
    store = made.open()
    assert (store.count(), store.count(a.iri), made.triples) == (700, 700, 700)
    found = store.query("SELECT DISTINCT ?n { ?n <x:p> ?o } ORDER BY ?n")
    assert len(list(found)) == 200  # type: ignore[arg-type]
    assert words(generations) == {"one"}


def test_a_graph_that_differs_is_replaced_alone(generations: Generations, tmp_path: Path) -> None:
    a, b = graph(tmp_path, "a", turtle("one", 5)), graph(tmp_path, "b", turtle("two", 2))
    first = generations.publish([a, b])
    told: list[str] = []
    changed = graph(tmp_path, "b", turtle("three", 3))
    second = generations.publish([*first.named_graphs()[:1], changed], report=told.append)
    assert told == ["reading b", "storing b (1 of 1)", "writing the generation"]
    assert words(generations) == {"one", "three"}
    assert (second.id, second.triples) == (2, 8)
    third = generations.publish([second.named_graphs()[1]])
    assert words(generations) == {"three"}
    store = third.open()
    assert (store.graphs(), store.count(), store.count(b.iri)) == ([b.iri], 3, 3)


def test_a_triple_stays_while_another_graph_says_it(
    generations: Generations, tmp_path: Path
) -> None:
    a, b = graph(tmp_path, "a", turtle("one")), graph(tmp_path, "b", turtle("one", 2))
    generations.publish([a, b])
    generations.publish([b])
    store = generations.open()
    assert store is not None
    assert (store.count(), store.count(b.iri)) == (2, 2)


def test_a_graph_of_which_little_differs_is_amended(
    generations: Generations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the lines that differ are changed, and a triple stays while another graph says it."""
    rest = graph(tmp_path, "rest", turtle("rest", 200))
    shared = graph(tmp_path, "shared", turtle("both", 1) + turtle("shared", 1))
    both = turtle("both", 1)
    publish = (rest, shared, graph(tmp_path, "a", turtle("many", 40) + both + turtle("old", 1)))
    generations.publish(publish)
    removed = []
    remove = working._remove
    monkeypatch.setattr(working, "_remove", lambda *given: (removed.append(given), remove(*given)))
    generations.publish((rest, shared, graph(tmp_path, "a", turtle("many", 40) + turtle("new", 1))))
    assert removed == []
    assert words(generations) == {"rest", "shared", "many", "both", "new"}
    store = generations.open()
    assert store is not None
    assert (store.count(IRI + "a"), store.count(IRI + "shared"), store.count()) == (41, 2, 243)
    generations.publish((rest, shared, graph(tmp_path, "a", turtle("other", 40))))
    assert [name.value for _, name, _ in removed] == [IRI + "a"]


def test_what_fails_validation_is_not_published(generations: Generations, tmp_path: Path) -> None:
    good = generations.publish([graph(tmp_path, "a", turtle("good"))])

    def refuse() -> None:
        raise ShapeError("no")

    with pytest.raises(ShapeError):
        generations.publish([graph(tmp_path, "a", turtle("bad"))], check=refuse)
    assert generations.current() == good
    assert words(generations) == {"good"}
    assert [path.name for path in (generations.data / "graphs").iterdir()] == [good.graphs[0].file]


def test_a_source_that_breaks_off_publishes_nothing(
    generations: Generations, tmp_path: Path
) -> None:
    good = generations.publish([graph(tmp_path, "a", turtle("good"))])
    with pytest.raises(SourceError, match=r"b\.ttl:1:"):
        generations.publish([graph(tmp_path, "b", "<http://example.org/x> <")])
    assert generations.current() == good


def test_old_generations_go(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "data", keep=2)
    stores = []
    for n in range(5):
        made = generations.publish([graph(tmp_path, "a", turtle(f"w{n}", 200))])
        stores.append(made.open())
    assert [generation.id for generation in generations.history()] == [4, 5]
    assert len(list((generations.data / "graphs").iterdir())) == 2
    for n, store in enumerate(stores):  # a reader keeps what it has opened
        found = store.query("SELECT ?w { ?s <http://example.org/says> ?w }")
        assert {row["w"].value for row in found} == {f"w{n}"}  # type: ignore[index,union-attr]


def test_blank_nodes_of_two_graphs_stay_apart(generations: Generations, tmp_path: Path) -> None:
    text = '_:b <http://example.org/says> "x" .'
    generations.publish([graph(tmp_path, "a", text), graph(tmp_path, "b", text)])
    first = generations.current()
    store = generations.open()
    assert store is not None
    assert store.count() == 2
    generations.publish([graph(tmp_path, "a", text), graph(tmp_path, "b", text)])
    assert generations.current() == first


def kill_at(data: Path, text: str, step: int) -> int:
    """Publish in a process that is killed before its n-th write or report."""
    code = """
import os, signal
import symposia.graph.files as files, symposia.graph.generations as generations
import symposia.graph.manifest as manifest, symposia.graph.working as working
left = int(sys.argv[3])
def counted(function):
    def call(*arguments):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments)
    return call
for module in (generations, manifest, working):
    for name in ("replace_file", "sync_folder"):
        if hasattr(module, name):
            setattr(module, name, counted(getattr(files, name)))
publish(sys.argv[1], sys.argv[2], counted(lambda text: None))
"""
    return run(code, data, text, step).returncode


@pytest.mark.parametrize("first", [True, False], ids=["first publish", "later publish"])
def test_a_killed_publish_leaves_the_last_good_generation(tmp_path: Path, first: bool) -> None:
    steps = 0
    for step in range(1, 50):
        folder = tmp_path / str(step)
        folder.mkdir()
        generations = Generations(folder / "data")
        if not first:
            generations.publish([graph(folder, "a", turtle("old", 500))])
        before = generations.current()
        status = kill_at(generations.data, turtle("new", 500), step)
        after = generations.current()
        if status == 0:
            break
        steps += 1
        assert status == KILLED
        if after == before:
            assert words(generations) == {"old"} if after else generations.open() is None
        else:  # it was killed after the switch
            assert words(generations) == {"new"}
        made = generations.publish([graph(folder, "a", turtle("newest", 500))])
        assert words(generations) == {"newest"}
        left = {path.name for path in (generations.data / "generations").iterdir()}
        assert left == {str(generation.id) for generation in generations.history()}
        assert [*generations.data.rglob(".*")] == []
        assert made.open().count() == 500
    assert status == 0
    assert steps >= 10, "the publish has at least these places at which it can be cut off"


def test_a_publish_killed_at_any_time(tmp_path: Path) -> None:
    """As above, at times that nothing in the code knows of."""
    generations = Generations(tmp_path / "data")
    generations.publish([graph(tmp_path, "a", turtle("w0", 20_000))])
    said = "w0"
    for n in range(1, 9):
        code = "publish(sys.argv[1], Path(sys.argv[2]).read_text())"
        text = tmp_path / f"{n}.txt"
        text.write_text(turtle(f"w{n}", 20_000))
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH + code, str(generations.data), str(text)]
        )
        time.sleep(0.1 + 0.06 * n)
        process.kill()
        process.wait()
        found = words(generations)
        assert found in ({said}, {f"w{n}"})
        (said,) = found
    made = generations.publish([graph(tmp_path, "a", turtle("last", 20_000))])
    assert words(generations) == {"last"}
    assert made.open().count() == 20_000


def test_two_publishers_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    code = "print(publish(sys.argv[1], sys.argv[2]).id)"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISH + code, str(data), turtle(f"w{n}", 300)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    ids = sorted(int(process.communicate(timeout=60)[0]) for process in processes)
    assert [process.returncode for process in processes] == [0] * 4
    assert ids == [1, 2, 3, 4]
    generations = Generations(data)
    assert len(words(generations)) == 1
    current = generations.current()
    assert current is not None
    assert (current.id, current.open().count()) == (4, 300)


def test_a_writer_that_does_not_end(tmp_path: Path) -> None:
    data = tmp_path / "data"
    code = """
import time
with Generations(sys.argv[1]).lock():
    print("locked", flush=True)
    time.sleep(60)
"""
    holder = subprocess.Popen(
        [sys.executable, "-c", PUBLISH + code, str(data)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    waiting = Generations(data, wait=0.2)
    with pytest.raises(StoreError, match="Another process has been publishing") as caught:
        waiting.publish([graph(tmp_path, "a", turtle("x"))])
    assert "Try again" in caught.value.hint
    holder.kill()
    holder.communicate()
    assert waiting.publish([graph(tmp_path, "a", turtle("x"))]).id == 1


def test_a_full_disk_by_limit(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="limits of file size are POSIX")
    generations = Generations(tmp_path / "data")
    good = generations.publish([graph(tmp_path, "a", turtle("good"))])
    code = """
import resource
from symposia.graph.errors import StoreError
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    publish(sys.argv[1], sys.argv[2])
except StoreError as error:
    print(error)
"""
    result = run(code, generations.data, turtle("bad"))
    assert "cannot be written: a file became larger than is allowed." in result.stdout, result
    assert generations.current() == good
    assert words(generations) == {"good"}
    assert generations.publish([graph(tmp_path, "a", turtle("better"))]).id == 2
    assert words(generations) == {"better"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if (
        sys.platform != "linux"
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    generations = Generations(small_disk / "data")
    good = generations.publish([graph(tmp_path, "a", turtle("good"))])
    lines = (f'<x:{n}> <x:says> "{os.urandom(400).hex()}" .\n' for n in range(20_000))
    with pytest.raises(StoreError, match="the disk is full"):
        generations.publish([graph(tmp_path, "a", "".join(lines))])
    assert generations.current() == good
    assert words(generations) == {"good"}
    assert generations.publish([graph(tmp_path, "a", turtle("better"))]).id == 2
    assert words(generations) == {"better"}


def test_a_full_disk_while_the_store_is_written(small_disk: Path, tmp_path: Path) -> None:
    """The source still fits, the store does not."""
    generations = Generations(small_disk / "data")
    good = generations.publish([graph(tmp_path, "a", turtle("good"))])
    lines = (f'<x:{n}> <x:says> "{os.urandom(400).hex()}" .\n' for n in range(1_800))
    with pytest.raises(StoreError, match="the disk is full"):
        generations.publish([graph(tmp_path, "a", "".join(lines))])
    assert generations.current() == good
    assert generations.publish([graph(tmp_path, "a", turtle("better"))]).id == 2
    assert words(generations) == {"better"}


def test_a_data_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    generations = Generations(tmp_path / "file" / "data")
    assert generations.current() is None
    with pytest.raises(StoreError, match="a part of its path is a file") as caught:
        generations.publish([graph(tmp_path, "a", turtle("x"))])
    assert "--data" in caught.value.hint


def test_a_data_folder_of_another_user(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    code = """
import os
os.chmod(sys.argv[1], 0o555)
if os.geteuid() == 0:
    os.setuid(65534)
from symposia.graph.errors import StoreError
try:
    Generations(sys.argv[1]).publish([])
except StoreError as error:
    print(error)
"""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    result = run(code, data)
    assert "may not be written by this user. Choose another folder by --data." in result.stdout, (
        result
    )


@pytest.mark.parametrize("content", ["7\n", "seven\n", "", "../1\n", "\xff"])
def test_a_broken_name_of_the_current_generation(tmp_path: Path, content: str) -> None:
    generations = Generations(tmp_path / "data")
    generations.publish([graph(tmp_path, "a", turtle("x"))])
    (generations.data / "current").write_bytes(content.encode("latin-1"))
    with pytest.raises(StoreError, match="data folder"):
        generations.current()
    repaired = generations.publish(generations.history()[-1].named_graphs())
    assert generations.current() == repaired
    assert words(generations) == {"x"}


def test_a_broken_generation_is_made_again(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "data")
    first = generations.publish([graph(tmp_path, "a", turtle("x"))])
    (first.path / "store" / "CURRENT").unlink()
    with pytest.raises(StoreError, match="cannot be opened"):
        generations.open()
    second = generations.publish(first.named_graphs())
    assert second.id == 2
    assert words(generations) == {"x"}


def test_a_broken_working_store_is_made_again(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "data")
    generations.publish([graph(tmp_path, "a", turtle("x"))])
    for number, pattern in enumerate(("CURRENT", "MANIFEST*", "*.sst"), 1):
        for path in (generations.data / "store").glob(pattern):
            path.unlink()
            path.write_bytes(b"rubbish")
        generations.publish([graph(tmp_path, "a", turtle(f"y{number}"))])
        assert words(generations) == {f"y{number}"}
