"""Who has an address is told by mail of what concerns them, in their language; what cannot be sent is tried again."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from adjudication import clock, docket
from adjudication.journal.models import Announcement, Event
from adjudication.notifications.announce import TOLD
from adjudication.notifications.letters import send_due
from adjudication.notifications.models import Letter
from adjudication.orders.models import Party
from adjudication.procedure import tick
from adjudication.procedure.extend import extend
from adjudication.reports.wording import EVENTS
from adjudication.rounds import announce
from tests import walk
from tests.walk import HOUR, START

pytestmark = pytest.mark.usefixtures("db")


class Away(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("no mail today")


def with_addresses():
    Party.objects.filter(kind="buyer").update(email="buyer@example.com", language="en")
    Party.objects.filter(kind="shop").update(email="shop@example.com", language="zh-hans")


def told(walked):
    """The letters that a walk brings: to whom, of what."""
    with clock.simulated(START):
        walked()
    with_addresses()  # every registration brings the addresses along; the last one had none
    announce()
    rows = Letter.objects.order_by("event_id", "party__kind")
    return list(rows.values_list("party__email", "event__kind"))


def test_the_other_side_hears_of_what_one_side_does():
    assert told(lambda: walk.rejected(walk.requested())) == [
        ("shop@example.com", "case.requested"),
        ("buyer@example.com", "exhibit.filed"),
        ("buyer@example.com", "case.rejected"),
    ]


def test_both_hear_of_the_ruling():
    of_ruling = [row for row in told(walk.ruled) if row[1] == "ruling.issued"]
    assert of_ruling == [("buyer@example.com", "ruling.issued"), ("shop@example.com", "ruling.issued")]


def test_the_bound_side_alone_is_reminded():
    def reminded():
        case = walk.requested()
        with walk.at_due(case, -6 * HOUR):
            assert tick.tick().reminded == 1

    assert ("shop@example.com", "deadline.reminder") in (letters := told(reminded))
    assert ("buyer@example.com", "deadline.reminder") not in letters


def test_both_are_reminded_of_a_term_that_binds_both():
    def reminded():
        with walk.at_due(walk.in_evidence(), -6 * HOUR):
            assert tick.tick().reminded == 1

    of_reminder = [row for row in told(reminded) if row[1] == "deadline.reminder"]
    assert [email for email, _kind in of_reminder] == ["buyer@example.com", "shop@example.com"]


def test_both_hear_of_an_extension():
    def extended():
        case = walk.in_evidence()
        with docket.take(case.number) as (taken, at):
            extend(taken, by=walk.arbitrator(), by_length=HOUR, reason="The carrier asks.", at=at)

    assert [row[1] for row in told(extended)].count("deadline.extended") == 2


def test_who_has_no_address_gets_no_letter_and_the_outbox_empties_all_the_same():
    with clock.simulated(START):
        walk.rejected()
    waiting = Announcement.objects.filter(announced_at=None).count()
    assert (announce(), announce()) == (waiting, 0)
    assert waiting == Event.objects.count()
    assert not Letter.objects.exists()


def test_every_event_that_is_told_of_has_words():
    assert set(TOLD) <= set(EVENTS)


def test_a_letter_says_what_happened_until_when_and_what_silence_will_do_in_the_readers_language(settings):
    settings.PUBLIC_URL = "https://disputes.example.com"
    told(walk.requested)
    assert send_due() == 1
    letter = mail.outbox[0]
    case = Event.objects.get(kind="case.requested").case
    due = f"{case.deadlines.get().due_at:%Y-%m-%d %H:%M:%S}"
    assert letter.to == ["shop@example.com"]
    assert case.number in letter.subject
    assert all(part in letter.body for part in (due, "卖家", f"https://disputes.example.com/cases/{case.number}/"))
    assert "Message-ID" in letter.extra_headers


def test_a_letter_that_cannot_be_sent_is_tried_again_later_and_leaves_once():
    told(walk.requested)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mail, "get_connection", lambda **_options: Away())
        patch.setattr("django.core.mail.message.EmailMessage.get_connection", lambda *_self: Away())
        assert send_due() == 0
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("due", 1)
    assert "no mail today" in letter.failure
    assert send_due() == 0, "not at once"
    Letter.objects.update(next_try_at=clock.now() - HOUR)
    assert (send_due(), send_due()) == (1, 0)
    assert (Letter.objects.get().state, len(mail.outbox)) == ("sent", 1)


def test_after_three_days_of_trying_it_is_given_up():
    told(walk.requested)
    Letter.objects.update(attempts=19)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.mail.message.EmailMessage.get_connection", lambda *_self: Away())
        assert send_due() == 0
    assert Letter.objects.get().state == "given_up"


def test_announcing_a_batch_is_one_statement():
    with clock.simulated(START):
        for _case in range(5):
            walk.requested()
    statements = []
    with connection.execute_wrapper(lambda run, sql, *rest: (statements.append(sql), run(sql, *rest))[1]):
        announce()
    assert len([sql for sql in statements if "SAVEPOINT" not in sql]) == 1
