"""Changes of the dataset, made by a process that is stopped when one exceeds its limits."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..graph.errors import EvaluationError, LimitError, QueryTimeoutError, StoreError, SymposiaError
from ..graph.locations import locate
from ..graph.remote import RemoteStore
from ..graph.remote_generations import RemoteGenerations
from ..graph.scratch import Scratch
from ..graph.writer import Change
from .clients import departure
from .frames import READY
from .limits import Limits
from .workers import Pool
from .writer import Order

__all__ = ["RESULTS", "Changes"]

RESULTS: Final = ("made", "refused", "stopped", "failed")
"""What can become of a change: also not being allowed, a limit, or a fault that is not its own."""
_RESULTS: Final = {499: "stopped", 500: "failed", 503: "failed", 504: "stopped", 507: "stopped"}
_SWITCH: Final = 30.0
"""Seconds that a change gets, once it is prepared, to be made."""


class Changes:
    """A `graph.writer.Writer` that has another process make each change.

    A change that exceeds a limit, whose client leaves, or whose process ends before it is
    prepared, changes nothing. From then on nothing stops it.

    :param dataset: what is changed: the folder of a dataset, a scratch store, or a SPARQL server.
    :param limits: of a change; one is made at a time.
    """

    def __init__(self, dataset: Path | Scratch | RemoteGenerations, limits: Limits) -> None:
        self.pool = Pool(1, limits, "writer", "update")
        self.trouble = ""
        """Why the last change could not be published, where that was no fault of it."""
        self.observe: Callable[[str, float], None] = lambda _result, _seconds: None
        """Is told what became of each change, and how many seconds it took."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if isinstance(dataset, RemoteGenerations):
            self._folder = tempfile.TemporaryDirectory(prefix="symposia-writer-")
            location = locate(RemoteStore(dataset.endpoint))
            self._dataset = {"endpoint": location, "folder": self._folder.name}
        elif isinstance(dataset, Scratch):
            self._dataset = {"scratch": str(dataset.data.absolute())}
        else:
            self._dataset = {"data": str(dataset.absolute())}

    def make(self, change: Change) -> bool:
        """See `Writer.make`."""
        began = time.monotonic()
        result = "failed"
        try:
            found = self._made(change)
            result, self.trouble = "made", ""
        except StoreError as error:
            self.trouble = f"The last update could not be published. {error.message}"
            raise
        except SymposiaError as error:
            result = _RESULTS.get(error.http_status, "refused")
            raise
        finally:
            self.observe(result, time.monotonic() - began)
        return found

    def start(self) -> None:
        """Start the process."""
        self.pool.start()

    def close(self) -> None:
        """End the process, and a change that is not prepared."""
        self.pool.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _made(self, change: Change) -> bool:
        run = self.pool.run(Order(self._dataset, change).to_bytes(), departure())
        answer = run.first
        if answer.kind == READY:
            try:
                answer = run.proceed(_SWITCH)
            except (EvaluationError, LimitError, QueryTimeoutError) as error:
                raise EvaluationError(
                    "The update was stopped while it was being published.",
                    hint="Look whether it was made; send it again where it was not.",
                ) from error
        run.finish()
        found: bool = json.loads(answer.payload)
        return found
