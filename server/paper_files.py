"""The papers of the whole dataset for reference managers and spreadsheets, as files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from flask import Response, send_file

from ..graph.exports.asking import asker
from ..graph.exports.formats import ALL_PAPERS, EXPORTS, write_export
from ..graph.store import Store
from .downloads import DOWNLOADS
from .negotiation import Format
from .serving import Served

__all__ = ["PAPERS", "papers_file"]

PAPERS: Final = tuple(form for form in DOWNLOADS if EXPORTS[form.name].of == "papers")
"""The formats in which all papers can be had."""


def papers_file(served: Served, form: Format) -> Response:
    """All papers of the dataset as a file.

    :param form: one of `PAPERS`.
    :raises OverloadedError: it is being made, and that takes longer than a request waits.
    :raises SymposiaError: it cannot be made.
    """
    response = send_file(
        served.file(f"papers.{form.suffix}"),
        form.media_type,
        as_attachment=True,
        download_name=f"symposia-{served.generation}.{form.suffix}",
        last_modified=served.published,
    )
    response.content_type = form.content_type
    return response


def _make(name: str, store: Store, path: Path) -> None:
    path.write_bytes(write_export(asker(store), ALL_PAPERS, EXPORTS[name]))


bibtex, ris, csl, csv = (partial(_make, form.name) for form in PAPERS)
