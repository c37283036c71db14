"""Where a store is, as text: what a process tells another so that both open the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

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
    :raises StoreError: there is no store, or it is broken.
    """
    if not location.startswith("{"):
        return Store.open(location)
    from .endpoint import Endpoint
    from .remote import Contents, RemoteStore

    fields = json.loads(location)
    contents = fields["contents"]
    known = Contents(**contents) if contents else None
    return RemoteStore(Endpoint(**fields["endpoint"]), known, own=own)
