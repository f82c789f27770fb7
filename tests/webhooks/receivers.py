"""Receivers on this machine, each with a temper of its own: what they are sent is kept as it came."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Got(NamedTuple):
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """A real HTTP server; `answers` is a status, a list of statuses of which the last goes on, or a temper."""

    def __init__(self, answers: Any = 200, *, tls: ssl.SSLContext | None = None) -> None:
        self.got: list[Got] = []
        self.answers = answers
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                with suppress(OSError):
                    outer._answer(self)
                self.close_connection = True

            def log_message(self, *args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.scheme = "https" if tls else "http"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        answer = self.answers
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if answer == "never":
            self.released.wait(60)
            return
        request.send_response(answer if isinstance(answer, int) else 302 if answer == "redirect" else 200)
        if answer == "redirect":
            request.send_header("Location", f"http://127.0.0.1:{self.port}/elsewhere")
        if answer in ("drip", "endless"):
            request.end_headers()
            while not self.released.is_set():
                request.wfile.write(b"." if answer == "drip" else b"." * 65_536)
                if answer == "drip":
                    time.sleep(0.05)
            return
        request.send_header("Content-Length", "2")
        request.end_headers()
        request.wfile.write(b"ok")

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [got.headers["webhook-id"] for got in self.got]

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
