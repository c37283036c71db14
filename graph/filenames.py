"""What names tell of a conference, such as a file's where the file itself tells nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from anyascii import anyascii

__all__ = ["called", "tells"]

_GENERAL: Final = frozenset({
    "all", "archive", "author", "authors", "calendar", "calendars", "committee", "complete",
    "conf", "conference", "conferences", "csv", "curated", "data", "dataset", "download",
    "downloads", "dump", "easychair", "event", "events", "export", "exports", "fetched", "file",
    "files", "final", "full", "graph", "graphs", "index", "json", "kg", "linked", "main", "new",
    "nt", "old", "original", "out", "output", "page", "papers", "proceedings", "program",
    "programme", "programs", "publications", "raw", "rdf", "result", "results", "schedule",
    "sessions", "site", "source", "sources", "src", "submission", "submissions", "table",
    "tables", "talks", "temp", "test", "tmp", "track", "tracks", "ttl", "untitled", "web",
    "website", "xml",
})  # fmt: skip
"""Words that are in the names of files of any conference."""
_PARTS: Final = re.compile(r"[a-z]+|[0-9]+")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_UP: Final = 2
"""How far up a folder is looked at."""


def called(path: Path) -> str:
    """What a source is called: by its file's name; where that says nothing, by a folder's.

    `iswc2005.rdf` is called iswc2005, `semantics-2023/kg/out.nt` semantics-2023. A folder's name
    counts where it has a word of its own and a year; if none has, it is the file's name after all.
    """
    own = path.name if path.is_dir() else path.name.lstrip(".").partition(".")[0]
    if tells(own):
        return own
    folders = [folder.name for folder in path.absolute().parents[:_UP]]
    return next((name for name in folders if tells(name) and _YEAR.search(name)), own)


def tells(name: str) -> bool:
    """Whether a name has a word that is not in the names of just any conference or file."""
    return any(
        len(word) > 1 and word.isalpha() and word not in _GENERAL
        for word in _PARTS.findall(anyascii(name).lower())
    )
