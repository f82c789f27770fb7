"""A crash before any statement of a form's request leaves the case as it was, or all of what the form asked for."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from adjudication import clock
from adjudication.journal.models import Event
from adjudication.rulings.drafts import RulingDraft
from adjudication.rulings.models import Proposal, Ruling
from tests import walk
from tests.docket.test_all_or_nothing import Counted, Crash, dear
from tests.docket.test_all_or_nothing import proposed as proposed_by_act
from tests.staff.test_ruling import page, previewed, typed

SIGNED_IN = {"backend": "django.contrib.auth.backends.ModelBackend"}


def client_of(role, name=""):
    user, _is_new = User.objects.update_or_create(username=name or role, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user, **SIGNED_IN)
    return client


def issuing():
    case, client = walk.in_ruling(), client_of("arbitrator")
    return case, client, "ruling_issue", previewed(client, case, typed(case)), "ruling.issued"


def proposing():
    case, client = dear(), client_of("arbitrator")
    return case, client, "ruling_issue", previewed(client, case, typed(case)), "ruling.proposed"


def confirming():
    case = proposed_by_act()
    return case, client_of("supervisor", "second"), "ruling_confirm", {"version": case.version}, "ruling.issued"


def sending_back():
    case = proposed_by_act()
    form = {"version": case.version, "note": "Weigh S1 again."}
    return case, client_of("supervisor", "second"), "ruling_send_back", form, "ruling.sent_back"


@pytest.mark.parametrize("prepare", [issuing, proposing, confirming, sending_back])
def test_a_crash_before_any_statement_leaves_nothing_or_all(prepare, own_database, monkeypatch):
    with clock.simulated(walk.START):
        case, client, verb, form, kind = prepare()
        before, drafts = walk.snapshot(), RulingDraft.objects.count()
        k, crashed, answer = 0, 0, None
        while answer is None:
            k += 1
            with monkeypatch.context() as patch:
                counted = Counted(patch, crash_at=k)
                connection.ensure_connection()
                try:
                    with connection.execute_wrapper(counted.through_django):
                        answer = client.post(page(case, verb), form)
                except Crash:
                    crashed += 1
            connection.close()
            if Event.objects.filter(case=case, kind=kind).exists():
                break  # or it crashed after the commit
            assert walk.snapshot() == before, f"statement {k} left half of it"
            assert RulingDraft.objects.count() == drafts, f"statement {k} took the draft away"
        assert crashed >= 8
        assert Event.objects.filter(case=case, kind=kind).count() == 1
        assert Ruling.objects.filter(case=case).count() == (1 if kind == "ruling.issued" else 0)
        assert not RulingDraft.objects.filter(case__state="ruled").exists()
        assert Proposal.objects.filter(case=case).count() == (0 if prepare is issuing else 1)
