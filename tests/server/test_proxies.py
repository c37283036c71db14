"""Reverse proxies: who is believed, and that every link of every page stays behind them."""

from __future__ import annotations

import pytest
from symposia.server.proxies import Origin, Proxies

SEEN = Origin("http", "127.0.0.1:8000", "", "10.0.0.2")


def told(trusted: tuple[str, ...], seen: Origin = SEEN, **headers: str) -> Origin:
    """What is made of a request with these X-Forwarded headers."""
    given = {f"x-forwarded-{name}": value for name, value in headers.items()}
    return Proxies(trusted).origin(seen, lambda name: given.get(name, ""))


FORWARDED = {"proto": "https", "host": "data.org", "prefix": "/programmes/", "for": "192.0.2.7"}
BELIEVED = Origin("https", "data.org", "/programmes", "192.0.2.7")


@pytest.mark.parametrize(
    ("trusted", "believed"),
    [
        ((), False),
        (("10.0.0.3",), False),
        (("10.0.0.2",), True),
        (("192.0.2.1", "10.0.0.0/8"), True),
        (("::1",), False),
    ],
)
def test_only_trusted_proxies_are_believed(trusted: tuple[str, ...], believed: bool) -> None:
    assert told(trusted, **FORWARDED) == (BELIEVED if believed else SEEN)


def test_an_address_in_the_form_of_ipv6_is_the_same_address() -> None:
    seen = SEEN._replace(client="::ffff:10.0.0.2")
    assert told(("10.0.0.0/8",), seen, **FORWARDED) == BELIEVED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proto", "javascript"),
        ("proto", ""),
        ("host", "evil.org/path"),
        ("host", "a b"),
        ("host", '"><script>'),
        ("prefix", "//evil.org"),
        ("prefix", "/a/../b"),
        ("prefix", "a"),
        ("prefix", "/a\r\nLocation: x"),
        ("prefix", "/%2f"),
        ("prefix", '/"'),
        ("for", "unknown"),
        ("for", "<script>"),
    ],
)
def test_what_cannot_be_is_passed_over(name: str, value: str) -> None:
    assert told(("10.0.0.2",), **{name: value}) == SEEN


def test_of_several_proxies_the_outermost_that_is_trusted_says_what_was_asked() -> None:
    found = told(
        ("10.0.0.0/8",),
        **{
            "for": "198.51.100.9, 192.0.2.7, 10.0.0.1",
            "proto": "https, http",
            "host": "data.org, inner:81",
            "prefix": "/outer",
        },
    )
    assert found == Origin("https", "data.org", "/outer", "192.0.2.7")


def test_what_a_client_says_before_its_proxy_is_not_believed() -> None:
    found = told(("10.0.0.2",), **{"for": "1.1.1.1, 192.0.2.7", "host": "evil.org, data.org"})
    assert (found.client, found.host) == ("192.0.2.7", "data.org")


@pytest.mark.parametrize("network", ["nonsense", "10.0.0.1/8", "10.0.0.0/99", ""])
def test_what_is_no_network_is_refused(network: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits"):
        Proxies((network,))
