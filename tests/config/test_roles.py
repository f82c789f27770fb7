"""The service runs as a role that owns nothing, with the grants that docs/operations.md tells, and no more."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from adjudication import clock
from adjudication.credentials import accounts, second_factor
from adjudication.credentials.models import Denial
from adjudication.procedure import tick
from adjudication.reports import metrics
from config.paths import BASE_DIR
from tests import walk
from tests.conftest import OwnDatabase
from tests.staff.factors import password_of

ROLE = "adjudication_app"


def documented_grants() -> str:
    """The statements of the section, but for those about the queue, which a test's database has not got."""
    section = (BASE_DIR / "docs" / "operations.md").read_text().split("## Roles")[1]
    block = re.search(r"```sql\n(.*?)```", section, re.DOTALL)
    assert block is not None
    statements, _about_the_queue = block[1].split("-- only where the queue")
    return statements


@pytest.fixture
def _as_the_service(own_database: OwnDatabase) -> Iterator[None]:
    """Django's connection is the role's; the role goes with its grants."""
    with own_database.superuser() as raw:
        raw.execute(documented_grants())
    connection.close()
    settings = connections.settings["default"]
    before = settings["USER"]
    settings["USER"] = ROLE
    try:
        yield
    finally:
        connections.close_all()
        settings["USER"] = before
        with own_database.superuser() as raw:
            raw.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


@pytest.mark.usefixtures("_as_the_service")
def test_a_case_is_heard_ruled_on_and_paid_by_a_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (ROLE,)
    with clock.simulated(walk.START):
        closed = walk.after_silence(walk.ruled()[0])
    assert closed.state == "closed"
    tick.tick()
    assert b"adjudication_terms_open" in metrics.exposition()
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(walk.group("operator"))
    user.groups.clear()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.logout()
    factor, codes = second_factor.set_up(
        user, sealed=(sealed := second_factor.new_secret()), code=_shown_by(sealed), at=clock.now()
    )
    assert second_factor.show(user, codes[0], at=clock.now()) == factor
    second_factor.reset(user, by=None, reason="It is lost.", at=clock.now())
    client.post("/admin/login/", {"username": "ada", "password": "wrong"})
    assert denials_of("sign_in") == 1
    AccessAttempt.objects.update(failures_since_start=settings.AXES_FAILURE_LIMIT)  # nine more, and locked
    accounts.unlock(user, by=None, reason="She rang.", at=clock.now())


def _shown_by(sealed: str) -> str:
    return password_of(second_factor.Sealed().decrypt(sealed), clock.now())


def denials_of(act: str) -> int:
    return Denial.objects.filter(act=act).count()


@pytest.mark.usefixtures("_as_the_service")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM adjudication_event",
        "UPDATE adjudication_event SET body = '{}'",
        "TRUNCATE adjudication_posting",
        "ALTER TABLE adjudication_event DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only ON adjudication_ruling",
        "SET session_replication_role = replica",
        "DROP TABLE adjudication_entry CASCADE",
        "CREATE TABLE another (id int)",
        "CREATE OR REPLACE FUNCTION adjudication_refuse() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    ],
)
def test_the_role_can_neither_rewrite_the_records_nor_switch_off_what_guards_them(statement: str) -> None:
    with clock.simulated(walk.START):
        walk.ruled()
    before = walk.snapshot()
    with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert walk.snapshot() == before
