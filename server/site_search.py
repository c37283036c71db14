"""What a static site can be searched for, as a script that any page can load."""

from __future__ import annotations

import json
from typing import Final

from .folding import fold, spellings
from .gathering import QUESTION, Thing, gather
from .search import WORDS
from .search_index import FACETS
from .serving import Served
from .site_addresses import target
from .terms import path_of, resource_path

__all__ = ["search_index"]

_AROUND: Final = 2_000
_SAID: Final = 600
"""Letters of what has to do with a thing, and of what is said of it, that can be searched for."""


def search_index(served: Served) -> bytes:
    """The index: what the server's search has (`gathering.gather`), the best first.

    It is a script, and no JSON file, as a page that was opened from a disk may load no other.
    """
    found = gather(served.store)
    things = sorted(found.values(), key=lambda each: (-each.weight, each.name, each.iri))
    numbers: dict[str, int] = {}
    rows = []
    for each in things:
        file = _file(each, served.base)
        if file is not None:
            values = [numbers.setdefault(k, len(numbers)) for k in _facets(each)]
            rows.append([file, each.kind, each.name, each.line, *_texts(each), values])
    labels = [[*key.split("\n", 1), _label(key, found)] for key in numbers]
    told = json.dumps(
        {"things": rows, "facets": labels, "kinds": WORDS},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    safe = told.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"globalThis.symposiaIndex = {safe};\n".encode("utf-8", "replace")


def _file(each: Thing, base: str) -> str | None:
    if each.kind == QUESTION:
        return f"queries/{each.iri}.html"
    found = target(f"/{path_of(each.iri, base) or resource_path(each.iri)}")
    return found.file if found else None


def _texts(each: Thing) -> tuple[str, str, str]:
    """Names, other names and what is around, as `search_index` folds them."""
    names = " ".join(dict.fromkeys(map(fold, each.names or [each.name])))
    more = (word for text in (*each.names, *each.others) for word in spellings(text))
    others = " ".join(dict.fromkeys([*map(fold, each.others), *more]))
    around = " ".join(map(fold, each.around))[:_AROUND]
    return names, others, f"{around} {' '.join(map(fold, each.texts))[:_SAID]}".strip()


def _facets(each: Thing) -> list[str]:
    told = {"conference": sorted(each.conferences), "year": sorted(each.years)}
    return [f"{facet}\n{key}" for facet in FACETS if facet in told for key in told[facet]]


def _label(key: str, found: dict[str, Thing]) -> str:
    iri = key.partition("\n")[2]
    return found[iri].name if iri in found else iri
