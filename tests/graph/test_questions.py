"""Questions from files and texts, and values bound to their parameters."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from symposia.graph.errors import ParameterError, QueryError, UnknownQuestionError
from symposia.graph.namespaces import BASE, PREFIXES
from symposia.graph.parameters import Parameter, parse
from symposia.graph.questions import Question, bind, question, questions
from symposia.graph.store import Store

P = BASE + "tinyml-2023/"
GOOD = """\
#+ summary: Papers of a person since a day.
#+ question: What has this person written since?
#+ group: papers
#+ parameters:
#+   person: {type: iri, class: foaf:Person, description: the person, example: "http://e/ada"}
#+   since: {type: date, default: 2023-01-01, description: first day, example: 2023-03-27}
#+   least: {type: decimal, required: false, description: least score, example: 0.5}
#+ columns:
#+   person: the person
#+   paper: the paper
# A comment of the query's own.
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?person ?paper WHERE { ?paper dcterms:creator ?person }
"""
PEOPLE = f"""\
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <{P}> .
<person/brett-meyer> a foaf:Person ; rdfs:label "Brett Meyer" ; skos:hiddenLabel "Brett MEYER" ;
    skos:altLabel "Brett H. Meyer" .
<person/jose-nunez> a foaf:Person ; rdfs:label "José Núñez" .
<person/ada-lee-1> a foaf:Person ; rdfs:label "Ada Lee" .
<person/ada-lee-2> a foaf:Person ; rdfs:label "Ada Lee" ; foaf:name "Ada Q. Lee" .
<organisation/brett> a <http://www.w3.org/ns/org#Organization> ; rdfs:label "Brett Meyer Ltd" .
<http://e/in> a skos:Concept ; skos:prefLabel "tiling"@en ; skos:inScheme <http://e/topics> .
<http://e/out> a skos:Concept ; skos:prefLabel "Tiling"@en ; skos:inScheme <http://e/metrics> .
<session/one> a <http://e/Session> ; rdfs:label "Session one" .
<person/by-name> a foaf:Person ; foaf:name "Only Foaf" .
"""


@pytest.fixture(scope="module")
def people() -> Store:
    store = Store.memory()
    store.load("http://e/graph", ox.parse(PEOPLE, format=ox.RdfFormat.TURTLE))
    return store


def iri_parameter(of_class: str = PREFIXES["foaf"] + "Person", scheme: str = "") -> Parameter:
    return Parameter(
        "thing", "iri", "the thing", P + "person/brett-meyer", of_class=of_class, scheme=scheme
    )


def test_header_is_read() -> None:
    asked = Question.parse(GOOD, name="since", path="since.rq")
    assert (asked.summary, asked.group, asked.form) == (
        "Papers of a person since a day.",
        "papers",
        "SELECT",
    )
    assert asked.columns == {"person": "the person", "paper": "the paper"}
    assert asked.parameters == (
        Parameter(
            "person", "iri", "the person", "http://e/ada", of_class=PREFIXES["foaf"] + "Person"
        ),
        Parameter("since", "date", "first day", "2023-03-27", required=False, default="2023-01-01"),
        Parameter("least", "decimal", "least score", "0.5", required=False),
    )
    assert asked.text == GOOD


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ASK { ?s ?p ?o }", "ASK"),
        ("# note\nprefix e: <http://e/#>\nconstruct where { ?s ?p ?o }", "CONSTRUCT"),
        ("BASE <http://e/> PREFIX : <#> DESCRIBE <x>", "DESCRIBE"),
        ("select*{}", "SELECT"),
    ],
)
def test_text_without_header_is_a_question(text: str, form: str) -> None:
    asked = Question.parse(text)
    assert (asked.form, asked.parameters, asked.columns, asked.name) == (form, (), {}, "query")


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("", 1, "nothing"),
        ("# a\n\nDROP ALL", 3, "'DROP'"),
        ("PREFIX e: <http://e/>\n", 2, "nothing"),
    ],
)
def test_text_that_is_no_query(text: str, line: int, found: str) -> None:
    with pytest.raises(QueryError) as caught:
        Question.parse(text, path="mine.rq")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"mine.rq:{line}: SELECT, ASK, CONSTRUCT or DESCRIBE")
    assert found in str(caught.value)


BROKEN = [
    ("summary", "summery", 1, "'summery' of the header is not known"),
    ("#+ question: What has this person written since?\n", "", 1, "lacks a text for 'question'"),
    ("type: iri", "type: uri", 5, "must be one of iri, string, integer, decimal, date, not 'uri'"),
    ("class: foaf:Person", "class: foo:Person", 5, "unknown prefix 'foo:'"),
    ("description: the person", "about: the person", 5, "is not known; there are type"),
    ("description: first day, ", "", 6, "lacks a text for 'description'"),
    ("example: 2023-03-27", "example: tomorrow", 6, "must be a date, not 'tomorrow'"),
    ("default: 2023-01-01", "default: 20230101", 6, "must be a date, not '20230101'"),
    ("default: 2023-01-01", "default: 2023-01-01, required: true", 6, "false beside a default"),
    ("required: false", "required: maybe", 7, "must be true or false"),
    ("example: 0.5", "example: [0.5]", 7, "must be a text, not [0.5]"),
    ("least:", "since:", 7, "has 'since' twice"),
    ("least:", "a-b:", 7, "'parameters.a-b' of the header is no name of letters, digits and '_'"),
    ("paper: the paper", "paper:", 10, "lacks a text for 'paper'"),
    ("columns:\n", "columns: none\n", 8, "mapping values|is not YAML"),
    ("summary: ", "summary: a: ", 1, "is not YAML: mapping values are not allowed here"),
    ("parameters:", "parameters: [", 5, "is not YAML"),
]


@pytest.mark.parametrize(("old", "new", "line", "problem"), BROKEN)
def test_broken_header_names_file_and_line(old: str, new: str, line: int, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(QueryError) as caught:
        Question.parse("# first\n" + GOOD.replace(old, new, 1), path="mine.rq")
    message = str(caught.value)
    assert any(part in message for part in problem.split("|"))
    assert caught.value.line is not None
    assert message.startswith(f"mine.rq:{caught.value.line}: ")
    assert abs(caught.value.line - (line + 1)) <= (1 if "YAML" in message else 0), message


def test_header_nested_too_deeply() -> None:
    with pytest.raises(QueryError, match=r"^mine\.rq:1: the header is not YAML"):
        Question.parse("#+ summary: " + "[" * 5000 + "\nASK {}", path="mine.rq")


def test_file_is_a_question(tmp_path: Path) -> None:
    path = tmp_path / "since.rq"
    path.write_text("\ufeff" + GOOD, "utf-8")
    asked = Question.read(path)
    assert (asked.name, asked.path, asked.text) == ("since", str(path), GOOD)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read (no such file or directory)"),
        (b"ASK {}\xff", "not UTF-8 text (byte 6)"),
    ],
)
def test_unreadable_file(tmp_path: Path, content: bytes | None, problem: str) -> None:
    path = tmp_path / "mine.rq"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QueryError, match=r"mine\.rq") as caught:
        Question.read(path)
    assert problem in str(caught.value)


def test_library_by_name() -> None:
    names = [each.name for each in questions()]
    assert names == sorted(names)
    assert question("coauthors") is questions()[names.index("coauthors")]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("coauthor", "coauthors"), ("co-authors.rq", "coauthors"), ("time_table", "timetable")],
)
def test_unknown_name_has_nearest(name: str, nearest: str) -> None:
    with pytest.raises(UnknownQuestionError) as caught:
        question(name)
    assert caught.value.nearest[0] == nearest
    assert nearest in str(caught.value)


def test_unknown_name_like_nothing() -> None:
    with pytest.raises(UnknownQuestionError) as caught:
        question("xxxxxxxxxxxx")
    assert caught.value.nearest == ()


def literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("integer", " 3 ", literal("3", "integer")),
        ("integer", "-007", literal("-7", "integer")),
        ("decimal", "0.50", literal("0.50", "decimal")),
        ("decimal", "+.5", literal("+.5", "decimal")),
        ("date", "2023-03-27", literal("2023-03-27", "date")),
        ("string", ' "quoted" } ', ox.Literal(' "quoted" } ')),
        ("iri", "http://e/x", ox.NamedNode("http://e/x")),
        ("iri", "<https://e/x?q=1#y>", ox.NamedNode("https://e/x?q=1#y")),
        ("iri", "sym:Presenter", ox.NamedNode(PREFIXES["sym"] + "Presenter")),
        ("iri", "topic:pruning", ox.NamedNode(BASE + "topic/pruning")),
        ("iri", "urn:isbn:123", ox.NamedNode("urn:isbn:123")),
        ("iri", "tinyml-2023/paper/fmas", ox.NamedNode(P + "paper/fmas")),
        ("iri", "/tinyml-2023", ox.NamedNode(BASE + "tinyml-2023")),
    ],
)
def test_value_of_a_type(kind: str, value: str, term: object) -> None:
    assert parse(Parameter("p", kind, "a value", ""), value) == term


@pytest.mark.parametrize(
    ("kind", "value", "article"),
    [
        ("integer", "3.0", "an integer"),
        ("integer", "three", "an integer"),
        ("integer", "9" * 19, "an integer"),
        ("integer", "٣", "an integer"),
        ("decimal", "1e3", "a decimal"),
        ("decimal", ".", "a decimal"),
        ("decimal", "NaN", "a decimal"),
        ("date", "2023-02-30", "a date"),
        ("date", "20230327", "a date"),
        ("date", "2023-W13-1", "a date"),
        ("iri", "a b", "an IRI"),
        ("iri", "http://e/<x>", "an IRI"),
        ("iri", 'x" } DROP ALL', "an IRI"),
        ("iri", "", "an IRI"),
    ],
)
def test_value_of_another_type(kind: str, value: str, article: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse(Parameter("p", kind, "a value", "EX"), value)
    expected = f"Parameter 'p' (a value) must be {article}, not '{value}'. For example: p=EX"
    assert str(caught.value) == expected


def test_value_of_any_length_has_a_limit() -> None:
    with pytest.raises(ParameterError, match="longer than 10000 characters"):
        parse(Parameter("p", "string", "a value", ""), "x" * 10_001)


@given(st.sampled_from(["iri", "integer", "decimal", "date", "string"]), st.text())
def test_no_value_breaks_out(kind: str, value: str) -> None:
    """Whatever is given becomes one term, or an error that names the parameter."""
    parameter = Parameter("p", kind, "a value", "EX")
    try:
        term = parse(parameter, value)
    except ParameterError:
        assert kind != "string"
    else:
        assert isinstance(term, ox.NamedNode | ox.Literal)
        ox.Store().query("SELECT ?p WHERE { ?s ?o ?p }", substitutions={ox.Variable("p"): term})


@pytest.mark.parametrize(
    "name",
    [
        "Brett Meyer",
        "brett  meyer",
        " BRETT MEYER",
        "Brett H. Meyer",
        "tinyml-2023/person/brett-meyer",
    ],
)
def test_person_by_name(people: Store, name: str) -> None:
    assert parse(iri_parameter(), name, people) == ox.NamedNode(P + "person/brett-meyer")


def test_thing_without_label_is_found_by_its_name(people: Store) -> None:
    assert parse(iri_parameter(), "only foaf", people) == ox.NamedNode(P + "person/by-name")


def test_many_candidates_are_cut_short() -> None:
    store = Store.memory()
    same = "".join(
        f'<{P}person/{n:02}> a <{PREFIXES["foaf"]}Person> ; <{PREFIXES["foaf"]}name> "A" .'
        for n in range(11)
    )
    store.load("http://e/graph", ox.parse(same, format=ox.RdfFormat.TURTLE))
    with pytest.raises(ParameterError, match="is the name of 11 things") as caught:
        parse(iri_parameter(), "a", store)
    assert len(caught.value.candidates) == 10
    assert str(caught.value).endswith("tinyml-2023/person/09, …")


def test_accents_are_folded(people: Store) -> None:
    assert parse(iri_parameter(), "jose nunez", people) == ox.NamedNode(P + "person/jose-nunez")


def test_concept_is_looked_up_in_its_scheme(people: Store) -> None:
    parameter = iri_parameter(PREFIXES["skos"] + "Concept", "http://e/topics")
    assert parse(parameter, "Tiling", people) == ox.NamedNode("http://e/in")


def test_name_of_several_things(people: Store) -> None:
    with pytest.raises(ParameterError) as caught:
        parse(iri_parameter(), "ada lee", people)
    assert caught.value.candidates == (
        (P + "person/ada-lee-1", "Ada Lee"),
        (P + "person/ada-lee-2", "Ada Lee"),
    )
    assert "'ada lee' is the name of 2 things" in str(caught.value)
    assert "tinyml-2023/person/ada-lee-1, tinyml-2023/person/ada-lee-2" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("Bret Mayer", ["Brett Meyer"]), ("Núñez", ["José Núñez"]), ("q.", ["Ada Lee"])],
)
def test_unknown_name_of_a_thing(people: Store, name: str, nearest: list[str]) -> None:
    with pytest.raises(ParameterError, match=f"nothing here is called '{name}'") as caught:
        parse(iri_parameter(), name, people)
    assert [label for _, label in caught.value.candidates] == nearest
    assert "Did you mean" in str(caught.value)


@pytest.mark.parametrize("name", ["zzzz", "tinyml-2023/person/nobody", "tinyml-2023/session/one"])
def test_unknown_thing_has_an_example(people: Store, name: str) -> None:
    with pytest.raises(ParameterError, match="For example: thing=tinyml-2023/person/brett-meyer"):
        parse(iri_parameter(), name, people)


def test_absolute_iri_needs_no_lookup(people: Store) -> None:
    assert parse(iri_parameter(), "http://e/unknown", people) == ox.NamedNode("http://e/unknown")


def test_another_base(people: Store) -> None:
    other = "https://example.org/"
    shipped = parse(iri_parameter(), "tinyml-2023/person/brett-meyer", people, other)
    assert shipped == ox.NamedNode(P + "person/brett-meyer")
    found = parse(iri_parameter(""), "tinyml-2023/person/x", people, other)
    assert found == ox.NamedNode(other + "tinyml-2023/person/x")


def test_bind_takes_values_and_defaults(people: Store) -> None:
    asked = Question.parse(GOOD, name="since")
    assert bind(asked, {"person": "Brett Meyer", "least": " "}, people) == {
        "person": ox.NamedNode(P + "person/brett-meyer"),
        "since": literal("2023-01-01", "date"),
    }
    assert bind(asked, {"person": "http://e/x", "since": "2024-02-29", "least": "1"}) == {
        "person": ox.NamedNode("http://e/x"),
        "since": literal("2024-02-29", "date"),
        "least": literal("1", "decimal"),
    }


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "'since' needs the parameter 'person' (the person). For example: person=http://e/ada"),
        ({"person": ""}, "'since' needs the parameter 'person'"),
        ({"persona": "x"}, "'since' has no parameter 'persona'. Did you mean 'person'?"),
        ({"zzz": "x"}, "'since' has no parameter 'zzz'. It has person, since, least."),
        ({"person": "http://e/x", "since": "now"}, "must be a date, not 'now'"),
    ],
)
def test_bind_says_what_is_wrong(values: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        bind(Question.parse(GOOD, name="since"), values)
    assert message in str(caught.value)


def test_value_that_is_no_text() -> None:
    with pytest.raises(ParameterError, match="is not Unicode text"):
        parse(Parameter("p", "string", "a value", ""), "\udcff")


def test_bind_without_parameters() -> None:
    with pytest.raises(ParameterError, match="It has none"):
        bind(Question.parse("ASK {}"), {"x": "1"})
