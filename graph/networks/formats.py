"""A network as a file: GraphML, GEXF, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from .drawing import Drawing, look, plain
from .measures import Figures

if TYPE_CHECKING:
    import networkx

__all__ = ["csv_of", "gexf", "graphml", "json_of", "rows_as_csv"]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


_WRITTEN: Final = re.compile(rb' lastmodifieddate="[^"]*"')
"""The day of writing: the same network gives the same bytes."""


def graphml(drawing: Drawing) -> bytes:
    """Write GraphML (http://graphml.graphdrawing.org/): nodes by IRI, their figures and places."""
    import networkx

    output = io.BytesIO()
    networkx.write_graphml_xml(_graph(drawing), output)
    return output.getvalue()


def gexf(drawing: Drawing) -> bytes:
    """Write GEXF 1.2 (https://gexf.net/), with the places and sizes of the picture."""
    import networkx

    graph = _graph(drawing)
    for spot in drawing.spots:
        node = graph.nodes[plain(spot.member.iri)]
        place = {"x": node.pop("x"), "y": -node.pop("y"), "z": 0.0}
        node["viz"] = {"position": place, "size": round(2 * spot.radius, 1)}
    output = io.BytesIO()
    networkx.write_gexf(graph, output, version="1.2draft")
    return _WRITTEN.sub(b"", output.getvalue())


def _graph(drawing: Drawing) -> networkx.Graph:
    import networkx

    graph = networkx.Graph()
    for spot in drawing.spots:
        member = spot.member
        figures: dict[str, Any] = {
            "label": plain(member.label),
            "works": member.works,
            "neighbours": member.neighbours,
            "betweenness": member.betweenness,
            "closeness": member.closeness,
            "group": member.group,
            "x": round(spot.x, 1),
            "y": round(spot.y, 1),
        }
        if member.distance is not None:
            figures["distance"] = member.distance
        graph.add_node(plain(member.iri), **figures)
    members = drawing.network.members
    for tie in drawing.network.ties:
        one, other = members[tie.one], members[tie.other]
        graph.add_edge(plain(one.iri), plain(other.iri), weight=tie.works)
    return graph


def csv_of(drawing: Drawing, *, members: bool = False) -> bytes:
    """Write CSV (https://www.rfc-editor.org/rfc/rfc4180), a tie or a member a line.

    A text that a spreadsheet would take for a formula begins with an apostrophe
    (https://owasp.org/www-community/attacks/CSV_Injection).

    :param members: whether the members are wanted, not the ties.
    """
    found = drawing.network.members
    rows: list[tuple[object, ...]]
    if members:
        rows = [("iri", "label", "works", *Figures._fields)]
        for each in found:
            figures = (each.neighbours, each.betweenness, each.closeness, each.group)
            rows.append((each.iri, each.label, each.works, *figures))
    else:
        rows = [("one", "one_label", "other", "other_label", "works")]
        for tie in drawing.network.ties:
            one, other = found[tie.one], found[tie.other]
            rows.append((one.iri, one.label, other.iri, other.label, tie.works))
    return rows_as_csv(rows)


def rows_as_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows as CSV; no text of theirs is taken for a formula."""
    output = io.StringIO(newline="")
    csv.writer(output).writerows(map(_safe, row) for row in rows)
    return output.getvalue().encode("utf-8", "replace")


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def json_of(drawing: Drawing, href: Callable[[str], str]) -> bytes:
    """Write JSON: `scope`, `nodes` and `edges`, with places in pixels.

    :param href: gives the address of a member's page, by IRI.
    """
    network = drawing.network
    nodes = [
        {
            "iri": spot.member.iri,
            "label": spot.member.label,
            "address": href(spot.member.iri),
            "works": spot.member.works,
            "neighbours": spot.member.neighbours,
            "betweenness": spot.member.betweenness,
            "closeness": spot.member.closeness,
            "group": spot.member.group,
            "distance": spot.member.distance,
            "x": round(spot.x, 1),
            "y": round(spot.y, 1),
            "size": round(2 * spot.radius, 1),
            **dict(zip(("colour", "shape"), look(spot.member.group), strict=True)),
            "name": spot.label,
            "side": spot.side,
            "down": round(spot.base - 4 - spot.y, 1) if spot.side in ("right", "left") else 0,
        }
        for spot in drawing.spots
    ]
    edges = [{"one": tie.one, "other": tie.other, "works": tie.works} for tie in network.ties]
    told = {"kind": network.kind, "left": network.left, "more": network.more}
    lines = {"edges": edges, "broader": network.broader}
    body = {**told, "scope": network.scope._asdict(), "nodes": nodes, **lines}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
