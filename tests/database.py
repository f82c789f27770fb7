"""The tests' own database server: one for the whole run, in a temporary folder, gone afterwards; never DATA_DIR's.

Imported by tests/conftest.py before anything reads the settings; for that, pytest's configuration must not name
DJANGO_SETTINGS_MODULE (nor can it load this module by `-p`: the `pytest` command does not look in the current folder).
The workers of pytest-xdist inherit the environment of the process that starts the server.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from config.embedded_postgres import EmbeddedPostgres

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
OF_THE_DEVELOPER = (
    *("ALLOWED_HOSTS", "CELERY_BROKER_URL", "DATABASE_POOL", "DEBUG", "DEMO", "EMAIL_URL", "EVIDENCE_STORAGE_URL"),
    *("FROM_EMAIL", "PAYMENT_PROVIDER", "PUBLIC_URL", "SIGNING_KEY", "STARTED_BY_UP", "SWEEP_SECONDS"),
    *("SECRET_KEY_FALLBACKS", "WEBHOOK_ALLOW_LOOPBACK"),
    *("TRUSTED_PROXIES", "RATE_LIMIT_PER_MINUTE", "RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED"),
)


def start_server() -> None:
    """Start the server, point the environment at it, and see to it that nothing is left at the end."""
    folder = Path(tempfile.mkdtemp(prefix="adjudication-tests-"))
    server = EmbeddedPostgres(folder / "server", fsync=False, max_connections=400)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)  # runs first
    server.start()
    for name in OF_THE_DEVELOPER:
        os.environ.pop(name, None)
    os.environ |= {
        "DATABASE_URL": server.url(),
        "DATABASE_EMBEDDED": "1",
        "SECRET_KEY": "for the tests alone",
        "DATA_DIR": str(folder / "data"),
        "STAFF_SECOND_FACTOR": "optional",  # those tests that are about it ask for it
    }


if settings.configured:
    pytest.exit("Unset DJANGO_SETTINGS_MODULE: settings read before the tests' database runs lead to another one.", 2)
if WORKER:
    os.environ["DATA_DIR"] += f"-{WORKER}"
else:
    start_server()
(Path(os.environ["DATA_DIR"]) / "static").mkdir(parents=True)
