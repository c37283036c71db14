"""What the content security policy of an answer allows besides what that of all pages does."""

from __future__ import annotations

import base64
import hashlib

from flask import g

__all__ = ["allow_style"]


def allow_style(text: str) -> None:
    """Have the policy of this answer allow one style element, by the digest of its text."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    g.style_hashes = (*g.get("style_hashes", ()), f"sha256-{digest}")
