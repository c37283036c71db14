"""Bad input to `add`: a clear error that names the place, and nothing half-published."""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from symposia.server.cli import main

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
XML = f'<?xml version="1.0"?>%s{RDF}<rdf:Description rdf:about="http://e/a">%s'
WHOLE = "</rdf:Description></rdf:RDF>"
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
OUTSIDE = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

CASES: dict[str, tuple[str, str | bytes, str]] = {
    "truncated RDF/XML": ("a.rdf", XML % ("", "<e:p>half"), r"a\.rdf:1:135: the file ends "),
    "truncated N-Triples": ("a.nt", "<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> <htt",
                            r"a\.nt:2:"),
    "a syntax error in Turtle": ("a.ttl", "@prefix e: <http://e/> .\n\ne:a e:b ; e:c 1 .\n",
                                 r"a\.ttl:3:9: .*\S"),
    "another encoding": ("a.ttl", "<http://e/a> <http://e/b> 'Café' .\n".encode("latin-1"),
                         r"a\.ttl:1:31: .*UTF-8"),
    "an entity bomb": ("a.rdf", XML % (BOMB, "<e:p>&i;</e:p>") + WHOLE, r"a\.rdf.*entit"),
    "an external entity": ("a.rdf", XML % (OUTSIDE, "<e:p>&a;</e:p>") + WHOLE, r"a\.rdf.*entit"),
    "a bomb in dblp": ("a.xml", BOMB.replace("DOCTYPE r", "DOCTYPE dblp")
                       + "<dblp><www key='x'>&i;</www></dblp>", r"a\.xml"),
    "deep JSON": ("a.json", '{"schedule": {"conference": {"a": ' + "[" * 300_000, r"a\.json"),
    "deep JSON-LD": ("a.jsonld", '{"@context": {}, "@graph": ' + "[" * 100_000, r"a\.jsonld"),
    "a table of nothing known": ("a.csv", "one,two\n1,2\n", r"a\.csv: nothing tells what format"),
    "no words": ("a.nt", bytes(range(256)) * 20, r"a\.nt"),
}  # fmt: skip


def refused(folder: Path, *arguments: object) -> str:
    """What `add` says of input that it refuses; it leaves nothing behind."""
    data, temporary = folder / "data", folder / "temporary"
    result = CliRunner(env={"SYMPOSIA_DATA": str(data)}).invoke(main, list(map(str, arguments)))
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    assert "passwd" not in result.stderr or "root:" not in result.output
    assert not (data / "current").exists()
    assert [*data.glob("originals/*")] == [*data.glob("graphs/*")] == []
    assert [*temporary.iterdir()] == []
    return result.stderr


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


@pytest.mark.parametrize(("name", "content", "message"), CASES.values(), ids=CASES)
def test_a_bad_file_is_refused(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    told = " ".join(refused(tmp_path, "add", path).split())
    assert re.search(message, told), told


def test_a_tag_of_yaml_makes_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    made = tmp_path / "made"
    (site / "config.yml").write_text(
        f"name: Small 2030\ntagline: !!python/object/apply:os.mkdir ['{made}']\n"
    )
    (site / "papers.csv").write_text("UID,title,authors,abstract,keywords\n1,One,Ann Lee,,\n")
    told = refused(tmp_path, "add", site, "--format", "miniconf")
    assert "config.yml" in told
    assert not made.exists()


@pytest.mark.parametrize("member", ["bomb.ttl", "../out.ttl"])
def test_a_bad_archive_is_refused(tmp_path: Path, member: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.ttl", "<http://e/a> <http://e/b> 1 .")
        archive.writestr(member, bytes(8 * 1024 * 1024) if member == "bomb.ttl" else b"x")
    assert "bad.zip" in refused(tmp_path, "add", path)
    assert not (tmp_path / "out.ttl").exists()


def test_a_mark_of_the_byte_order_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<http://e/a> <http://e/b> 1 .", "utf-8-sig")
    runner = CliRunner(env={"SYMPOSIA_DATA": str(tmp_path / "data")})
    assert runner.invoke(main, ["add", str(path)]).exit_code == 0
