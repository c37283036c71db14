"""`symposia info`."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import click

from ...graph.namespaces import BASE
from . import options
from .help import Command
from .store import chosen, store
from .terminal import show_json, show_table

__all__ = ["command"]

_COUNTS: Final = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX sym: <https://w3id.org/symposia/ontology#>
SELECT ?kind (COUNT(DISTINCT ?thing) AS ?number) WHERE {
  VALUES (?class ?kind) {
    (sym:Conference "conferences") (sym:Session "sessions") (sym:Talk "talks") (sym:Paper "papers")
    (foaf:Person "people") (org:Organization "organisations") (sym:System "systems")
    (sym:Result "results")
  }
  ?thing a ?class
}
GROUP BY ?kind
ORDER BY ?kind
"""


@click.command(
    cls=Command,
    examples=[
        "symposia info --json",
    ],
)
@options.data
@store
@options.as_json
def command(data: Path | None, as_json: bool) -> None:
    """Say what the dataset is and where it lies.

    What breaks a shape in sources that were added is kept apart; it is counted by programme.
    """
    dataset = options.library(data)
    server = chosen()
    where = server.endpoint.query if server else str(dataset.generations.data)
    current = dataset.generations.current()
    answer: Any = dataset.store().query(_COUNTS)
    counts = {row["kind"].value: int(row["number"].value) for row in answer}
    graphs = dataset.contents()
    apart = {iri: number for iri, number in dataset.violations().items() if number}
    found: dict[str, Any] = {
        "version": version("symposia"),
        "store" if server else "data": where,
        "generation": current.id if current else None,
        "published": current.created.isoformat() if current else None,
        "digest": current.digest if current else None,
        "graphs": len(graphs),
        "triples": sum(graph.triples for graph in graphs),
        "counts": counts,
        "violations": {"total": sum(apart.values()), "programmes": apart},
    }
    if as_json:
        show_json(found)
        return
    unpublished = "none yet; the shipped graph answers"
    show_table(
        ["", ""],
        [
            ["version", found["version"]],
            ["store" if server else "data folder", where],
            [
                "generation",
                f"{current.id} of {current.created:%Y-%m-%d %H:%M} UTC" if current else unpublished,
            ],
            ["graphs", f"{found['graphs']:,}"],
            ["triples", f"{found['triples']:,}"],
            *([kind, f"{number:,}"] for kind, number in counts.items()),
            ["violations kept apart", f"{sum(apart.values()):,}"],
            *([f"  {iri.removeprefix(BASE)}", f"{number:,}"] for iri, number in apart.items()),
        ],
        head=False,
    )
