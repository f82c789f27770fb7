"""An S3-compatible store for tests: moto's server as a process of its own, one a worker, when asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import cache
from itertools import count
from typing import Any
from urllib.request import urlopen

import boto3

from config.lifeline import tied_to
from tests.processes import free_port

START = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])"
KEY = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}

_numbers = count(1)


class Server:
    """One server, until it is ended or this process is."""

    def __init__(self) -> None:
        """Start it, and wait until it answers."""
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=tied_to(os.getpid()),
        )
        until = time.monotonic() + 30
        while True:
            try:
                urlopen(f"{self.endpoint}/moto-api/", timeout=5).close()  # noqa: S310
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> Any:
        """A plain client, past ours."""
        return boto3.client("s3", endpoint_url=self.endpoint, **KEY)

    def bucket(self) -> str:
        """Make an empty bucket; its name."""
        name = f"evidence-{next(_numbers)}"
        self.client().create_bucket(Bucket=name)
        return name

    def url(self, bucket: str, folder: str = "") -> str:
        """The address of it, as an installation is given it."""
        return f"s3://key:secret@{bucket}/{folder}?endpoint={self.endpoint}&region=us-east-1&addressing=path"

    def end(self) -> None:
        """End it, as when it breaks down."""
        self.process.kill()
        self.process.wait()


@cache
def server() -> Server:
    """This worker's server."""
    return Server()
