"""Requests that only read, and the entity tag that each answer has before it is made."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from .compression import accepted_coding

if TYPE_CHECKING:
    from .serving import Served

__all__ = ["Read", "Target", "is_of", "normal_accept"]

_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')
_AROUND: Final = re.compile(r"\s*+([,;=])\s*+")
_LONGEST: Final = 500


class Target(NamedTuple):
    """What is asked for, as it came."""

    scheme: str
    host: str
    root: str
    path: str
    query: str


@dataclass(frozen=True, slots=True)
class Read:
    """A request that only reads.

    :param version: of the dataset that it reads.
    :param tag: stands for its answer without a content coding; it follows from all that the answer
        may depend on.
    :param coding: the content coding that the client takes; empty for none.
    :param known: its `If-None-Match`.
    :param head: whether the body is not wanted.
    """

    version: str
    tag: str
    coding: str
    known: str
    head: bool

    @classmethod
    def of(
        cls, served: Served, method: str, target: Target, header: Callable[[str], str]
    ) -> Read | None:
        """The read that a request is; None where it is none, or its answer may not be kept.

        A token makes no difference: what can be read, anyone may read.

        :param header: gives the value of a header by its lower-case name; empty where it lacks.
        """
        if method not in ("GET", "HEAD") or not served.version:
            return None
        if header("range") or "no-store" in header("cache-control"):
            return None
        parts = (served.version, *target, normal_accept(header("accept")))
        digest = hashlib.blake2b(repr(parts).encode("ascii", "backslashreplace"), digest_size=18)
        tag = f"{served.mark}-{urlsafe_b64encode(digest.digest()).decode()}"
        coding = accepted_coding(header("accept-encoding"))
        return cls(served.version, tag, coding, header("if-none-match"), method == "HEAD")

    def tag_in(self, coding: str) -> str:
        """The entity tag of the answer in a content coding."""
        return f'"{self.tag}-{coding}"' if coding else f'"{self.tag}"'

    def match(self) -> str | None:
        """The entity tag in `If-None-Match` of an answer that is still right, and acceptable.

        https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match
        """
        if self.tag not in self.known:
            return None
        ours = {self.tag_in(""), self.tag_in(self.coding)}
        return next((f'"{tag}"' for tag in _TAG.findall(self.known) if f'"{tag}"' in ours), None)

    @property
    def matches_any(self) -> bool:
        """Whether any answer will do that there is."""
        return self.known.strip() == "*"


def is_of(served: Served, tag: str) -> bool:
    """Whether an entity tag is of some answer that was made from a dataset.

    :param tag: without quotation marks.
    """
    return bool(served.version) and tag.startswith(f"{served.mark}-")


def normal_accept(accept: str) -> str:
    """An `Accept` header without what makes no difference: case, and space around its marks.

    One that is longer than any that is meant stays as it is.
    """
    return _normal(accept) if len(accept) <= _LONGEST else accept


@lru_cache(maxsize=512)
def _normal(accept: str) -> str:
    return _AROUND.sub(r"\1", accept.strip().lower())
