"""What is linked: a module a kind says what its records are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...errors import LinkageError
from ...namespaces import PREFIXES

if TYPE_CHECKING:
    import pyarrow as pa

    from ...store import Store
    from ..endpoint import Remote
    from ..scoring import Scores

__all__ = ["KINDS", "Kind", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """A kind of things that are linked; its module is imported when it is needed.

    :param name: such as `people`.
    :param of: IRI of the class of its things.
    """

    name: str
    of: str

    @cached_property
    def _module(self) -> Any:
        return import_module(f".{self.name}", __name__)

    @property
    def there(self) -> bool:
        """Whether there is a module of it, and a linkage."""
        linkage = files("symposia") / "graph" / "linkages" / f"{self.name}.toml"
        return linkage.is_file() and find_spec(f".{self.name}", __name__) is not None

    def records(self, store: Store) -> pa.Table:
        """What is compared of the things in a dataset, a row each."""
        table: pa.Table = self._module.records(store)
        return table

    @property
    def records_of(self) -> Callable[[Path], pa.Table] | None:
        """What reads the records of a file, None where a kind is linked to no files."""
        return getattr(self._module, "records_of", None)

    @property
    def records_at(self) -> Callable[[Remote, Store], pa.Table] | None:
        """What asks an endpoint for records, None where a kind asks none."""
        return getattr(self._module, "records_at", None)

    def confirm(self, scores: Scores, left: pa.Table, right: pa.Table | None) -> Scores:
        """Let what is known of all pairs together confirm or refute each."""
        found = getattr(self._module, "confirm", None)
        if found is None:
            return scores
        confirmed: Scores = found(scores, left, left if right is None else right)
        return confirmed


def _kinds() -> dict[str, Kind]:
    classes = {
        "people": "foaf:Person",
        "organisations": "org:Organization",
        "papers": "sym:Paper",
        "topics": "skos:Concept",
        "events": "sym:Event",
    }
    found = {}
    for name, of in classes.items():
        prefix, _, local = of.partition(":")
        found[name] = Kind(name, PREFIXES[prefix] + local)
    return found


KINDS: Final = _kinds()
"""The kinds by their names, in the order in which they are linked."""


def kind_of(name: str) -> Kind:
    """The kind of a name.

    :raises LinkageError: there is none.
    """
    kind = KINDS.get(name)
    if kind is None or not kind.there:
        known = ", ".join(each.name for each in KINDS.values() if each.there)
        raise LinkageError(
            f"Nothing is linked that is called '{name}'.", hint=f"There are: {known}."
        )
    return kind
