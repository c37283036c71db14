"""Records of papers from files: each format, each way to be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from symposia.graph.errors import SourceError
from symposia.graph.linking.bibliographic import publications
from symposia.graph.linking.publication import Publication, grouped

RECORD = "https://w3id.org/symposia/record"


def read(folder: Path, name: str, text: str) -> list[Publication]:
    path = folder / name
    path.write_text(text, "utf-8")
    return list(publications(path))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "%"])
def test_table(tmp_path: Path, separator: str) -> None:
    rows = [
        ("id", "title", "authors", "venue", "year"),
        ("7", '"Views &amp; joins."', '"Ada B. Lovelace and Kurt G&ouml;del"', "VLDB", "1996"),
    ]
    (found,) = read(tmp_path, "some.csv", "\n".join(separator.join(row) for row in rows))
    assert found == Publication(
        f"{RECORD}/some/7", "Views & joins", ("Ada B. Lovelace", "Kurt Gödel"), 1996, "VLDB"
    )


def test_swallowed_cells(tmp_path: Path) -> None:
    """A quotation mark that the authors lack has taken the cells after it."""
    text = 'id%title%authors%venue%year\n1%Author Index%"VLDB%2000%%Author Index VLDB 2000"%%\n'
    (found,) = read(tmp_path, "a.csv", text)
    assert (found.authors, found.venue, found.year) == ((), "VLDB", 2000)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Ada Lovelace, Kurt Gödel", ("Ada Lovelace", "Kurt Gödel")),
        ("Lovelace, Ada; Gödel, Kurt", ("Ada Lovelace", "Kurt Gödel")),
        ("Lovelace, Ada and Gödel, Kurt", ("Ada Lovelace", "Kurt Gödel")),
        ("A. Lovelace, E. Noether and K. Gödel", ("A. Lovelace", "E. Noether", "K. Gödel")),
        ("Wei Wang 0001", ("Wei Wang",)),
        ("", ()),
    ],
)  # fmt: skip
def test_authors_in_one_cell(tmp_path: Path, cell: str, names: tuple[str, ...]) -> None:
    (found,) = read(tmp_path, "a.csv", f'title,authors\nViews,"{cell}"\n')
    assert found.authors == names


def test_bibtex(tmp_path: Path) -> None:
    text = r"""
@inproceedings{DBLP:conf/iswc/Godel06, author = {Kurt G{\"o}del and van der Berg, Jan and others},
  title = {On {RDF}: Sums}, crossref = {DBLP:conf/iswc/2006}, year = 2006,
  doi = {10.1007/11926078_1}}
@article{mine, author = {A. Turing}, title = {Machines}, journal = {CoRR}, year = {2020},
  archivePrefix = {arXiv}, eprint = {2001.00001v2}}
@proceedings{DBLP:conf/iswc/2006, title = {The Semantic Web - ISWC 2006}, year = 2006}
"""
    assert read(tmp_path, "my refs.bib", text) == [
        Publication(
            "https://dblp.org/rec/conf/iswc/Godel06", "On RDF: Sums",
            ("Kurt Gödel", "Jan van der Berg"), 2006, "The Semantic Web - ISWC 2006",
            doi="10.1007/11926078_1", kind="inproceedings",
        ),
        Publication(
            f"{RECORD}/my-refs/mine", "Machines", ("A. Turing",), 2020, "CoRR",
            arxiv="2001.00001", kind="article",
        ),
    ]  # fmt: skip


CSL = {
    "id": "x",
    "type": "article-journal",
    "title": ["Sums"],
    "author": [{"given": "Kurt", "family": "Gödel"}, {"literal": "The Team"}],
    "container-title": ["A Journal"],
    "issued": {"date-parts": [[2019, 3]]},
    "DOI": "10.1000/XYZ",
}
READ = Publication(
    "https://doi.org/10.1000/xyz", "Sums", ("Kurt Gödel", "The Team"), 2019, "A Journal",
    doi="10.1000/xyz", kind="article-journal",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("csl.json", json.dumps([CSL])),
        ("one.json", json.dumps(CSL, indent=1)),
        ("api.json", json.dumps({"status": "ok", "message": {"items": [CSL]}}, indent=1)),
        ("a.jsonl", json.dumps(CSL) + "\n\n"),
        ("a.json", json.dumps(CSL) + "\n" + json.dumps({"no": "title"}) + "\n"),
    ],
)
def test_json(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path, name, text) == [READ]


def test_rdf_of_dblp(tmp_path: Path) -> None:
    text = """@prefix dblp: <https://dblp.org/rdf/schema#> .
<https://dblp.org/rec/a> a dblp:Inproceedings ; dblp:title "Sums." ; dblp:publishedIn "VLDB" ;
  dblp:yearOfPublication "1996" ; dblp:doi <https://doi.org/10.1/A> , <https://doi.org/10.1000/A> ;
  dblp:hasSignature [ dblp:signatureDblpName "Wei Wang 0002" ; dblp:signatureOrdinal 2 ] ,
    [ dblp:signatureDblpName "Ada Lovelace" ; dblp:signatureOrdinal 1 ] .
"""
    (found,) = read(tmp_path, "a.ttl", text)
    assert found.authors == ("Ada Lovelace", "Wei Wang")
    assert (found.id, found.title, found.year) == ("https://dblp.org/rec/a", "Sums", 1996)


def test_own_graph(root: Path) -> None:
    found = {p.id: p for p in publications(root / "graph" / "tinyml-2023" / "programme.ttl")}
    assert len(found) == 16


def test_rows_of_facts_in_any_order() -> None:
    rows = [
        {"paper": "urn:a", "fact": "author", "value": "B", "position": "2"},
        {"paper": "urn:b", "fact": "author", "value": "C"},
        {"paper": "urn:a", "fact": "title", "value": "Sums"},
        {"paper": "urn:a", "fact": "link", "value": "https://arxiv.org/abs/2304.01821v3"},
        {"paper": "urn:a", "fact": "author", "value": "A", "position": "1"},
    ]
    assert list(grouped(rows)) == [Publication("urn:a", "Sums", ("A", "B"), arxiv="2304.01821")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "", "the file is empty"),
        ("a.csv", "\n \n", "the file is empty"),
        ("a.csv", "name of it,b\n1,2\n", "no column 'title' or 'name'; it has name of it, b."),
        ("a.csv", 'title\n"' + "x" * 140_000 + '"\n', "the table is broken: field larger"),
        ("a.json", "[1, 2", "it is no JSON"),
        ("a.json", "[" * 100_000, "nested too deep"),
        ("a.jsonl", '{"title": "a"}\n{"title"\n', "it is no JSON"),
        ("a.jsonl", '{"title": "a"}\n[]\n', "a line is no object"),
        ("a.bib", "@article{a, title = {b}, title }\n", "broken in line 1"),
        ("a.ttl", "<a> <b> .", "a.ttl"),
        ("a.csv", "title\n" + "x" * 5_000_000, "field larger"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, name, text)
    assert said in str(caught.value)
    assert name in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        list(publications(tmp_path / "none.csv"))


def test_long_values_are_cut_and_odd_ones_left_out(tmp_path: Path) -> None:
    text = json.dumps([{"title": "x" * 10_000, "year": [1], "authors": [7, None, {"a": 1}]}, 3])
    (found,) = read(tmp_path, "a.json", text)
    assert len(found.title) == 2_000
    assert found.authors == ("7",)
