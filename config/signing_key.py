"""SIGNING_KEY: the private Ed25519 key (RFC 8032) of this installation, as it was given, or made for one machine.

It is 32 random bytes, its seed; another long random secret is stretched to one by HKDF (RFC 5869). Whoever knows it can
sign in our name, so a guessable one is refused like any secret.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from django.core.exceptions import ImproperlyConfigured

from config.secrets import SHORTEST_SECRET, is_known_or_short

SEED_BYTES = 32
#: Of 32 random bytes some thirty differ, of 32 random hexadecimal digits some fourteen; fewer are a pattern or a word.
LEAST_DIFFERENT, LEAST_DIFFERENT_CHARACTERS = 16, 8
RIGHT = (
    "it is the base64 of 32 random bytes, as `openssl rand -base64 32` prints, a private Ed25519 key in PEM, as "
    f"`openssl genpkey -algorithm ed25519` prints, or another random secret of at least {SHORTEST_SECRET} characters."
)


def new_seed() -> str:
    """A new private key, in base64."""
    return base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()


def own_seed(given: str) -> str:
    """What was given as SIGNING_KEY, as the base64 of its seed.

    Raises:
        ImproperlyConfigured: it is no private Ed25519 key, or one that others could guess.

    """
    text = given.strip()
    seed = _of_pem(text) if "-----BEGIN" in text else _of_base64(text) or _of_secret(text)
    if len(set(seed)) < LEAST_DIFFERENT:
        raise ImproperlyConfigured(f"SIGNING_KEY is not random, and others could guess it: {RIGHT}")
    return base64.b64encode(seed).decode()


def _of_base64(text: str) -> bytes | None:
    try:
        seed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return seed if len(seed) == SEED_BYTES else None


def _of_secret(text: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if is_known_or_short(text) or len(set(text)) < LEAST_DIFFERENT_CHARACTERS:
        raise ImproperlyConfigured(f"SIGNING_KEY is short, or others could guess it: {RIGHT}")
    return HKDF(SHA256(), SEED_BYTES, salt=None, info=b"adjudication signing key").derive(text.encode())


def _of_pem(given: str) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = given.replace("\\n", "\n") + "\n"  # many an environment file takes one line alone
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ImproperlyConfigured(f"SIGNING_KEY cannot be read, or is encrypted: {RIGHT}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"SIGNING_KEY is a key of another kind: {RIGHT}")
    return key.private_bytes_raw()
