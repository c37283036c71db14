"""`symposia match`: tables of each kind in, pairs out; what is wrong with a file is said."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from symposia.server.cli import main

PAPERS = """id,title,authors,venue,year
a,Incremental Maintenance of Views over Streams,"Ada Lovelace, Kurt Gödel",VLDB,2003
b,On Computable Numbers with an Application,Alan Turing,SIGMOD Conference,1999
"""
OTHERS = """Key;Paper Name;Authors;Conference;Year;Pages
1;INCREMENTAL maintenance of views over streams.;A. Lovelace and K. Goedel;VLDB;2003;1-9
2;Rings and Ideals of Number Fields;Emmy Noether;VLDB;2003;10-12
"""
RENAMED = ("--column", "title=Paper Name")


def match(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["match", *map(str, arguments)])


def pairs(result: Result) -> dict[tuple[str, str], str]:
    assert result.exit_code == 0, result.output
    rows = csv.DictReader(result.stdout.splitlines())
    return {(row["left"], row["right"]): row["status"] for row in rows}


@pytest.fixture
def papers(tmp_path: Path) -> tuple[Path, Path]:
    left, right = tmp_path / "mine.csv", tmp_path / "others.csv"
    left.write_text(PAPERS, "utf-8")
    right.write_text(OTHERS, "utf-8")
    return left, right


def test_papers(papers: tuple[Path, Path]) -> None:
    result = match("papers", *papers, *RENAMED)
    assert pairs(result) == {("a", "1"): "same"}
    (row,) = csv.DictReader(result.stdout.splitlines())
    assert row["left_name"] == "Incremental Maintenance of Views over Streams"
    assert row["title"] == "The same title"
    assert float(row["title_weight"]) > 5
    assert float(row["probability"]) > 0.999
    assert result.stderr == (
        f"{papers[1]}: columns that are not compared: pages.\n"
        "2 records and 2: 1 same, 0 close, 0 to review.\n"
    )


def test_a_summary_and_lines_of_json(papers: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "links.jsonl"
    result = match("papers", *papers, *RENAMED, "-o", output, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {name: told[name] for name in ("left", "right", "same", "close", "review")} == {
        "left": 2, "right": 2, "same": 1, "close": 0, "review": 0,
    }  # fmt: skip
    (line,) = output.read_text("utf-8").splitlines()
    found = json.loads(line)
    assert (found["left"], found["right"], found["status"]) == ("a", "1", "same")
    assert found["comparisons"]["year"]["finding"] == "The same year"


FORMS = {
    "a.tsv": lambda rows: "\n".join("\t".join(map(str, row.values())) for row in [
        dict.fromkeys(rows[0]) | {name: name for name in rows[0]}, *rows]),
    "a.jsonl": lambda rows: "\n".join(map(json.dumps, rows)),
    "a.json": json.dumps,
    "a.bib": lambda rows: "".join(
        f"@inproceedings{{{row['id']}, title = {{{row['title']}}}, author = {{{row['authors']}}},"
        f" booktitle = {{{row['venue']}}}, year = {{{row['year']}}}}}\n" for row in rows),
    "a.ttl": lambda rows: "".join(
        f'<urn:{row["id"]}> a <https://dblp.org/rdf/schema#Publication> ; '
        f'<https://dblp.org/rdf/schema#title> "{row["title"]}" ; '
        f'<https://dblp.org/rdf/schema#publishedIn> "{row["venue"]}" ; '
        f'<https://dblp.org/rdf/schema#yearOfPublication> "{row["year"]}" ; '
        f'<https://dblp.org/rdf/schema#hasSignature> [ '
        f'<https://dblp.org/rdf/schema#signatureDblpName> "{row["authors"]}" ] .\n'
        for row in rows),
}  # fmt: skip
ROWS = [
    {"id": "x", "title": "On Computable Numbers, with an Application", "authors": "Alan Turing",
     "venue": "SIGMOD", "year": 1999},
]  # fmt: skip


@pytest.mark.parametrize("name", [*FORMS, "a.parquet"])
def test_formats(papers: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    else:
        path.write_text(FORMS[name](ROWS), "utf-8")
    key = "urn:x" if name == "a.ttl" else "x"
    assert pairs(match("papers", papers[0], path)) == {("b", key): "same"}


def test_what_is_there_twice(tmp_path: Path) -> None:
    """Without ids records have their numbers; the first one is left."""
    path = tmp_path / "library.csv"
    lines = [line.partition(",")[2] for line in PAPERS.splitlines()]
    path.write_text("\n".join([*lines, lines[1].replace("VLDB", "Very Large Data Bases")]))
    assert pairs(match("papers", path)) == {("1", "3"): "same"}


PEOPLE = """name,affiliation,e-mail,ORCID,co-authors,year
Natalya Noy,Stanford University,noy@example.org,,Mark Musen; Ondrej Svab,2005
Wei Wang,University of Oulu,,,,2005
"Svab, Ondrej",University of Economics Prague,,0000-0001-5000-0007,,2005
"""
COLLEAGUES = """id,given,family,mbox_sha1sum,affiliation,coauthors,orcid
n,Natasha,Noy,a72b4bd12df9d2cbe5a6dd5fbf7d0d5b8a14b9c6,Stanford University,"Mark Musen, O. Svab",
w,Wei,Wang,,CSIRO,,
o,Ondřej,Šváb,,,,https://orcid.org/0000-0001-5000-0007
"""


def test_people(tmp_path: Path) -> None:
    left, right = tmp_path / "l.csv", tmp_path / "r.csv"
    left.write_text(PEOPLE, "utf-8")
    right.write_text(COLLEAGUES, "utf-8")
    found = pairs(match("people", left, right))
    assert {pair: grade for pair, grade in found.items() if grade != "review"} == {
        ("1", "n"): "same",
        ("3", "o"): "same",
    }


def test_authors_of_one_work_are_co_authors(tmp_path: Path) -> None:
    """A row an authorship: who writes with the same people is one, though the name is common."""
    names = ("Wei Wang", "Ondrej Svab", "Boanerges Aleman-Meza")
    rows = [f"{work}{at},{name},{work}" for work in "ab" for at, name in enumerate(names)]
    path = tmp_path / "authors.csv"
    path.write_text("\n".join(["id,author,paper", *rows, "c0,Wei Wang,c", "c1,Ida Brook,c"]))
    found = pairs(match("people", path))
    assert found[("a0", "b0")] != "review"
    assert found.get(("a0", "c0"), "review") == found.get(("b0", "c0"), "review") == "review"


def test_a_mailbox_is_known_by_its_hash(tmp_path: Path) -> None:
    left, right = tmp_path / "l.csv", tmp_path / "r.csv"
    left.write_text("name,email\nWei Wang,Wei@Example.org\n")
    right.write_text("name,mbox\nWei Wang,e1de0ee2b4d4f3a4dfdd13d5f2d93c9b8f8b0d6b\n")
    assert pairs(match("people", left, right)).get(("1", "1")) != "same"
    told = hashlib.sha1(b"mailto:wei@example.org", usedforsecurity=False).hexdigest()
    right.write_text(f"name,mbox\nWei Wang,{told}\n")
    assert pairs(match("people", left, right)) == {("1", "1"): "same"}


REGISTER = [
    {"id": "https://ror.org/05f950310", "name": "KU Leuven", "country": "Belgium"},
    {"id": "https://ror.org/01pxwe438", "name": "McGill University", "country": "Canada"},
]  # fmt: skip


def ror(path: Path) -> Path:
    records = [
        {
            "id": each["id"], "status": "active", "types": ["education"], "relationships": [],
            "names": [{"value": each["name"], "types": ["ror_display"]}],
            "locations": [{"geonames_details": {
                "name": "", "country_code": each["country"][:2].upper(),
                "country_name": each["country"], "country_subdivision_name": ""}}],
        }
        for each in REGISTER
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, records)).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.mark.parametrize("name", ["ror.jsonl", "ror.jsonl.gz"])
@pytest.mark.parametrize(
    "table",
    ["affiliation\nDepartment of Physics; McGill University, Montreal, Canada\n",
     "name,country\nMcGill University,Canada\n"],
)  # fmt: skip
def test_organisations_and_a_register(tmp_path: Path, table: str, name: str) -> None:
    left = tmp_path / "l.csv"
    left.write_text(table)
    found = pairs(match("organisations", left, ror(tmp_path / name)))
    assert found[("1", "https://ror.org/01pxwe438")] in ("same", "close")
    result = match("organisations", tmp_path / name, left)
    assert result.exit_code == 1
    assert "a register stands second" in result.stderr


TABLES = {
    "organisations": (
        "name\nUniversity of Mannheim\nKU Leuven\n",
        "id,organisation\nm,Universität Mannheim\nx,Delft University of Technology\n",
        {("1", "m"): "same"},
    ),
    "topics": (
        "keyword\nlinked open data\nontology matching\n",
        "id,label,synonyms\nl,Linked Open Data (LOD),LOD\nx,Streams,\n",
        {("1", "l"): "close"},
    ),
    "events": (
        "title,start,end,city\nISWC 2008,2008-10-26,2008-10-30,Karlsruhe\n",
        """id,name,start_date,end_date,place,type
i,7th International Semantic Web Conference,2008-10-26,2008-10-30,Karlsruhe,
w,Semantic Web Technologies,2008-10-26,2008-10-30,Karlsruhe,Workshop
e,5th European Semantic Web Conference,2008-06-01,2008-06-05,Tenerife,
""",
        {("1", "i"): "same"},
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_other_kinds(tmp_path: Path, kind: str) -> None:
    first, second, expected = TABLES[kind]
    left, right = tmp_path / "l.csv", tmp_path / "r.csv"
    left.write_text(first, "utf-8")
    right.write_text(second, "utf-8")
    assert pairs(match(kind, left, right)) == expected


WRONG = [
    ("papers", "", "the file is empty"),
    ("papers", "title,year\n", "there is a header and no row"),
    ("papers", "heading,year\nSums,1999\n", "no column 'title'; it has heading, year."),
    ("people", "nmae,year\nAda,1999\n", "--column name=nmae"),
    ("people", "name,year\n,1999\n", "there are no people in it"),
    ("people", "id,name\n1,Ada\n2,Bo\n1,Cy\n", "the records 1 and 3 are both called '1'"),
    ("papers", "id,title\n1,Sums\n1,Rings\n", "the records 1 and 2 are both called '1'"),
    ("people", "name,name\nAda,Bo\n", "two columns 'name'"),
    ("people", "name,year\nAda Brook,1999\nBo Wu, Jr.,2001\n", "has 3 cells and the header 2"),
    ("people", "name,affiliation,year\nAda,Oulu,1999\nBo", "the file is cut off"),
    ("people", '{"name": "Ada"}\n{"name": "B', "it is no JSON"),
    ("people", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "holds no text but binary data"),
    ("people", b"PAR1 and then nothing", "the Parquet file is cut off or damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "said"), WRONG)
def test_what_cannot_be_read(tmp_path: Path, kind: str, content: str | bytes, said: str) -> None:
    path, output = tmp_path / "some.csv", tmp_path / "links.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = match(kind, path, "-o", output)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "some.csv" in result.stderr
    assert not output.exists()


def test_other_encodings_are_read(tmp_path: Path) -> None:
    left, right = tmp_path / "l.csv", tmp_path / "r.csv"
    left.write_bytes("name\nAsunción Gómez-Pérez\n".encode("cp1252"))
    right.write_bytes("name\nAsuncion Gomez Perez\n".encode("utf-16"))
    assert pairs(match("people", left, right)).keys() == {("1", "1")}


USAGE = [
    (("planets", "a.csv"), 2, "'planets' is not one of"),
    (("papers", "none.csv"), 1, "it cannot be read"),
    (("papers", "a.csv", "a.csv"), 1, "both files are the same"),
    (("papers", "a.csv", "--json"), 2, "-o FILE"),
    (("papers", "a.csv", "-o", "a.csv"), 2, "a.csv is what is read"),
    (("papers", "a.csv", "--column", "title"), 2, "is not MEANING=COLUMN"),
    (("papers", "a.csv", "--column", "tilte=x"), 2, "Nothing of papers is called 'tilte'"),
    (("papers", "a.csv", "--linkage", "l.toml"), 2, "of people, not of papers"),
]


@pytest.mark.parametrize(("arguments", "status", "said"), USAGE)
def test_usage(
    arguments: tuple[str, ...], status: int, said: str, tmp_path: Path, root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "a.csv").write_text(PAPERS, "utf-8")
    shipped = root / "graph" / "linkages" / "people.toml"
    (tmp_path / "l.toml").write_text(shipped.read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    result = match(*arguments)
    assert result.exit_code == status, result.output
    assert said in result.stderr
    assert (tmp_path / "a.csv").read_text("utf-8") == PAPERS


def test_dblp_and_acm(shared: Path, tmp_path: Path) -> None:
    """The whole benchmark by the command: what is published of it."""
    folder = shared / "linking" / "dblp-acm"
    output = tmp_path / "links.csv"
    result = match("papers", folder / "dblp.csv", folder / "acm.csv", "-o", output)
    assert result.exit_code == 0, result.output
    with output.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] != "review"]
    stated = {(row["left"], row["right"]) for row in rows}
    with (folder / "gt.csv").open(encoding="utf-8", newline="") as file:
        gold = {(row["D1"], row["D2"]) for row in csv.DictReader(file, delimiter="%")}
    published = json.loads(
        (Path(__file__).parents[2] / "docs" / "linking-quality" / "figures.json").read_text("utf-8")
    )
    (ours,) = (row for row in published["dblp-acm"] if row["method"] == "ours")
    assert (len(stated), len(stated & gold)) == (ours["stated"], ours["found"])
    assert 2 * ours["found"] / (len(stated) + len(gold)) >= 0.99


def test_a_pipe_takes_the_pairs(papers: tuple[Path, Path]) -> None:
    assert match("papers", *papers, *RENAMED, "-o", os.devnull).exit_code == 0
