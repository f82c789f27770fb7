"""The key by which this installation signs what it hands out; anybody may have its public half.

The key is known by its id: SHA-256 of the public key in DER (`openssl pkey -pubin -outform DER | sha256sum`), so that
whoever holds a signed file can ask for the right key, and compare two by telephone.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Unavailable

ALGORITHM = "Ed25519"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair."""

    private: Ed25519PrivateKey

    @property
    def id(self) -> str:
        """What the key is known by, in hex."""
        return sha256(
            self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest()

    @property
    def public_pem(self) -> str:
        """The public half, in PEM: all that verifying takes."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(self, content: bytes) -> bytes:
        """The signature, 64 bytes; of the same content always the same."""
        return self.private.sign(content)


def own() -> SigningKey:
    """The key of this installation, by SIGNING_KEY.

    Raises:
        Unavailable: production that was given none.

    """
    if not settings.SIGNING_KEY:
        raise Unavailable(_("This installation has no key to sign with yet; its operator must set SIGNING_KEY."))
    return SigningKey(Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.SIGNING_KEY)))
