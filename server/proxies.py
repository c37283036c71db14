"""Reverse proxies in front of the server: who asks for what, as those that are trusted tell it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple, TypeAlias

__all__ = ["Origin", "Proxies"]

_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,16}")
_LONGEST: Final = 1000

Network: TypeAlias = IPv4Network | IPv6Network


class Origin(NamedTuple):
    """A request as its client made it.

    :param scheme: `http` or `https`.
    :param host: what its `Host` was.
    :param root: the path under which the server is seen, without a slash at the end.
    :param client: the client's address.
    """

    scheme: str
    host: str
    root: str
    client: str


class Proxies:
    """The proxies that are believed.

    Such a proxy sets `X-Forwarded-For`, `-Proto`, `-Host` and `-Prefix`, or appends to them, and
    takes the prefix off the path. A header that it lets through from its client is believed too.
    A value that cannot be what it should be is passed over.

    :param networks: their addresses, or networks of these, such as `10.0.0.0/8`.
    :raises ValueError: one of them is no address.
    """

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks: tuple[Network, ...] = tuple(ip_network(each) for each in networks)

    def origin(self, seen: Origin, header: Callable[[str], str]) -> Origin:
        """The request as its client made it.

        :param seen: the request as it came.
        :param header: gives the value of a header by its lower-case name; empty where it lacks.
        """
        if not self._networks or not self._trusts(seen.client):
            return seen
        clients = _values(header("x-forwarded-for"))
        # The proxies between the client and us, of which each has told what it was asked.
        proxies = 1
        while len(clients) > proxies and self._trusts(clients[-proxies]):
            proxies += 1

        def told(name: str) -> str:
            values = _values(header(f"x-forwarded-{name}"))
            return values[-min(proxies, len(values))] if values else ""

        scheme, host, prefix = told("proto").lower(), told("host"), told("prefix").rstrip("/")
        return Origin(
            scheme if scheme in ("http", "https") else seen.scheme,
            host if _HOST.fullmatch(host) else seen.host,
            prefix if _PREFIX.fullmatch(prefix) else seen.root,
            next(filter(_is_address, clients[-proxies:]), seen.client),
        )

    def _trusts(self, address: str) -> bool:
        if not _is_address(address):
            return False
        found = ip_address(address)
        mapped = getattr(found, "ipv4_mapped", None) or found
        return any(mapped in network for network in self._networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _values(header: str) -> list[str]:
    # What stands last was told by the proxy that is nearest.
    return [value.strip() for value in header[-_LONGEST:].split(",")] if header else []
