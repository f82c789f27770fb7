"""One try: connect to an address that has been judged, say it once, take the beginning of the answer; 10 s in all.

Nothing is followed, no proxy is asked, no compressed answer is unpacked: what stands here is all that happens.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import certifi
import httpcore

from adjudication.webhooks.addresses import Destination, Forbidden, Resolve, addresses_of, may_connect

#: From looking the name up to the last byte of the answer.
TOTAL_SECONDS = 10.0
#: So much of an answer is read, and so much of that kept.
READ_BYTES, KEPT_BYTES = 65_536, 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try."""

    duration_ms: int
    status: int | None = None
    body: str = ""
    error: str = ""

    @property
    def is_accepted(self) -> bool:
        """A 2xx in time."""
        return self.status is not None and 200 <= self.status < 300 and not self.error

    @property
    def is_gone(self) -> bool:
        """The receiver says that it wants nothing more."""
        return self.status == 410


def post(
    destination: Destination,
    *,
    headers: Mapping[str, str],
    body: str,
    resolve: Resolve,
    trust: ssl.SSLContext | None = None,
    seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Send it; whatever happens becomes an answer.

    Args:
        destination: where to.
        headers: beside Host and Content-Length.
        body: the very text.
        resolve: finds the name's addresses.
        trust: which certificates to believe; absent: this machine's, and those that browsers do.
        seconds: for all of it.

    """
    began, status, read = time.monotonic(), None, b""
    until, error = began + seconds, ""
    try:
        addresses = addresses_of(destination, resolve=resolve, seconds=seconds)
        wire = _Wire(addresses, destination.scheme, until)
        url = httpcore.URL(
            scheme=destination.scheme, host=destination.host, port=destination.port, target=destination.target
        )
        content = body.encode()
        told = [("Host", destination.host_header), ("Content-Length", str(len(content))), *headers.items()]
        with (
            httpcore.ConnectionPool(
                ssl_context=trust or usual_trust(), network_backend=wire, max_connections=1, retries=0
            ) as pool,
            pool.stream("POST", url, headers=told, content=content) as response,
        ):
            status = response.status
            for chunk in response.iter_stream():
                read += chunk[: READ_BYTES - len(read)]
                if len(read) >= READ_BYTES:
                    break
    except Forbidden as forbidden:
        error = f"refused: the name leads to {forbidden}"
    except (TimeoutError, httpcore.TimeoutException):
        error = f"no complete answer within {seconds:g} s"
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError) as failed:
        error = _in_a_line(failed)
    kept = read[:KEPT_BYTES].decode(errors="replace").replace("\x00", "\ufffd")
    return Answer(int((time.monotonic() - began) * 1000), status, kept, error)


class _Wire(httpcore.NetworkBackend):
    """Connects to the addresses that were judged, whatever the name leads to by now."""

    def __init__(self, addresses: list[str], scheme: str, until: float) -> None:
        self.addresses, self.scheme, self.until = addresses, scheme, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failed: OSError = OSError("the name leads to no address")
        for index, address in enumerate(self.addresses):
            share = _left(self.until) / (len(self.addresses) - index)
            try:
                connected = socket.create_connection((address, port), timeout=share)
            except OSError as error:
                failed = error
                continue
            if not may_connect(str(connected.getpeername()[0]), self.scheme):
                connected.close()
                raise Forbidden(address)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(connected, self.until)
        raise failed

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise OSError("webhooks are not sent to sockets")


class _Stream(httpcore.NetworkStream):
    """A connection of which every step ends when the whole try does, however slowly the other side drips."""

    def __init__(self, connected: socket.socket, until: float) -> None:
        self.connected, self.until = connected, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.connected.settimeout(_left(self.until))
        return self.connected.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.connected.settimeout(_left(self.until))
        self.connected.sendall(buffer)  # the timeout is for all of it

    def close(self) -> None:
        self.connected.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self.connected.settimeout(_left(self.until))
        return _Stream(ssl_context.wrap_socket(self.connected, server_hostname=server_hostname), self.until)

    def get_extra_info(self, info: str) -> Any:
        return None


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for this try is over")
    return left


@cache
def usual_trust() -> ssl.SSLContext:
    """Believe this machine's certificates, and those that browsers do; made once, for it takes a while."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())  # a bare machine has none of its own
    return context


def _in_a_line(failed: Exception) -> str:
    return " ".join(f"{type(failed).__name__}: {failed}".split()).replace("\x00", "")[:300]
