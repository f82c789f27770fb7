"""A secret is given, or made once for the embedded installation; production never runs on one that others may know."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import mkstemp

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from config.paths import writable_folder

SHORTEST_SECRET = 32
KNOWN_SECRETS = ("django-insecure-", "changeme", "change-me", "secret", "password", "test", "example", "default", "dev")


def kept_secret(file: Path, make: Callable[[], str] = get_random_secret_key) -> str:
    """The secret in the file, made the first time, readable by its owner alone."""
    try:
        writable_folder(file.parent)
    except OSError as error:
        raise ImproperlyConfigured(str(error)) from error
    if not file.exists():
        descriptor, draft = mkstemp(prefix=f"{file.name}.", dir=file.parent)  # for its owner alone
        try:
            with open(descriptor, "w") as secret:
                secret.write(make())
                secret.flush()
                os.fsync(secret.fileno())  # a power cut leaves no empty secret behind
            os.link(draft, file)  # whoever comes second keeps the first one's secret
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return file.read_text().strip()


def require_own_secret(name: str, value: str) -> None:
    """Refuse, for production, a secret that is short or begins with a word everybody tries first."""
    if is_known_or_short(value):
        raise ImproperlyConfigured(
            f"{name} is short or a known default; set a random one of at least {SHORTEST_SECRET} characters."
        )


def is_known_or_short(value: str) -> bool:
    """Could it be guessed?"""
    return len(value) < SHORTEST_SECRET or value.lower().startswith(KNOWN_SECRETS)
