"""Bad input on the command line: one clear sentence, an exit status, never a traceback."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from symposia.server.cli import main

BAD, CALL = 1, 2
"""Exit status: the data is bad, the call is wrong."""


@pytest.fixture
def folder(tmp_path: Path, root: Path) -> Path:
    """A folder with every kind of bad file."""
    page = (root / "tests" / "data" / "pages" / "frugal-2024.txt").read_text(encoding="utf-8")
    files: dict[str, str | bytes] = {
        "empty.txt": "",
        "blank.txt": " \n\n\t\n",
        "latin.txt": "Programm für Café\n".encode("latin-1"),
        "cut.txt": page[: len(page) // 5],
        "recipe.txt": "Pancakes\n\nTwo eggs, a cup of flour, milk.\nMix, wait, fry.\n" * 20,
        "shop.html": "<html><body><h1>Shoes</h1><p>Buy two, get one.</p></body></html>",
        "binary.txt": bytes(range(256)) * 40,
        "syntax.ttl": "@prefix e: <http://e/> .\n\ne:a e:b ; e:c 1 .\n",
        "latin.ttl": "<http://e/a> <http://e/b> 'Café' .\n".encode("latin-1"),
        "empty.ttl": "# nothing\n",
        "shape.ttl": (
            "@prefix sym: <https://w3id.org/symposia/ontology#> .\n"
            "<http://e/talk> a sym:Talk ; sym:partOf <http://e/none> .\n"
        ),
        "data.xlsx": b"PK\x03\x04",
        "wrong.rq": "SELECT ?x {\n  ?x foaf:name ?name ;\n}\n",
        "latin.rq": "# Café\nSELECT * { ?s ?p ?o }".encode("latin-1"),
        "header.rq": "#+ parameters: [\nSELECT * { ?s ?p ?o }",
        "file": "",
    }
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
    (tmp_path / "nothing").mkdir()
    return tmp_path


READERS = ["read", "add", "validate"]
CASES: list[tuple[str, list[str], int, str]] = [
    *((f"{c}: missing", [c, "no.txt"], BAD, r"no\.txt: there is no such file") for c in READERS),
    *((f"{c}: empty page", [c, "empty.txt"], BAD, r"empty\.txt.* empty") for c in READERS),
    *((f"{c}: blank page", [c, "blank.txt"], BAD, r"blank\.txt.* empty") for c in READERS),
    *((f"{c}: not UTF-8", [c, "latin.txt"], BAD, r"latin\.txt.*(UTF-8|format)") for c in READERS),
    *((f"{c}: binary", [c, "binary.txt"], BAD, r"binary\.txt") for c in READERS),
    *((f"{c}: truncated page", [c, "cut.txt"], BAD, r"cut\.txt") for c in READERS),
    *((f"{c}: another page", [c, "recipe.txt"], BAD, r"recipe\.txt") for c in READERS),
    *((f"{c}: another page, HTML", [c, "shop.html"], BAD, r"shop\.html") for c in READERS),
    ("read: a folder", ["read", "nothing"], BAD, r"nothing: .*folder|cannot be read"),
    ("add: missing RDF", ["add", "none.ttl"], BAD, r"none\.ttl: there is no such file"),
    ("add: syntax", ["add", "syntax.ttl"], BAD, r"syntax\.ttl:3:9: "),
    ("validate: syntax", ["validate", "syntax.ttl"], BAD, r"syntax\.ttl:3:9: "),
    ("add: RDF not UTF-8", ["add", "latin.ttl"], BAD, r"latin\.ttl:1:31: .*UTF-8"),
    ("add: no triples", ["add", "empty.ttl"], BAD, r"empty\.ttl: the file holds no triples"),
    ("add: shape", ["add", "shape.ttl"], BAD, r"Violation: <http://e/talk>"),
    ("validate: no triples", ["validate", "empty.ttl"], BAD, r"empty\.ttl: the file holds no"),
    ("validate: empty folder", ["validate", "nothing"], BAD, r"nothing: the folder holds no"),
    ("validate: a file's address", ["validate", "file:///etc/passwd"], BAD, r"http and https"),
    ("validate: this machine", ["validate", "http://127.0.0.1/x"], BAD, r"not public"),
    ("validate: no format", ["validate", "x.ttl", "--source-format", "word"], BAD,
     r"no format called 'word'.*Choose one of"),
    ("validate: shape", ["validate", "shape.ttl"], BAD, r"2 violations"),
    ("add: empty folder", ["add", "nothing"], BAD, r"nothing: the folder holds no"),
    ("add: a file's address", ["add", "file:///etc/passwd"], BAD, r"http and https.*by its path"),
    ("add: this machine", ["add", "http://127.0.0.1/x"], BAD, r"not public.*--allow-private"),
    ("add: a private address", ["add", "http://10.0.0.1/x"], BAD, r"not public.*--allow-private"),
    ("add: same graph twice", ["add", "a/x.ttl", "b/x.ttl"], BAD, r"and so is a/x\.ttl"),
    ("add: no source", ["add"], CALL, r"Missing argument 'SOURCE"),
    ("add: --graph for two", ["add", "--graph", "x:y", "shape.ttl", "x.ttl"], CALL, r"these are 2"),
    ("read: no source", ["read"], CALL, r"Missing argument 'SOURCE'"),
    ("read: zone", ["read", "cut.txt", "--timezone", "Mars/Base"], BAD, r"Mars/Base"),
    ("read: slug", ["read", "cut.txt", "--slug", "A b"], BAD, r"'A b' cannot be part of an IRI"),
    ("read: base", ["read", "cut.txt", "--base", "nonsense"], CALL, r"not an absolute IRI"),
    ("read: output", ["read", "PAGE", "-o", "file/x.ttl"], BAD, r"file/x\.ttl cannot be written"),
    ("read: format", ["read", "cut.txt", "--format", "word"], CALL, r"'word' is not one of"),
    ("remove: unknown", ["remove", "tinyml-2032"], BAD, r"Did you mean tinyml-2023"),
    ("query: unknown", ["query", "coauthor"], CALL, r"no question called 'coauthor'.*coauthors"),
    ("query: missing value", ["query", "coauthors"], CALL, r"needs the parameter 'person'"),
    ("query: no such name", ["query", "coauthors", "--param", "person=Bret Meyer"], CALL,
     r"nothing here is called 'Bret Meyer'.*Did you mean Brett Meyer"),
    ("query: no such parameter", ["query", "coauthors", "--param", "persn=x"], CALL,
     r"no parameter 'persn'.*Did you mean 'person'"),
    ("query: wrong type", ["query", "typed.rq", "--param", "least=three"], CALL,
     r"'least' .*must be an integer, not 'three'"),
    ("query: pair", ["query", "coauthors", "--param", "Brett"], CALL, r"form NAME=VALUE"),
    ("query: param alone", ["query", "--param", "a=b"], CALL, r"--param needs a question"),
    ("query: syntax", ["query", "SELECT ?x { ?x foaf:name }"], CALL,
     r"column 16.*\n.*\n +\^\n.*PREFIX foaf"),
    ("query: file syntax", ["query", "wrong.rq"], CALL, r"line 2, column 6"),
    ("query: file missing", ["query", "none.rq"], CALL, r"none\.rq: cannot be read"),
    ("query: file not UTF-8", ["query", "latin.rq"], CALL, r"latin\.rq: is not UTF-8"),
    ("query: header", ["query", "header.rq"], CALL, r"header\.rq"),
    ("query: update", ["query", "DROP ALL # { }"], CALL, r"SELECT, ASK, CONSTRUCT or DESCRIBE"),
    ("query: elsewhere", ["query", "ASK { SERVICE <http://e/> { } }"], CALL, r"SERVICE"),
    ("query: table as a graph", ["query", "chairs", "--format", "turtle"], CALL, r"as turtle"),
    ("query: graph as table", ["query", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv"], CALL,
     r"graph cannot be written as csv"),
    ("query: table of a graph", ["query", "DESCRIBE <x:y>", "--format", "table"], CALL,
     r"graph cannot be written as a table"),
    ("export: vocabulary", ["export", "--vocabulary", "dc"], CALL, r"'dc' is not one of"),
    ("export: output", ["export", "-o", "file/x.ttl"], BAD, r"file/x\.ttl cannot be written"),
    ("serve: port", ["serve", "--port", "99999"], CALL, r"99999 is not in the range"),
    ("serve: port in use", ["serve", "--port", "USED"], CALL,
     r"Port \d+ is in use\. Choose another"),
    ("serve: host", ["serve", "--host", "no.such.host.invalid"], CALL, r"is not an address"),
    ("serve: folder", ["serve", "--port", "0", "--data", "file/data"], BAD,
     r"cannot be written: a part of its path is a file\..*Choose another folder by --data"),
    ("add: folder", ["add", "x.ttl", "--data", "file/data"], BAD, r"file/data cannot be written"),
    ("unknown command", ["exprot"], CALL, r"no command 'exprot'\. Did you mean 'export'\?"),
    ("far-off command", ["xyzzy"], CALL, r"There are: serve, read, add"),
    ("unknown option", ["list", "--jsn"], CALL, r"No such option"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_bad_input(
    folder: Path,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    for name in ("a/x.ttl", "b/x.ttl", "x.ttl"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("<http://e/a> <http://e/b> 1 .")
    (folder / "typed.rq").write_text(
        "#+ summary: Talks.\n#+ question: Which?\n#+ parameters:\n"
        "#+   least: {type: integer, description: the least position, example: 3}\n"
        "#+ columns:\n#+   least: as given\nSELECT ?least { ?s ?p ?least }"
    )
    monkeypatch.chdir(folder)
    with socket.create_server(("127.0.0.1", 0)) as used:
        known = {
            "USED": str(used.getsockname()[1]),
            "PAGE": str(root / "tests" / "data" / "pages" / "frugal-2024.txt"),
        }
        runner = CliRunner(env={"SYMPOSIA_DATA": str(folder / "data"), "PORT": None})
        result = runner.invoke(main, [known.get(a, a) for a in arguments])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    assert re.search(message, result.stderr, re.DOTALL), result.stderr
    assert "Error: " in result.stderr or arguments == ["validate", "shape.ttl"]
    assert "Traceback" not in result.output
    if arguments[0] != "validate":
        assert result.stdout == ""
    others = arguments[:2] == ["add", "a/x.ttl"]  # each source stands alone
    assert (folder / "data" / "current").exists() == others


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<http://e/a> <http://e/b> 1 .")
    secret.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    code = """
import os, sys
from symposia.server.cli import main
if os.geteuid() == 0:  # for whom no file is unreadable, and who alone may read what is imported
    try:
        main(["validate", sys.argv.pop()])
    except SystemExit as ended:
        assert not ended.code
    os.setuid(65534)
main()
"""
    known = tmp_path / "known.ttl"
    known.write_text("<http://e/a> <http://e/b> 1 .")
    result = subprocess.run(
        [sys.executable, "-c", code, "validate", str(secret), *[str(known)] * (os.geteuid() == 0)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == BAD, result
    assert f"{secret}: the file cannot be read (Permission denied)." in result.stderr
