"""HTTP/1.1 in which an answer that is in memory is written at once, without a task for it."""

from __future__ import annotations

from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from .bridge import LINE, READY, Bridge, Line

__all__ = ["AtOnce"]

_PIPELINED: Final = 16
"""Requests that may wait on a connection before no more are read."""
_SMALL: Final = 64 * 1024
"""Bytes of a body that is written whether or not the client takes it."""


class AtOnce(HttpToolsProtocol):
    """A connection that asks the `Bridge` for what is in memory, and tells it when it ends."""

    _line: Line

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(transport)
        self._line = Line(transport.abort)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.scope[LINE] = self._line  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()
        if len(self.pipeline) < _PIPELINED:
            self.flow.resume_reading()  # else a client that leaves would not be noticed

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        super().connection_lost(exc)
        self._line.leave()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        free = cycle.keep_alive and not (self.pipeline or self.flow.write_paused)
        ready = None
        if free and isinstance(app, Bridge):
            ready = app.at_once(cast("dict[str, Any]", cycle.scope))
        if ready is None or len(ready.body) > _SMALL:
            cycle.scope[READY] = ready  # type: ignore[typeddict-unknown-key]
            super()._start_asgi_task(cycle, app)
            return
        head = b"".join(b"%b: %b\r\n" % each for each in cycle.default_headers)
        parts = (STATUS_LINE[ready.status], head, ready.head, b"\r\n", ready.body)
        self.transport.write(b"".join(parts))
        cycle.response_started = cycle.response_complete = True
        cycle.on_response()
