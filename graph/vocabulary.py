"""The namespaces of Symposia and schema.org, for use beside those that rdflib has."""

from __future__ import annotations

from typing import Final

from rdflib import Namespace

from .namespaces import PREFIXES

__all__ = ["SCHEMA", "SYM"]

SCHEMA: Final = Namespace(PREFIXES["schema"])
SYM: Final = Namespace(PREFIXES["sym"])
