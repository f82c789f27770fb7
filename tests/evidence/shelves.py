"""Where evidence stands in a test: a folder or a bucket, looked at past the service."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.evidence_storage import evidence_storage
from tests import bucket, walk


class Folder:
    """A folder."""

    def __init__(self, where: Path) -> None:
        """Not there until something is stored."""
        self.where, self.options = where, evidence_storage(where.as_uri())

    def kept(self) -> list[str]:
        """Every file, by its path."""
        return sorted(str(path.relative_to(self.where)) for path in self.where.rglob("*") if path.is_file())

    def read(self, name: str) -> bytes:
        """One file's bytes."""
        return (self.where / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Put these bytes in its place, as somebody does who has got at the store."""
        (self.where / name).parent.mkdir(parents=True, exist_ok=True)
        (self.where / name).write_bytes(content)

    def remove(self, name: str) -> None:
        """Take it away."""
        (self.where / name).unlink()

    @contextmanager
    def lost(self) -> Iterator[None]:
        """The store is gone for a while: the disk is not mounted."""
        self.where.rename(self.where.with_name("unmounted"))
        try:
            yield
        finally:
            self.where.with_name("unmounted").rename(self.where)

    def when_old(self, age: timedelta) -> datetime:
        """The moment at which everything that is there is that old."""
        for name in self.kept():
            os.utime(self.where / name, ((walk.START - age).timestamp(),) * 2)
        return walk.START


class Bucket:
    """A folder of a bucket."""

    INSIDE = "of this/installation/"

    def __init__(self) -> None:
        """An empty bucket of moto's."""
        self.server = bucket.server()
        self.name = self.server.bucket()
        self.options = evidence_storage(self.server.url(self.name, self.INSIDE))
        self.client = self.server.client()

    def kept(self) -> list[str]:
        """Every object, by its name."""
        found = self.client.list_objects_v2(Bucket=self.name).get("Contents", ())
        assert all(entry["Key"].startswith(self.INSIDE) for entry in found)
        return sorted(entry["Key"].removeprefix(self.INSIDE) for entry in found)

    def read(self, name: str) -> bytes:
        """One object's bytes."""
        found: bytes = self.client.get_object(Bucket=self.name, Key=self.INSIDE + name)["Body"].read()
        return found

    def write(self, name: str, content: bytes) -> None:
        """Put these bytes in its place."""
        self.client.put_object(Bucket=self.name, Key=self.INSIDE + name, Body=content)

    def remove(self, name: str) -> None:
        """Take it away."""
        self.client.delete_object(Bucket=self.name, Key=self.INSIDE + name)

    @contextmanager
    def lost(self) -> Iterator[None]:
        """The store is gone for a while: it lets nobody in."""
        there = {name: self.read(name) for name in self.kept()}
        for name in there:
            self.remove(name)
        self.client.delete_bucket(Bucket=self.name)
        try:
            yield
        finally:
            self.client.create_bucket(Bucket=self.name)
            for name, content in there.items():
                self.write(name, content)

    def when_old(self, age: timedelta) -> datetime:
        """The moment at which everything that is there is that old."""
        found = self.client.list_objects_v2(Bucket=self.name).get("Contents", ())
        moments: list[Any] = [entry["LastModified"] for entry in found]
        return max(moments) + age if moments else walk.START


Shelf = Folder | Bucket
