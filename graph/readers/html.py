"""HTML as the lines that a reader of the page sees."""

from __future__ import annotations

import re

__all__ = ["flatten", "is_html"]


def is_html(text: str) -> bool:
    """Whether a text is HTML, told by its content."""
    return (
        re.search(
            r"<(?:!doctype html|html|body|head|div|p|h1|section|article)\b", text[:4096], re.I
        )
        is not None
    )


def flatten(html: str, name: str) -> str:
    """The text of a page."""
    del name
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser").get_text("\n\n")
