"""A network as a file: GraphML, GEXF, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from .drawing import Drawing, look, plain

if TYPE_CHECKING:
    import networkx

__all__ = ["csv_of", "gexf", "graphml", "json_of"]

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
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    found = drawing.network.members
    if members:
        names = "iri label works neighbours betweenness closeness group"
        writer.writerow(names.split())
        for each in found:
            figures = (each.works, each.neighbours, each.betweenness, each.closeness, each.group)
            writer.writerow((_safe(each.iri), _safe(each.label), *figures))
    else:
        writer.writerow(("one", "one_label", "other", "other_label", "works"))
        for tie in drawing.network.ties:
            pair = (found[tie.one], found[tie.other])
            cells = [_safe(text) for each in pair for text in (each.iri, each.label)]
            writer.writerow((*cells, tie.works))
    return output.getvalue().encode("utf-8", "replace")


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


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
        }
        for spot in drawing.spots
    ]
    edges = [{"one": tie.one, "other": tie.other, "works": tie.works} for tie in network.ties]
    told = {"kind": network.kind, "left": network.left, "more": network.more}
    body = {**told, "scope": network.scope._asdict(), "nodes": nodes, "edges": edges}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
