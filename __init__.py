"""Symposia: conference programmes as linked open data; the repository root is the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .graph.notebook import Dataset
    from .graph.notebook import open_dataset as open  # noqa: A004 - as a dataset is opened

__all__ = ["Dataset", "open"]


def __getattr__(name: str) -> object:
    from .graph import notebook

    if name == "open":
        return notebook.open_dataset
    if name == "Dataset":
        return notebook.Dataset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
