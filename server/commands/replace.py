"""`symposia replace`."""

from __future__ import annotations

from .add import replace as command

__all__ = ["command"]
