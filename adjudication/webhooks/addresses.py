"""Where we may be sent to: a public address by https, and nothing inside anybody's network, however it is spelt.

An address is judged as text when an endpoint is made; what its name leads to is judged then too, and again at every
try, by the very addresses that are then connected to.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Unprocessable

#: Finds a name's addresses, as texts; raises OSError if there are none. Tests put another in its place.
Resolve = Callable[[str, int], list[str]]

URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)?",
    re.ASCII,
)
LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
DOTTED = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}", re.ASCII)
#: What some resolvers read as a number, and no name ends in.
NUMERIC = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*", re.ASCII)

#: IPv4 that is not a public unicast address: the IANA special-purpose registry, and one cloud's well-known service.
NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
    )
)
#: All public unicast IPv6; mapped, compatible, NAT64, unique local, link-local and multicast lie outside it.
PUBLIC_6 = IPv6Network("2000::/3")
#: Within it: Teredo and other protocol assignments, documentation, 6to4.
NOT_PUBLIC_6 = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
LOOPBACK_4, LOOPBACK_6 = IPv4Network("127.0.0.0/8"), IPv6Address("::1")


@dataclass(frozen=True, slots=True)
class Destination:
    """An endpoint's address, taken apart."""

    scheme: str
    host: str
    """A name, or a number without brackets."""
    port: int
    target: str

    @property
    def host_header(self) -> str:
        """The host as HTTP says it, with the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


class Forbidden(Exception):
    """A name leads where nothing may be sent; says where."""


def read(url: str) -> Destination:
    """Take an address apart.

    Raises:
        Unprocessable: it is not one that anything may be sent to.

    """
    found = URL.fullmatch(url)
    if found is None:
        raise _refused(_("must be an absolute https address in ASCII, without user, fragment, spaces or backslashes"))
    scheme, host = found["scheme"], found["host"].lower()
    port = int(found["port"] or {"http": 80, "https": 443}[scheme])
    if scheme == "http" and not settings.WEBHOOK_ALLOW_LOOPBACK:
        raise _refused(_("must begin with https://"))
    if not (port == 443 or 1023 < port < 65536 or (port == 80 and scheme == "http")):
        raise _refused(_("may name port 443 or one above 1023"))
    if host.startswith("["):
        host = _number(host[1:-1])
    elif DOTTED.fullmatch(host):
        host = _number(host)
    elif not _is_name(host):
        raise _refused(_("must name a host as a domain name or a plain IP address, without a dot at its end"))
    return Destination(scheme, host, port, found["target"] or "/")


def require_reachable(url: str, *, resolve: Resolve | None = None, seconds: float = 3.0) -> Destination:
    """Judge an address when an endpoint is made or changed. A name that cannot be resolved now may be one day.

    Raises:
        Unprocessable: it is malformed, or leads where nothing may be sent.

    """
    destination = read(url)
    try:
        addresses_of(destination, resolve=resolve or system, seconds=seconds)
    except Forbidden as error:
        raise _refused(_("leads to %(address)s, to which nothing is sent") % {"address": error}) from error
    except OSError:
        pass
    return destination


def addresses_of(destination: Destination, *, resolve: Resolve, seconds: float) -> list[str]:
    """What the host's name leads to now, every one of which may be connected to.

    Raises:
        Forbidden: one of them may not be.
        OSError: it leads nowhere, or nobody could say in time.

    """
    try:
        found = [str(ip_address(destination.host))]
    except ValueError:
        found = _in_time(resolve, destination, seconds)
    if not found:
        raise OSError("the name leads to no address")
    for address in found:
        if not may_connect(address, destination.scheme):
            raise Forbidden(address)
    return list(dict.fromkeys(found))


def may_connect(address: str, scheme: str) -> bool:
    """Is it a public unicast address? Or, where the setting allows it, this very machine; http may reach no other."""
    if "%" in address:  # a zone: an address that means something on one link alone
        return False
    try:
        number = ip_address(address)
    except ValueError:
        return False
    if settings.WEBHOOK_ALLOW_LOOPBACK and _is_loopback(number):
        return True
    return scheme == "https" and is_public(number)


def is_public(number: IPv4Address | IPv6Address) -> bool:
    """Is it a unicast address of the public internet?"""
    if isinstance(number, IPv4Address):
        return not any(number in block for block in NOT_PUBLIC_4)
    return number in PUBLIC_6 and not any(number in block for block in NOT_PUBLIC_6)


def system(host: str, port: int) -> list[str]:
    """Ask this machine's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _family, _type, _protocol, _name, address in found]


def _in_time(resolve: Resolve, destination: Destination, seconds: float) -> list[str]:
    """Ask in a thread of its own: a resolver has no time limit, and one slow name must not delay another."""
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(destination.host, destination.port))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, name="webhook-name-lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.01, seconds))
    except Empty:
        raise TimeoutError("the name was not resolved in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _is_loopback(number: IPv4Address | IPv6Address) -> bool:
    return number in LOOPBACK_4 if isinstance(number, IPv4Address) else number == LOOPBACK_6


def _is_name(host: str) -> bool:
    labels: Sequence[str] = host.split(".")
    is_local = host == "localhost" and settings.WEBHOOK_ALLOW_LOOPBACK
    return (
        len(host) <= 253
        and (len(labels) > 1 or is_local)
        and all(LABEL.fullmatch(label) for label in labels)
        and not NUMERIC.fullmatch(labels[-1])
    )


def _number(host: str) -> str:
    """Judge a host that is a number at once: no resolver has a say in it."""
    try:
        number = ip_address(host)
    except ValueError as error:
        raise _refused(_("names a malformed IP address")) from error
    if not (is_public(number) or (settings.WEBHOOK_ALLOW_LOOPBACK and _is_loopback(number))):
        raise _refused(_("leads to %(address)s, to which nothing is sent") % {"address": number})
    return str(number)


def _refused(detail: object) -> Unprocessable:
    return Unprocessable(
        _("Webhooks cannot be sent to this address: it %(why)s.") % {"why": detail},
        Fault("url", str(detail), "forbidden_address"),
    )
