"""The Computer Science Ontology as its tables have it, and damaged ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from symposia.graph.errors import SourceError
from symposia.graph.reading import Reading, ReadOptions, find_reader

OLD = """\
net;klink:broaderGeneric;"fishing net"
"fishing net";klink:contributesTo;"folk art"
nets;klink:primaryLabel;net
net;klink:primaryLabel;net
net;klink:relatedEquivalent;nets
"fishing net";klink:broaderGeneric;net
"folk art";rdf:type;klink:Topic
net;rdfs:label;net
"""
NEW = """\
"<https://cso.kmi.open.ac.uk/topics/net>","<http://cso.kmi.open.ac.uk/schema/cso#superTopicOf>","<https://cso.kmi.open.ac.uk/topics/fishing_net>"
"<https://cso.kmi.open.ac.uk/topics/fishing_net>","<http://cso.kmi.open.ac.uk/schema/cso#contributesTo>","<https://cso.kmi.open.ac.uk/topics/folk_art>"
"<https://cso.kmi.open.ac.uk/topics/nets>","<http://cso.kmi.open.ac.uk/schema/cso#preferentialEquivalent>","<https://cso.kmi.open.ac.uk/topics/net>"
"<https://cso.kmi.open.ac.uk/topics/net>","<http://www.w3.org/2000/01/rdf-schema#label>","net"@en .
"""
TOPICS = "https://cso.kmi.open.ac.uk/topics/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RELATIONS = {
    "<fishing_net> <broader> <net> .",
    "<fishing_net> <related> <folk_art> .",
    '<net> <altLabel> "nets"@en .',
    '<net> <prefLabel> "net"@en .',
    '<fishing_net> <prefLabel> "fishing net"@en .',
    '<folk_art> <prefLabel> "folk art"@en .',
}


def read(data: bytes, folder: Path, name: str = "cso.csv") -> Reading:
    path = folder / name
    path.write_bytes(data)
    reader = find_reader(path)
    assert reader.name == "cso"
    (reading,) = reader.read(path, options=ReadOptions(folder=folder))
    return reading


def relations(reading: Reading) -> set[str]:
    lines = Path(str(reading.graphs[0].source)).read_text("utf-8").splitlines()
    short = (line.replace(TOPICS, "").replace(SKOS, "") for line in lines)
    return {line for line in short if line.split()[1] in
            ("<broader>", "<related>", "<altLabel>", "<prefLabel>", "<exactMatch>")}  # fmt: skip


@pytest.mark.parametrize("text", [OLD, NEW, "\ufeff" + NEW], ids=["2019", "later", "mark"])
def test_both_forms_of_the_table(text: str, tmp_path: Path) -> None:
    assert relations(read(text.encode(), tmp_path)) == RELATIONS


def test_packed(tmp_path: Path) -> None:
    reading = read(gzip.compress(OLD.encode()), tmp_path, "cso.csv.gz")
    assert relations(reading) == RELATIONS
    assert reading.graphs[0].iri == reading.programme == "https://w3id.org/symposia/graph/cso"
    told = {
        row.name.rpartition("#")[2]: (row.mapped, row.kept, row.refused)
        for row in reading.loss.rows()
    }
    assert told == {
        "broaderGeneric": (1, 0, 1),
        "contributesTo": (1, 0, 0),
        "primaryLabel": (2, 0, 0),
        "relatedEquivalent": (0, 1, 0),
        "rdf:type": (1, 0, 0),
        "rdfs:label": (1, 0, 0),
    }


def test_nothing_is_broader_than_itself(tmp_path: Path) -> None:
    reading = read(
        b"a;klink:broaderGeneric;b\nb;klink:broaderGeneric;c\nc;klink:broaderGeneric;a\n", tmp_path
    )
    assert {"<b> <broader> <a> .", "<c> <broader> <b> ."} <= relations(reading)
    assert [(one.found, one.why) for one in reading.loss.refusals] == [
        ("c; a", "The one is already broader than the other.")
    ]


def test_rows_that_are_none(tmp_path: Path) -> None:
    reading = read(b"a;klink:broaderGeneric;b\nc;klink:broaderGeneric\n", tmp_path)
    assert [(one.place, one.why) for one in reading.loss.refusals] == [
        ("line 2", "A row has three columns, this has 2.")
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(OLD.encode())[:-12], "the file cannot be read"),
        (OLD.encode() + b"\xff;klink:broaderGeneric;x\n", "the table is not UTF-8"),
        (b'a;klink:broaderGeneric;"' + b"x" * 200_000, "the table is broken"),
    ],
)
def test_damage_is_told(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        read(data, tmp_path)


def test_the_real_table(shared: Path, tmp_path: Path) -> None:
    path = shared / "vocabularies" / "cso" / "cso.csv.gz"
    (reading,) = find_reader(path).read(path, options=ReadOptions(folder=tmp_path))
    found = relations(reading)
    assert '<ontology> <prefLabel> "ontology"@en .' in found
    assert len(found) > 50_000
    assert (reading.loss.total.read, reading.loss.total.kept) == (133_956, 9_111)
