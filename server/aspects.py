"""Pages about more than one thing: two compared, what is missing, and why a statement is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, g, render_template

from ..graph.errors import ParameterError, UnknownThingError
from ..graph.namespaces import PREFIXES
from ..graph.parameters import Parameter, parse
from .fields import address_fields
from .indexed import Naming
from .kinds import kind_of
from .panels import panels, query_text
from .serving import Served
from .terms import Cell, Row

__all__ = ["blueprint"]

blueprint = Blueprint("aspects", __name__)

_COMPARED: Final = {"person": "people", "conference": "conferences"}
"""What two things of a kind share stands in this folder of `templates/compare`."""
_CLASSES: Final = (PREFIXES["foaf"] + "Person", PREFIXES["sym"] + "Conference")


@blueprint.route("/compare")
def compare() -> tuple[str, int]:
    """What two people, or two conferences, have in common."""
    values = {name: address_fields().get(name, "").strip() for name in ("one", "other")}
    context: dict[str, object] = {"values": values}
    if not all(values.values()):
        return render_template("compare/page.html", **context), 200
    try:
        one, other = (_thing(name, value) for name, value in values.items())
        context |= {"one": one, "other": other, "kind": _kind(one, other)}
    except ParameterError as error:
        return render_template("compare/page.html", error=error, **context), error.http_status
    bindings = {name: ox.NamedNode(cell.value) for name, cell in (("one", one), ("other", other))}
    found = panels(g.served, f"compare/{context['kind']}", bindings)
    return render_template("compare/page.html", found=found, **context), 200


@blueprint.route("/missing")
def missing() -> str:
    """What programmes should have and do not: counts, or the gaps of one with their places."""
    if value := address_fields().get("conference", "").strip():
        one = _thing("conference", value, _CLASSES[1:])
        found = panels(g.served, "missing", {"conference": ox.NamedNode(one.value)}, only=("gaps",))
        return render_template("missing/page.html", one=one, **found)
    return render_template(
        "missing/page.html", one=None, **panels(g.served, "missing", only=("counts",))
    )


@blueprint.route("/why")
def why() -> str:
    """Which graphs make the statements about a thing, and from which source, line and day."""
    fields = address_fields()
    subject = _iri("subject", fields.get("subject", ""))
    bindings = {"subject": subject}
    if fields.get("predicate"):
        bindings["predicate"] = _iri("predicate", fields["predicate"])
    rows = panels(g.served, "why", bindings, only=("statements",))["statements"]
    wanted = fields.get("object", "")
    if wanted:
        rows = [row for row in rows if row.object is not None and row.object.value == wanted]
    if not rows:
        raise UnknownThingError(
            "No graph makes such a statement.",
            hint="Leave the object or the predicate out, to see what is said of the subject.",
        )
    sources = panels(g.served, "why", {"subject": subject}, only=("sources",))
    this = _named(g.served, subject)
    return render_template("why/page.html", this=this, graphs=_by_graph(rows), **sources)


def _by_graph(rows: Sequence[Row]) -> list[tuple[Row, list[list[Row]]]]:
    """A first row of each graph, with the rows of each statement that it makes."""
    graphs: dict[str, dict[tuple[str, ...], list[Row]]] = {}
    for row in rows:
        statement = tuple(str(cell.value) if cell else "" for cell in (row.predicate, row.object))
        graphs.setdefault(str(row.graph), {}).setdefault(statement, []).append(row)
    return [
        (next(iter(statements.values()))[0], [*statements.values()])
        for statements in graphs.values()
    ]


def _thing(name: str, value: str, classes: tuple[str, ...] = _CLASSES) -> Cell:
    """The thing that is meant by an IRI, a path or a name.

    :raises ParameterError: nothing is, or several are.
    """
    served: Served = g.served
    naming = Naming(served)
    failed: ParameterError | None = None
    for each in classes:
        asked = Parameter(name, "iri", "a person or a conference", "Brett Meyer", of_class=each)
        try:
            found = parse(asked, value, naming, served.base)
        except UnknownThingError as error:
            if failed is None or error.candidates:
                failed = error
            continue
        assert isinstance(found, ox.NamedNode)  # noqa: S101  that is what an IRI is
        return _named(served, found)
    assert failed is not None  # noqa: S101  there is a class
    raise failed


def _kind(one: Cell, other: Cell) -> str:
    served: Served = g.served
    kinds = []
    for cell in (one, other):
        (rows,) = served.tables((query_text("shown/about.rq"), {"this": ox.NamedNode(cell.value)}))
        kinds.append(kind_of(row["class"].value for row in rows if row["class"]).name)
    if kinds[0] == kinds[1] and kinds[0] in _COMPARED:
        return _COMPARED[kinds[0]]
    raise ParameterError(
        f"{one.text} and {other.text} cannot be compared.",
        hint="Give two people, or two conferences.",
    )


def _iri(name: str, value: str) -> ox.NamedNode:
    asked = Parameter(name, "iri", f"the {name} of a statement", "tinyml-2023/paper/fmas")
    found = parse(asked, value, None, g.served.base)
    assert isinstance(found, ox.NamedNode)  # noqa: S101  that is what an IRI is
    return found


def _named(served: Served, node: ox.NamedNode) -> Cell:
    (rows,) = served.tables((query_text("shown/about.rq"), {"this": node}))
    label = next((str(name.value) for row in rows if (name := row.preferred or row.label)), "")
    return Cell.of(node, served.base, label or served.labels.get(node.value, node.value))
