"""Pages of results, suggestions and other statements: what a visitor reads first."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

LONG = "/tinyml-2023/paper/fused-depthwise-tiling-for-memory-optimization-in-tinyml/result/4"


def header(client: FlaskClient, path: str) -> str:
    """The words of a page's title block."""
    text = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True).text
    begin = text.index("<h1")
    block = text[begin : text.index("</header>", begin)]
    return " ".join(re.sub(r"<[^>]*>", " ", block).replace("&nbsp;", " ").split())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/tinyml-2023/paper/fmas/result/1", "Search time 0.5 GPU days"),
        (
            "/tinyml-2023/paper/tinyrce-forward-learning-under-tiny-constraints/result/2",
            "RAM of the classifier up to 40.2 KiBytes",
        ),
        (LONG, "No run-time overhead no number"),
        ("/tinyml-2023/paper/fmas/author/1", "FMAS, author 1: Zhuoran Xiong"),
    ],
)
def test_the_title_block_says_the_quantity(client: FlaskClient, path: str, words: str) -> None:
    assert header(client, path) == words


def test_a_suggestion_says_why_in_its_title_block(client: FlaskClient) -> None:
    path = "/tinyml-2023/suggestion/general-co-chair-1"
    assert header(client, path).endswith("No source names the holder.")


@pytest.mark.parametrize(
    "path", ["/tinyml-2023/paper/fmas/result/1", "/tinyml-2023/suggestion/general-co-chair-1"]
)
def test_no_property_is_named_by_its_prefix(client: FlaskClient, path: str) -> None:
    text = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True).text
    names = re.findall(r"<dt>([^<]*)</dt>", text)
    assert names
    assert [name for name in names if ":" in name] == []
