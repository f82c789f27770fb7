"""Evidence in an S3-compatible store: private objects that only this service reads, written once, never overwritten.

Only what EVIDENCE_STORAGE_URL=s3://… asks for loads this; its client is an optional extra. What it raises is what a
folder raises, so that nobody else has to know: FileNotFoundError, want of room, or another OSError.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from errno import EDQUOT, EIO, ETIMEDOUT
from tempfile import TemporaryFile
from typing import IO, Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

#: Whoever waits for a store that does not answer is told after this long, and one more try.
CONNECT_SECONDS, READ_SECONDS, TRIES = 2, 3, 2
#: One request a file, so that there is a whole object or none.
WHOLE_BYTES = 2**30
#: What stores say when there is no room: MinIO, Ceph, and the status of WebDAV that others borrow.
FULL = frozenset({"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "StorageFull"})
INSUFFICIENT_STORAGE = 507


class Bucket(S3Storage):  # type: ignore[misc]  # untyped
    """One bucket, or a folder of it."""

    def __init__(self, **options: Any) -> None:
        """Take the bucket's name, and what leads to it."""
        style = options.pop("addressing_style", "auto")
        super().__init__(
            **options,
            default_acl=None,  # the bucket's own rule, which is private
            file_overwrite=False,
            querystring_auth=True,
            transfer_config=TransferConfig(multipart_threshold=WHOLE_BYTES, use_threads=False),
            client_config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                signature_version="s3v4",
                s3={"addressing_style": style},
                # Not every compatible store knows the newer checksums; we keep and compare our own.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def url(self, name: str, *args: Any, **options: Any) -> str:
        """Nobody is ever sent to the store itself.

        Raises:
            NotImplementedError: always.

        """
        raise NotImplementedError("Evidence is served by this service alone: who sees it is judged every time.")

    def names(self) -> Iterator[str]:
        """Every object's name, in the order of their bytes, by few requests."""
        before = f"{self.location.strip('/')}/".lstrip("/")
        pages = self.connection.meta.client.get_paginator("list_objects_v2")
        with _told_as_a_folder_would("*"):
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=before):
                for entry in page.get("Contents", ()):
                    yield entry["Key"].removeprefix(before)

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        with _told_as_a_folder_would(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Delete it, if it is there."""
        with _told_as_a_folder_would(name):
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The folders and files right below; none of a folder that is not there."""
        with _told_as_a_folder_would(path):
            folders, files = super().listdir(path)
            return folders, files

    def get_modified_time(self, name: str) -> datetime:
        """When it was written."""
        with _told_as_a_folder_would(name):
            written: datetime = super().get_modified_time(name)
            return written

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Fetch it whole, so that an answer that has begun is never cut off by the store."""
        if mode != "rb":
            raise ValueError("A stored file is only ever read.")
        local = TemporaryFile()  # noqa: SIM115  # closed by whoever reads it
        try:
            with _told_as_a_folder_would(name):
                found = self.bucket.Object(self._normalize_name(name)).get()
                body: IO[bytes] = found["Body"]
                shutil.copyfileobj(body, local)
        except BaseException:
            local.close()
            raise
        local.seek(0)
        return File(local, name)

    def _save(self, name: str, content: File[bytes]) -> str:
        with _told_as_a_folder_would(name):
            return str(super()._save(name, content))


@contextmanager
def _told_as_a_folder_would(name: str) -> Iterator[None]:
    """Raise what a folder would.

    Raises:
        FileNotFoundError: there is no such object.
        TimeoutError: the store does not answer.
        OSError: with EDQUOT, there is no room; with EIO, it refuses.

    """
    try:
        yield
    except ClientError as error:
        status, code = error.response["ResponseMetadata"].get("HTTPStatusCode"), error.response["Error"].get("Code")
        if status == 404 and code != "NoSuchBucket":
            raise FileNotFoundError(f"There is no {name} in the bucket.") from error
        raise OSError(EDQUOT if code in FULL or status == INSUFFICIENT_STORAGE else EIO, str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise TimeoutError(ETIMEDOUT, str(error)) from error
