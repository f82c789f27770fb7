"""Production refuses to start on what is unsafe, and says why in one sentence."""

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.checks import server_keeps_what_it_confirms
from config.embedded_postgres import url
from config.secrets import kept_secret
from tests.processes import free_port, run_manage

ELSEWHERE = "postgres://user:password@db.invalid/cases"
OWN_SECRET = "h3Kq" * 12


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "DATABASE_URL is set but SECRET_KEY is not"),
        ({"SECRET_KEY": "changeme" * 8}, "SECRET_KEY is short or a known default"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is short or a known default"),
        ({"SECRET_KEY": OWN_SECRET, "METRICS_TOKEN": "metrics"}, "METRICS_TOKEN is short or a known default"),
        (
            {"SECRET_KEY": OWN_SECRET, "STAFF_SECOND_FACTOR": "optional"},
            "In production staff sign in with a second factor",
        ),
        ({"SECRET_KEY": OWN_SECRET, "STAFF_SECOND_FACTOR": "off"}, "STAFF_SECOND_FACTOR must be"),
        ({"SECRET_KEY": OWN_SECRET, "DEBUG": "1"}, "DEBUG shows secrets to strangers"),
        ({"SECRET_KEY": OWN_SECRET, "PAYMENT_PROVIDER": "cash"}, "PAYMENT_PROVIDER must be"),
        ({"SECRET_KEY": OWN_SECRET, "CELERY_BROKER_URL": "memory://"}, "CELERY_BROKER_URL must begin with"),
    ],
)
def test_production_refuses_what_is_unsafe(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    done = run_manage("check", DATABASE_URL=ELSEWHERE, DATA_DIR=str(tmp_path), **environment)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_production_refuses_a_server_that_forgets(tmp_path: Path) -> None:
    database = {"DATABASE_URL": _tests_url(), "SECRET_KEY": OWN_SECRET}
    done = run_manage("up", "--no-demo", "--data", str(tmp_path), "--port", str(free_port()), **database)
    assert done.returncode == 1
    assert "The database server runs with fsync=off" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_the_embedded_server_is_not_held_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server_keeps_what_it_confirms(databases=["default"]) == []
    monkeypatch.setattr(settings, "PRODUCTION", True)
    assert [refusal.id for refusal in server_keeps_what_it_confirms(databases=["default"])] == ["config.E001"]


@pytest.mark.django_db
def test_every_connection_has_its_limits() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            [["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"]],
        )
        assert dict(cursor.fetchall()) == {
            "lock_timeout": "3000",
            "statement_timeout": "15000",
            "idle_in_transaction_session_timeout": "30000",
        }


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret_key"
    secret = kept_secret(file)
    assert len(secret) >= 50
    assert kept_secret(file) == secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["secret_key"]


def test_a_database_url_of_a_socket_is_understood(tmp_path: Path) -> None:
    assert settings.DATABASES["default"]["HOST"].startswith("/")
    assert url(tmp_path).startswith("postgres://postgres:@//")


def _tests_url() -> str:
    database = connection.settings_dict
    return f"postgres://postgres:@/{database['HOST']}/postgres"
