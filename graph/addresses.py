"""Connections to listed endpoints: what a name leads to is looked at, and that is connected to."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult

__all__ = ["connect", "is_public"]

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")


def connect(
    endpoint: SplitResult, patience: float, *, private: bool | None = None
) -> http.client.HTTPConnection:
    """Connect to an address that a name leads to now, if all of them are public ones.

    What was looked at is what is connected to: the name is not asked for again.

    :param endpoint: the address of an endpoint; localhost and addresses of IP say themselves that
        they are private, and are connected to.
    :param patience: seconds until it must have answered.
    :param private: whether an address in a private network is connected to; by default where the
        endpoint itself says that it is one.
    :raises OSError: there is none, none answers, or the name leads into a private network.
    """
    host = endpoint.hostname or ""
    port = endpoint.port or (443 if endpoint.scheme == "https" else 80)
    end = time.monotonic() + patience
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    allowed = _is_listed_as_private(host) if private is None else private
    if not allowed and not all(is_public(each) for each in addresses):
        raise OSError(f"{host} leads to an address that is not public")
    plain = _first_that_answers(addresses, port, end)
    connection = http.client.HTTPConnection(host, port)
    if endpoint.scheme == "https":
        plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    connection.sock = plain
    return connection


def _first_that_answers(addresses: Sequence[str], port: int, end: float) -> socket.socket:
    problem = OSError("it has no address")
    for address in addresses:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError("it does not answer in time")
        try:
            return socket.create_connection((address, port), left)
        except OSError as error:
            problem = error
    raise problem


def _is_listed_as_private(host: str) -> bool:
    """Whether the listed address itself says where it leads, so that nobody can redirect it."""
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network, and so are those that stand in it.

    An address of IPv6 can carry one of IPv4 (https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5,
    6to4, Teredo, https://www.rfc-editor.org/rfc/rfc6052), to which a router may send it on.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    carried: list[ipaddress.IPv4Address | None] = []
    if isinstance(found, ipaddress.IPv6Address):
        carried = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in _NAT64 or found in _COMPATIBLE:
            carried.append(ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF))
        if found.ipv4_mapped:
            return _is_global(found.ipv4_mapped)
    return _is_global(found) and all(_is_global(each) for each in carried if each)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not address.is_multicast
