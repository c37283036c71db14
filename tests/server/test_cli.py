"""The command line in this process: what each command does and says."""

from __future__ import annotations

import csv
import importlib
import io
import json
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
import rdflib
from click.testing import CliRunner, Result
from rdflib.compare import isomorphic
from symposia.graph.build import build
from symposia.graph.formats import FORMATS
from symposia.graph.generations import Generations
from symposia.graph.library import Library
from symposia.graph.rdf import parse_rdf
from symposia.graph.readers.page import read_page
from symposia.graph.sources import read_programme
from symposia.graph.store import Store
from symposia.graph.terms import to_rdflib
from symposia.graph.translation import VOCABULARIES
from symposia.server.cli import COMMANDS, main
from symposia.server.commands.terminal import printable

PROGRAMME = "https://w3id.org/symposia/tinyml-2023"
OTHER = "https://w3id.org/symposia/frugal-2024/graph/programme"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the shipped graph is published."""
    folder = tmp_path_factory.mktemp("published") / "data"
    Library(folder).publish()
    return folder


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(published, folder)
    return folder


@pytest.fixture
def other(root: Path) -> Path:
    """A programme page of another conference."""
    return root / "tests" / "data" / "pages" / "frugal-2024.txt"


def run(*arguments: object, input: str | bytes | None = None, **env: str) -> Result:  # noqa: A002
    runner = CliRunner(env={"SYMPOSIA_DATA": None, "PORT": None, **env})
    return runner.invoke(main, [str(a) for a in arguments], input=input, prog_name="symposia")


def done(*arguments: object, **options: str) -> Result:
    result = run(*arguments, **options)
    assert result.exit_code == 0, result.output
    return result


def command(name: str) -> click.Command:
    found = importlib.import_module(f"symposia.server.commands.{name}").command
    assert isinstance(found, click.Command)
    return found


def test_help_lists_every_command_with_the_first_line_of_its_help() -> None:
    shown = done("--help").output
    for name, line in COMMANDS.items():
        assert f"{name}  " in shown
        assert line in shown
        assert (command(name).help or "").splitlines()[0] == line
    names = ["serve", "read", "add", "replace", "list", "remove"]
    assert [*COMMANDS] == [*names, "validate", "query", "link", "match", "export", "info"]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_shows_examples_that_are_right(name: str) -> None:
    shown = done(name, "--help").output
    examples = getattr(command(name), "examples", ())
    assert examples
    for example in (*examples, *getattr(main, "examples", ())):
        program, called, *arguments = shlex.split(example)
        assert program == "symposia"
        command(called).make_context(called, arguments, resilient_parsing=False)
    for example in examples:
        assert f"  {example}\n" in shown


def test_version_and_completion() -> None:
    assert done("--version").output.startswith("symposia ")
    script = run(_SYMPOSIA_COMPLETE="bash_source").output
    assert "_symposia_completion" in script
    for words, completed in (
        ("symposia ex", "plain,export\n"),
        ("symposia query coauthor_", "plain,coauthor_pairs\nplain,coauthor_path\n"),
        ("symposia query ./mine", "file,./mine\n"),
    ):
        place = str(words.count(" "))
        found = run(_SYMPOSIA_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=place)
        assert found.output == completed


# --- read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my.ttl", "my.nt", "my.rdf", "my.jsonld", "my.trig", "my.nq"])
def test_read_writes_the_graph_in_the_format_of_the_file(
    other: Path, tmp_path: Path, name: str
) -> None:
    result = done("read", other, "-o", tmp_path / name)
    assert result.stdout == ""
    assert "slots" in result.stderr
    assert f"Written to {tmp_path / name}." in result.stderr
    assert isomorphic(to_rdflib(parse_rdf(tmp_path / name)), build(read_programme(other)))


def test_read_to_standard_output(other: Path) -> None:
    result = done("read", other, "--slug", "x-2024", "--base", "http://example.org/c")
    graph = rdflib.Graph().parse(data=result.stdout, format="turtle")
    assert (rdflib.URIRef("http://example.org/c/x-2024"), None, None) in graph
    assert not any("w3id.org/symposia/x" in str(s) for s in graph.subjects())


def test_read_tells_what_it_could_not_read(other: Path, tmp_path: Path) -> None:
    programme = read_page(other.read_bytes(), name=str(other))
    assert programme.unread
    told = done("read", other, "-o", tmp_path / "my.ttl").stderr
    for piece in programme.unread:
        assert f"{other}:{piece.line}: not read: {piece.reason}" in told
    for piece in programme.warnings:
        assert f"{other}:{piece.line}: in doubt: {piece.reason}" in told


def test_read_report_as_json(other: Path, tmp_path: Path) -> None:
    programme = read_page(other.read_bytes(), name=str(other))
    report = json.loads(done("read", other, "--json").stdout)
    assert report["programme"] == programme.name
    assert [piece["line"] for piece in report["unread"]] == [p.line for p in programme.unread]
    assert report["counts"]["slots"] == len(programme.slots)
    done("read", other, "--json", "-o", tmp_path / "my.ttl")
    assert (tmp_path / "my.ttl").is_file()


def test_read_without_abstracts(other: Path) -> None:
    programme = read_page(other.read_bytes(), name=str(other))
    abstract = next(t.abstract for s in programme.slots for t in s.talks if t.abstract)
    wanted = rdflib.Literal(abstract, lang="en")
    for arguments, there in (((), True), (("--no-abstracts",), False)):
        text = done("read", other, *arguments).stdout
        graph = rdflib.Graph().parse(data=text, format="turtle")
        assert ((None, None, wanted) in graph) is there


def test_read_the_page(page: Path) -> None:
    report = json.loads(done("read", page, "--json").stdout)
    assert report["slug"] == "tinyml-2023"
    assert report["timezone"] == "America/Los_Angeles"
    assert report["counts"] == {
        "slots": 11,
        "talks": 18,
        "papers": 16,
        "speakers": 20,
        "session chairs": 4,
        "committee members": 20,
        "organising roles": 7,
    }


# --- add, list, remove ----------------------------------------------------------------------------


def graphs(data: Path) -> dict[str, dict[str, object]]:
    listed = json.loads(done("list", "--graphs", "--json", "--data", data).stdout)
    return {entry["graph"]: entry for entry in listed}


def test_add_list_remove(data: Path, other: Path, tmp_path: Path) -> None:
    before = graphs(data)
    result = done("add", other, "--data", data)
    assert f"added: {OTHER}" in result.stderr
    assert "Generation 2: " in result.stderr
    assert set(graphs(data)) == {*before, OTHER}
    assert graphs(data)[OTHER]["origin"] == str(other)

    done("read", other, "-o", tmp_path / "my.ttl")
    for again in (other, tmp_path / "my.ttl"):
        assert "Nothing changed.\nGeneration 2: " in done("add", again, "--data", data).stderr

    change = json.loads(done("remove", "frugal-2024", "--json", "--data", data).stdout)
    assert change["removed"] == [OTHER]
    assert change["generation"] == 3
    assert graphs(data) == before


def test_add_replaces_the_graph_of_the_same_name(data: Path, other: Path, tmp_path: Path) -> None:
    done("add", other, "--data", data)
    done("read", other, "--no-abstracts", "-o", tmp_path / "my.ttl")
    change = json.loads(done("add", tmp_path / "my.ttl", "--json", "--data", data).stdout)
    assert (change["added"], change["replaced"]) == ([], [OTHER])
    assert graphs(data)[OTHER]["origin"] == str(tmp_path / "my.ttl")


def test_add_a_folder(data: Path, other: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "deeper").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    shutil.copy(other, folder / "deeper")
    (folder / "notes.ttl").write_text("<http://example.org/x> <http://example.org/p> 1 .")
    (folder / ".hidden" / "bad.ttl").write_text("broken")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    change = json.loads(done("add", folder, "--json", "--data", data).stdout)
    assert change["added"] == [OTHER, "https://w3id.org/symposia/graph/added/notes"]


def test_add_named_graphs(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "two.trig"
    path.write_text("<x:a> <x:p> 1 . GRAPH <http://example.org/g> { <x:a> <x:p> 2 }")
    change = json.loads(done("add", path, "--json", "--data", data).stdout)
    assert change["added"] == ["http://example.org/g", "https://w3id.org/symposia/graph/added/two"]
    path = tmp_path / "one.ttl"
    path.write_text("<x:a> <x:p> 1 .")
    named = "http://example.org/my-graph"
    change = json.loads(done("add", path, "--graph", named, "--json", "--data", data).stdout)
    assert change["added"] == [named]


def test_nothing_is_published_of_a_graph_that_breaks_a_shape(
    data: Path, other: Path, root: Path
) -> None:
    bad = root / "ontology" / "examples" / "invalid" / "talk-part-of-class.ttl"
    bad = bad if bad.is_file() else next(bad.parent.glob("talk-*.ttl"))
    result = run("add", other, bad, "--data", data)
    assert result.exit_code == 1
    assert f"Error: {bad}: The dataset would break the shapes" in result.stderr
    assert "Violation: " in result.stderr
    assert result.stdout == ""
    before = Generations(data).current()
    assert before is not None
    assert OTHER in {graph.iri for graph in before.graphs}
    assert run("add", bad, "--data", data).exit_code == 1
    refused = run("remove", f"{PROGRAMME}/graph/programme", "--data", data)
    assert refused.exit_code == 1
    assert Generations(data).current() == before


def test_a_refusal_names_node_rule_value_and_line(data: Path, other: Path, tmp_path: Path) -> None:
    page = other.read_text(encoding="utf-8")
    done("read", other, "-o", tmp_path / "my.ttl")
    text = (tmp_path / "my.ttl").read_text(encoding="utf-8")
    graph = rdflib.Graph().parse(data=text, format="turtle")
    start = rdflib.URIRef("https://schema.org/startDate")
    session = next(graph.subjects(rdflib.RDF.type, rdflib.URIRef(
        "https://w3id.org/symposia/ontology#Keynote")))  # fmt: skip
    lines = next(graph.objects(session, rdflib.PROV.wasQuotedFrom))
    first = int(str(lines).rpartition("=")[2].partition(",")[0]) + 1
    assert first <= len(page.splitlines())
    graph.set((session, start, rdflib.Literal("soon")))
    graph.serialize(tmp_path / "bad.ttl", format="turtle")
    result = run("add", tmp_path / "bad.ttl", "--data", data)
    assert result.exit_code == 1
    finding = result.stderr.partition(f"<{session}>")[2].partition("\nViolation")[0]
    assert "schema:startDate: " in finding
    assert "Found: soon." in finding
    assert f"Source: line {first}." in finding or f"Source: lines {first} to" in finding


# --- validate -------------------------------------------------------------------------------------


def test_validate_the_dataset(published: Path) -> None:
    result = done("validate", "--format", "json", "--data", published)
    report = json.loads(result.stdout)
    assert (report["conforms"], report["violations"]) == (True, 0)
    assert report["warnings"] == len(report["findings"]) > 10
    assert result.stderr.startswith("0 violations, ")
    table = done("validate", "--data", published).stdout
    assert table.count("\nWarning ") == report["warnings"]
    turtle = done("validate", "--format", "turtle", "--data", published).stdout
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert (None, shacl.conforms, rdflib.Literal(False)) in graph  # warnings count in SHACL


def test_validate_without_a_data_folder_checks_the_shipped_graph(tmp_path: Path) -> None:
    result = done("validate", "--format", "json", "--data", tmp_path / "none")
    assert json.loads(result.stdout)["violations"] == 0
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("format_", ["table", "json", "turtle"])
def test_validate_files(tmp_path: Path, format_: str) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        "@prefix sym: <https://w3id.org/symposia/ontology#> ."
        "<http://example.org/t> a sym:Talk ; sym:partOf <http://example.org/none> ."
    )
    result = run("validate", bad, "--format", format_)
    assert result.exit_code == 1
    for word in ("http://example.org/t", "http://example.org/none"):
        assert word in result.stdout
    assert "violation" in result.stderr


def test_validate_sources_of_other_formats(tmp_path: Path) -> None:
    """Two accounts of one conference contradict each other, and are each right by itself."""
    event = (
        "@prefix swc: <http://data.semanticweb.org/ns/swc/ontology#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        "@prefix ical: <http://www.w3.org/2002/12/cal/ical#> ."
        "<http://old.example/conference/small/2030> a swc:ConferenceEvent ; rdfs:label '%s' ;"
        " ical:dtstart '2030-05-01' ; ical:dtend '2030-%s' ."
    )
    (tmp_path / "one.ttl").write_text(event % ("Small 2030", "05-03"))
    (tmp_path / "other.ttl").write_text(event % ("Small", "05-04"))
    (tmp_path / "papers.bib").write_text(
        "@proceedings{p, title={Small}, year=2030}\n"
        "@inproceedings{a, title={On small things}, author={Ann Example}, booktitle={Small},"
        " year=2030, pages={1--9}}\n"
    )
    report = json.loads(done("validate", tmp_path, "--format", "json").stdout)
    assert (report["conforms"], report["violations"]) == (True, 0)
    assert report["warnings"] + report["notes"] == len(report["findings"]) > 0
    (tmp_path / "one.ttl").write_text(event % ("Small 2030", "04-03"))
    (tmp_path / "broken.ttl").write_text("<x:a> <x:b> ")
    result = run("validate", tmp_path)
    assert result.exit_code == 1
    assert result.stdout.count("\nViolation ") == 1
    assert f"Error: {tmp_path / 'broken.ttl'}:1:" in result.stderr
    assert "\n1 violation, " in result.stderr
    assert run("validate", tmp_path / "broken.ttl", tmp_path / "papers.bib").exit_code == 1


# --- query ----------------------------------------------------------------------------------------


def test_query_without_a_name_lists_the_questions() -> None:
    listed = json.loads(done("query", "--format", "json").stdout)
    assert len(listed) >= 30
    names = [entry["name"] for entry in listed]
    assert names == sorted(names)
    table = done("query").stdout.splitlines()
    assert [line.split()[0] for line in table[2:]] == names


def test_query_formats(published: Path) -> None:
    def ask(format_: str) -> str:
        return done("query", "chairs", "--format", format_, "--data", published).stdout

    rows = list(csv.DictReader(io.StringIO(ask("csv"))))
    assert len(rows) == 4
    answer = json.loads(ask("json"))
    assert [
        {name: cell["value"] for name, cell in row.items()} for row in answer["results"]["bindings"]
    ] == rows
    assert ask("tsv").count("\n") == 5
    assert ask("xml").startswith("<?xml")
    table = ask("table").splitlines()
    assert table[0].split() == [name for name in rows[0] if not name.endswith("_label")]
    for row, line in zip(rows, table[2:], strict=True):
        assert re.split(r"  +", line)[-1] == row["chair_label"]
        assert row["chair"] not in line


def test_query_takes_names_files_text_and_standard_input(published: Path, tmp_path: Path) -> None:
    text = "SELECT ?talk { ?talk a <https://w3id.org/symposia/ontology#Talk> } ORDER BY ?talk"
    path = tmp_path / "talks.rq"
    path.write_text(text)
    expected = done("query", text, "--format", "csv", "--data", published).stdout
    assert expected.count("\n") == 19
    for arguments, given in (((path,), None), (("-",), text)):
        result = run("query", *arguments, "--format", "csv", "--data", published, input=given)
        assert (result.exit_code, result.stdout) == (0, expected)


def test_query_with_parameters_by_name(published: Path, tmp_path: Path) -> None:
    def coauthors(person: str) -> str:
        return done(
            "query", "coauthors", "--param", f"person={person}", "--format", "csv",
            "--data", published,
        ).stdout  # fmt: skip

    found = coauthors(f"{PROGRAMME}/person/brett-meyer")
    assert found.count("\n") == 5
    for spelling in ("Brett Meyer", "brett meyer", "tinyml-2023/person/brett-meyer"):
        assert coauthors(spelling) == found
    path = tmp_path / "mine.rq"
    path.write_text(
        "#+ summary: Papers of a year.\n#+ question: Which?\n#+ parameters:\n"
        "#+   least: {type: integer, description: the least position, example: 3}\n"
        "#+ columns:\n#+   talk: the talk\n#+   least: as given\n"
        "PREFIX sym: <https://w3id.org/symposia/ontology#>\n"
        "SELECT ?talk ?least { ?talk a sym:Talk ; sym:position ?n FILTER(?n >= ?least) }"
    )
    rows = done("query", path, "--param", "least=5", "--format", "csv", "--data", published)
    assert rows.stdout.count("\n") == 2


def test_query_of_other_forms(published: Path, tmp_path: Path) -> None:
    paper = f"{PROGRAMME}/paper/fmas"
    assert done("query", "ASK { ?s ?p ?o }", "--data", published).stdout == "true\n"
    turtle = done("query", f"DESCRIBE <{paper}>", "--data", published).stdout
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    assert set(map(str, graph.subjects())) == {paper}
    result = done("query", f"DESCRIBE <{paper}>", "--format", "jsonld", "-o", tmp_path / "x.jsonld",
                  "--data", published)  # fmt: skip
    assert result.stdout == ""
    assert isomorphic(to_rdflib(parse_rdf(tmp_path / "x.jsonld")), graph)


@pytest.mark.parametrize(
    ("query", "name", "begins"),
    [
        ("chairs", "x.csv", "conference,session"),
        ("chairs", "x.json", '{"head"'),
        ("chairs", "x.srx", "<?xml"),
        ("chairs", "x.txt", "conference  "),
        ("ASK { ?s ?p ?o }", "x.txt", "true"),
        ("ASK { ?s ?p ?o }", "x.json", '{"head"'),
        ("CONSTRUCT WHERE { ?s a ?c }", "x.nt", "<"),
        ("CONSTRUCT WHERE { ?s a ?c }", "x.txt", "@prefix"),
    ],
)
def test_query_writes_the_format_of_the_file(
    published: Path, tmp_path: Path, query: str, name: str, begins: str
) -> None:
    result = done("query", query, "-o", tmp_path / name, "--data", published)
    assert result.stdout == ""
    assert (tmp_path / name).read_text().startswith(begins)


# --- export, info ---------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_export_the_dataset(published: Path, format_: str, tmp_path: Path) -> None:
    store = Generations(published).open()
    assert isinstance(store, Store)
    path = tmp_path / f"all.{FORMATS[format_].extension}"
    done("export", "-o", path, "--data", published)
    assert path.read_text() == done("export", "--format", format_, "--data", published).stdout
    assert {quad.triple for quad in parse_rdf(path)} == {quad.triple for quad in store.quads()}


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_export_to_a_vocabulary(published: Path, vocabulary: str) -> None:
    text = done("export", "--vocabulary", vocabulary, "--data", published).stdout
    graph = rdflib.Graph().parse(data=text, format="turtle")
    spoken = VOCABULARIES[vocabulary].namespace
    assert any(str(predicate).startswith(spoken) for predicate in graph.predicates())


def test_export_one_programme(published: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.nq"
    for name in ("tinyml-2023", "https://w3id.org/symposia/tinyml-2023"):
        done("export", "--programme", name, "-o", path, "--data", published)
        base = "https://w3id.org/symposia/tinyml-2023/graph/"
        assert {quad.graph_name.value for quad in parse_rdf(path)} == {
            base + part for part in ("enrichment", "programme", "systems", "topics")
        }
    text = done(
        "export", "--programme", "tinyml-2023", "--vocabulary", "schema", "--data", published
    ).stdout
    assert "<https://w3id.org/symposia/tinyml-2023> a schema:Event" in text
    result = run("export", "--programme", "tinyml-2024", "-o", path, "--data", published)
    assert result.exit_code != 0
    assert "No graph or programme is called 'tinyml-2024'" in result.stderr
    assert "Did you mean tinyml-2023" in result.stderr
    assert [found.name for found in tmp_path.iterdir()] == ["one.nq"]


def test_an_export_that_cannot_be_written(published: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("export", "-o", tmp_path / "file" / "a.nq", "--data", published)
    assert result.exit_code != 0
    assert "a.nq cannot be written" in result.stderr


def test_info(published: Path, tmp_path: Path) -> None:
    found = json.loads(done("info", "--json", "--data", published).stdout)
    assert (found["generation"], found["data"]) == (1, str(published))
    assert found["counts"]["papers"] == 16
    assert found["triples"] == sum(int(str(g["triples"])) for g in graphs(published).values())
    unpublished = json.loads(done("info", "--json", "--data", tmp_path / "none").stdout)
    assert unpublished["generation"] is None
    assert unpublished["counts"] == found["counts"]
    assert unpublished["triples"] == found["triples"]
    shown = done("info", "--data", published).stdout
    assert f"data folder     {published}\n".split() in [line.split() for line in shown.splitlines()]


def test_the_data_folder_comes_from_option_environment_or_user(
    published: Path, tmp_path: Path
) -> None:
    by_environment = json.loads(done("info", "--json", SYMPOSIA_DATA=str(published)).stdout)
    assert by_environment["data"] == str(published)
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    by_user = json.loads(done("info", "--json", **home).stdout)
    assert Path(by_user["data"]).name == "symposia"
    assert Path(by_user["data"]).is_relative_to(tmp_path) or "XDG_DATA_HOME" not in home


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Müller 王\tx\n", "Müller 王\tx\n"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("\x1b[31mred\x07", "\ufffd[31mred\ufffd"),
        ("abc\u202etxt.exe", "abc\ufffdtxt.exe"),
        ("\x9b31m", "\ufffd31m"),
    ],
)
def test_text_of_strangers_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (["--format", "icalendar", "--programme", "tinyml-2023"], b"BEGIN:VCALENDAR\r\n"),
        (["--format", "bibtex", "--programme", "tinyml-2023/paper/fmas"], b"@inproceedings{"),
        (["-o", "a.frab.xml", "--programme", "tinyml-2023"], b"<?xml version='1.0'"),
        (["-o", "a.frab.json", "--programme", "tinyml-2023"], b'{\n  "generator"'),
        (["-o", "a.csv", "--programme", "topic/quantization"], b"title,authors,"),
        (["-o", "a.bib"], b"@inproceedings{"),
        (["--format", "ris"], b"TY  - CPAPER\r\n"),
    ],
)
def test_programmes_and_papers_are_exported_for_other_programs(
    arguments: list[str], begins: bytes, tmp_path: Path
) -> None:
    wanted = [str(tmp_path / each) if each.startswith("a.") else each for each in arguments]
    result = run("export", "--data", tmp_path / "data", *wanted)
    assert result.exit_code == 0, result.output
    found = [*tmp_path.glob("a.*")]
    assert (found[0].read_bytes() if found else result.stdout_bytes).startswith(begins)
