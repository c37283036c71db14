"""The list of all things that have a page of their own, made once from each generation."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from ..graph.namespaces import PREFIXES
from ..graph.store import Store
from .kinds import KINDS

__all__ = ["make", "read"]

_PARTS = ("statement", "role")
"""Kinds of things that say something of others, and stand on their pages."""


def make(store: Store, path: Path) -> None:
    """Write the IRIs of the things of a store into a file, one a line, in order.

    :param path: of the file.
    """
    query = (files("symposia") / "server" / "templates" / "common" / "things.rq").read_text("utf-8")
    wanted = {each for kind in KINDS if kind.name not in _PARTS for each in kind.classes}
    wanted.discard(PREFIXES["prov"] + "Entity")
    rows = cast("Any", store.query(query))
    found = {row["thing"].value for row in rows if row["class"].value in wanted}
    path.write_text("".join(f"{iri}\n" for iri in sorted(found)), "utf-8")


def read(path: Path) -> list[str]:
    """The IRIs in such a file."""
    return path.read_text("utf-8").splitlines()
