"""Errors on their way from a child process to the server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..graph.errors import EvaluationError, SymposiaError

__all__ = ["failure_from_bytes", "failure_to_bytes"]


def failure_to_bytes(error: SymposiaError) -> bytes:
    """An error with all that it tells; a validation report as values of JSON."""
    return json.dumps({"kind": type(error).__name__, **vars(error)}, default=_plain).encode()


def failure_from_bytes(payload: bytes) -> SymposiaError:
    """The error that `failure_to_bytes` has written."""
    fields: Mapping[str, Any] = json.loads(payload)
    ahead = [SymposiaError]
    while ahead:
        known = ahead.pop()
        if known.__name__ == fields["kind"]:
            error = known.__new__(known)
            Exception.__init__(error, fields["message"])
            vars(error).update({name: fields[name] for name in fields if name != "kind"})
            return error
        ahead += known.__subclasses__()
    return EvaluationError(fields["message"], hint=fields["hint"])


def _plain(value: object) -> object:
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if to_dict else str(value)
