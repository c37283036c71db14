"""Which program this is."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from typing import Final

__all__ = ["program"]

_FOLDERS: Final = ("graph", "ontology", "queries", "server")


@cache
def program() -> str:
    """What stands for the code, the queries, the templates and the engine that make answers.

    It is the same after a restart, and another once any of them has been changed.
    """
    seen = [version("symposia"), version("pyoxigraph"), version("flask")]
    with as_file(files("symposia")) as root:
        for folder in _FOLDERS:
            for path in sorted((root / folder).rglob("*")):
                if path.is_file() and path.suffix != ".pyc":
                    found = path.stat()
                    seen.append(f"{path.relative_to(root)} {found.st_size} {found.st_mtime_ns}")
    return hashlib.blake2b("\n".join(seen).encode(), digest_size=12).hexdigest()
