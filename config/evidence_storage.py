"""Where the evidence files are kept, by one address: a folder, or a bucket of an S3-compatible store."""

from __future__ import annotations

import importlib.util
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: What may stand behind the `?` of an S3 address; all else comes from the usual AWS_* variables.
OPTIONS = {"endpoint", "region", "addressing"}
MISSING = (
    "EVIDENCE_STORAGE_URL names an S3 store, whose client is missing: install django-storages[s3], as `uv sync --extra "
    "s3` does."
)
MALFORMED = "EVIDENCE_STORAGE_URL must be a folder, as in file:///srv/evidence, or a bucket, as in s3://bucket/folder."


def evidence_storage(url: str) -> dict[str, Any]:
    """What Django's STORAGES is to say of the evidence.

    Args:
        url: `file:///folder`, or `s3://[KEY:SECRET@]bucket[/folder][?endpoint=https://…&region=…&addressing=path]`.

    Raises:
        ImproperlyConfigured: it is neither, or the client of an S3 store is not installed.

    """
    given = urlsplit(url)
    if given.scheme == "file" and given.path.startswith("/") and not given.netloc:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": unquote(given.path),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if given.scheme == "s3" and given.hostname:
        return _bucket(url)
    raise ImproperlyConfigured(MALFORMED)


def _bucket(url: str) -> dict[str, Any]:
    if not (importlib.util.find_spec("storages") and importlib.util.find_spec("boto3")):
        raise ImproperlyConfigured(MISSING)
    given = urlsplit(url)
    asked = dict(parse_qsl(given.query, keep_blank_values=True))
    if unknown := sorted(set(asked) - OPTIONS):
        known = ", ".join(sorted(OPTIONS))
        raise ImproperlyConfigured(f"EVIDENCE_STORAGE_URL has an unknown option, {unknown[0]}; known are {known}.")
    if asked.get("addressing", "auto") not in ("auto", "path", "virtual"):
        raise ImproperlyConfigured("EVIDENCE_STORAGE_URL: addressing must be path, virtual or auto.")
    endpoint = asked.get("endpoint")
    if endpoint is not None and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ImproperlyConfigured("EVIDENCE_STORAGE_URL: endpoint must begin with https:// or http://.")
    if bool(given.username) != bool(given.password):
        raise ImproperlyConfigured("EVIDENCE_STORAGE_URL: a key needs its secret, as in s3://KEY:SECRET@bucket.")
    named = {
        "access_key": unquote(given.username) if given.username else None,
        "secret_key": unquote(given.password) if given.password else None,
        "endpoint_url": endpoint,
        "region_name": asked.get("region"),
        "addressing_style": asked.get("addressing"),
    }
    return {
        "BACKEND": "adjudication.evidence.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": given.netloc.rpartition("@")[2],
            "location": unquote(given.path).strip("/"),
            **{name: value for name, value in named.items() if value is not None},
        },
    }
