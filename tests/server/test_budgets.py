"""What a page costs who opens it: bytes over the network, and requests."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

BYTES = 100_000
REQUESTS = 10
PAGES = [
    "/",
    "/tinyml-2023",
    "/tinyml-2023/session/short-papers",
    "/tinyml-2023/paper/fmas",
    "/tinyml-2023/person/brett-meyer",
    "/tinyml-2023/organisation/mcgill-university",
    "/topic",
    "/topic/quantization",
    "/ontology",
    "/papers",
    "/people",
    "/results",
    "/search?q=net",
    "/compare?one=Brett+Meyer&other=Warren+J.+Gross",
    "/missing",
    "/queries/",
    "/queries/coauthors",
    "/network",
    "/topics/map",
    "/no/such/page",
]
"""All kinds but the editor, which brings a library."""


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_light(client: FlaskClient, address: str) -> None:
    page = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
    parsed = BeautifulSoup(page.text, "html.parser")
    parts = [tag["href"] for tag in parsed.select("link[rel=stylesheet], link[rel=icon]")]
    parts += [tag["src"] for tag in parsed.select("script[src], img[src]")]
    for tag in parsed.select("figure.network"):
        parts += [tag["data-script"], tag["data-source"]]
    assert all(str(part).startswith("/") for part in parts), "it asks another server"
    coded = client.get(
        address, headers={"Accept": "text/html", "Accept-Encoding": "br"}, follow_redirects=True
    )
    sizes = [len(coded.data)]
    for part in parts:
        answer = client.get(str(part), headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200, part
        sizes.append(len(answer.data))
    assert 3 <= len(sizes) <= REQUESTS
    assert sum(sizes) <= BYTES
