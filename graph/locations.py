"""Where a store is, as text: what a process tells another so that both open the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ReplacedError, StoreError
from .store import Store

if TYPE_CHECKING:
    from .remote import RemoteStore

__all__ = ["locate", "open_store"]


def locate(store: RemoteStore) -> str:
    """The location of a store on a SPARQL server. It holds credentials: it is not for people."""
    contents = asdict(store.contents) if store.contents else None
    return json.dumps({"endpoint": asdict(store.endpoint), "contents": contents})


def open_store(location: str, *, own: bool = False) -> Store:
    """Open the store at a location, read-only.

    :param location: the path of a store on disk, or what `locate` gave.
    :param own: whether our own queries are asked, and no stranger's; see `remote.RemoteStore`.
    :raises ReplacedError: its generation is no longer served, and was removed.
    :raises StoreError: there is no store, or it is broken.
    """
    if not location.startswith("{"):
        try:
            return Store.open(location)
        except StoreError as error:
            if _is_replaced(location):
                told = "The dataset was published anew while the query waited."
                raise ReplacedError(told, hint="Ask again.") from error
            raise
    from .endpoint import Endpoint
    from .remote import RemoteStore
    from .remote_published import PublishedContents, PublishedStore

    fields = json.loads(location)
    endpoint, contents = Endpoint(**fields["endpoint"]), fields["contents"]
    if contents is None:
        return RemoteStore(endpoint, own=own)
    return PublishedStore(endpoint, PublishedContents(**contents), own=own)


def _is_replaced(location: str) -> bool:
    """Whether a store is that of a generation that is no longer served, and so may be gone."""
    path = Path(location)
    try:
        return (path.parents[2] / "current").read_text("utf-8").strip() != path.parent.name
    except (OSError, IndexError):
        return False
