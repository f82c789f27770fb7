"""SIGNING_KEY: the private Ed25519 key (RFC 8032) of this installation, read strictly, or made for one machine.

It is 32 random bytes, its seed. Whoever knows it can sign in our name, so a guessable one is refused like any secret.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from django.core.exceptions import ImproperlyConfigured

SEED_BYTES = 32
#: Of 32 random bytes some thirty differ; fewer than these are a pattern or a word.
LEAST_DIFFERENT = 16
RIGHT = (
    "it is the base64 of 32 random bytes, as `openssl rand -base64 32` prints, or a private Ed25519 key in PEM, as "
    "`openssl genpkey -algorithm ed25519` prints."
)


def new_seed() -> str:
    """A new private key, in base64."""
    return base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()


def own_seed(given: str) -> str:
    """What was given as SIGNING_KEY, as the base64 of its seed.

    Raises:
        ImproperlyConfigured: it is no private Ed25519 key, or one that others could guess.

    """
    seed = _of_pem(given) if "-----BEGIN" in given else _of_base64(given)
    if len(set(seed)) < LEAST_DIFFERENT:
        raise ImproperlyConfigured(f"SIGNING_KEY is not random, and others could guess it: {RIGHT}")
    return base64.b64encode(seed).decode()


def _of_base64(given: str) -> bytes:
    try:
        seed = base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"SIGNING_KEY cannot be read: {RIGHT}") from error
    if len(seed) != SEED_BYTES:
        raise ImproperlyConfigured(f"SIGNING_KEY has {len(seed)} bytes and not {SEED_BYTES}: {RIGHT}")
    return seed


def _of_pem(given: str) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = given.replace("\\n", "\n").strip() + "\n"  # many an environment file takes one line alone
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ImproperlyConfigured(f"SIGNING_KEY cannot be read, or is encrypted: {RIGHT}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"SIGNING_KEY is a key of another kind: {RIGHT}")
    return key.private_bytes_raw()
