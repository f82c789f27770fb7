"""A receiver's secret is shown once, and kept sealed: whoever reads the database alone cannot sign in our name."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

#: Standard Webhooks asks for 24 to 64 bytes.
SECRET_BYTES = 32
PREFIX = "whsec_"


class Unreadable(Exception):
    """A secret was sealed under another SECRET_KEY; it must be rotated."""


def new() -> str:
    """A fresh secret, as its owner is shown it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal(secret: str) -> str:
    """Make it unreadable without the service's key."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Make it readable again.

    Raises:
        Unreadable: it was sealed under a key that is neither SECRET_KEY nor among SECRET_KEY_FALLBACKS.

    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("the secret was sealed under another SECRET_KEY; rotate it") from error


def signed(*, name: str, at: datetime, body: str, with_secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of Standard Webhooks over this body, with a signature by each secret that is valid.

    v1 is HMAC-SHA256 over `id.timestamp.body` (https://www.standardwebhooks.com, “signature scheme”).
    """
    timestamp = str(int(at.timestamp()))
    told = f"{name}.{timestamp}.{body}".encode()
    return {
        "webhook-id": name,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, told)}" for secret in with_secrets),
    }


def _signature(secret: str, told: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, told, sha256).digest()).decode()


def _box() -> MultiFernet:
    """The first key seals, any opens."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    # SECRET_KEY is random, so one keyed hash makes a key of its own for this purpose.
    return hmac.new(key.encode(), b"adjudication.webhooks.secrets", sha256).digest()
