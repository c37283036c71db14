"""What the SPARQL editor completes: prefixes, and the terms that the dataset uses."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify

from ..graph.namespaces import PREFIXES
from .wellknown import statistics

__all__ = ["blueprint"]

blueprint = Blueprint("editing", __name__)


@blueprint.route("/sparql/terms")
def terms() -> Response:
    """Prefixes, and the classes and properties of the dataset, the most used first."""
    found = statistics(g.served)
    return jsonify(
        prefixes=PREFIXES,
        classes=[iri for iri, _ in found.classes],
        properties=[each.property for each in found.properties],
    )
