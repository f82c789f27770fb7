"""The hearing page: both sides beside each other, everything explained, nothing of a party's ever run."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adjudication import docket
from adjudication.evidence.intake import ExhibitGiven, StoredFile
from adjudication.evidence.models import Exhibit
from adjudication.policy.terms import Reason, RejectionReason
from adjudication.procedure import intervene, respond
from tests import walk

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}'


def hearing(case):
    return reverse("admin:hearing", args=[case.number])


def filed_photo(case, content=b"\x89PNG\r\n\x1a\n" + b"x" * 50, media_type="image/png"):
    name = storages["evidence"].save("aa/test.png", ContentFile(content))
    given = ExhibitGiven(
        kind=Exhibit.Kind.PHOTO,
        title="The crack",
        file=StoredFile(name, "crack.png", media_type, len(content), "a" * 64),
    )
    return walk.filed(case, walk.buyer_of(case), given)


@pytest.mark.parametrize("role", ["arbitrator", "supervisor", "auditor", "operator"])
def test_every_role_sees_claim_answer_term_and_timeline(signed_in, role):
    case = walk.in_ruling()
    page = signed_in(role).get(hearing(case)).content.decode()
    assert "The cup came with a crack from rim to foot." in page
    assert "It left us whole." in page
    assert "The arbitrator has until 2026-03-05 09:00:00 UTC to rule." in page
    assert "72 h 00 min left" in page
    assert "Photo of the crack" in page
    assert "Packing photo" in page
    assert "Platform called in" in page


def test_what_is_inadmissible_is_marked_with_the_reason(signed_in):
    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case), walk.an_exhibit("Chat elsewhere", Exhibit.Kind.OFF_PLATFORM_CHAT))
    page = signed_in("auditor").get(hearing(case)).content.decode()
    assert "no ruling may rest on it." in page


def test_only_who_may_is_offered_to_take_or_rule(signed_in):
    waiting, heard = walk.intervened(), walk.in_ruling()
    for role, takes in (("arbitrator", True), ("supervisor", True), ("auditor", False), ("operator", False)):
        page = signed_in(role).get(hearing(waiting))
        assert page.context["may_take"] is takes, role
    assert signed_in("arbitrator").get(hearing(heard)).context["may_rule"] is True
    assert signed_in("arbitrator", "other").get(hearing(heard)).context["may_rule"] is False


@pytest.mark.parametrize("number", ["2026-999999-00", "x", "2026-000001-58'--"])
def test_a_case_that_does_not_exist_is_not_found(signed_in, number):
    client = signed_in("supervisor")
    assert client.get(reverse("admin:hearing", args=[number])).status_code == 404
    assert client.get(reverse("admin:ruling", args=[number])).status_code == 404
    for verb in ("take_case", "ruling_preview", "ruling_issue"):
        assert client.post(reverse(f"admin:{verb}", args=[number]), {"version": "1"}).status_code == 404


def test_a_file_is_a_download_that_no_browser_runs(signed_in):
    case = walk.in_evidence()
    exhibit = filed_photo(case)
    answer = signed_in("arbitrator").get(reverse("admin:exhibit_file", args=[exhibit.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_an_exhibit_without_a_file_has_nothing_to_fetch(signed_in):
    case = walk.in_evidence()
    exhibit = walk.filed(case, walk.buyer_of(case))
    client = signed_in("arbitrator")
    assert client.get(reverse("admin:exhibit_file", args=[exhibit.pk])).status_code == 404
    assert client.get(reverse("admin:exhibit_file", args=["0" * 8 + "-0000-4000-8000-" + "0" * 12])).status_code == 404


def hostile_case():
    """A case in which every field a party can write holds a script."""
    given = walk.given_order(
        "S-1" + SCRIPT,
        buyer=walk.BuyerGiven(id="b" + SCRIPT, name="Lin" + SCRIPT),
        shop=walk.ShopGiven(id="s" + SCRIPT, name="Kiln" + SCRIPT, category="home" + SCRIPT),
        items=(walk.ItemGiven(sku="CUP" + SCRIPT, title="Cup" + SCRIPT, unit_price_minor=10_000, quantity=1),),
    )
    order = walk.register(given)
    walk.deliver(order)
    case = walk.requested(order, statement=SCRIPT, reason=Reason.QUALITY)
    with docket.take(case.number) as (taken, at):
        respond.reject(
            taken,
            by=walk.seller_of(taken),
            reason=RejectionReason.OTHER,
            text=SCRIPT,
            exhibits=[ExhibitGiven(kind=Exhibit.Kind.DOCUMENT, title=SCRIPT, text=SCRIPT)],
            at=at,
        )
    with docket.take(case.number) as (taken, at):
        intervene.intervene(taken, by=walk.buyer_of(taken), text=SCRIPT, at=at)
    return walk.in_ruling(walk.in_evidence(case))


def test_a_script_in_what_a_party_wrote_is_shown_and_never_run(signed_in):
    case = hostile_case()
    client = signed_in("arbitrator")
    pages = [hearing(case), reverse("admin:ruling", args=[case.number]), "/admin/queue/", "/admin/"]
    for model in ("case", "order", "line", "party", "shop", "exhibit", "deadline", "event", "entry", "account"):
        pages.append(reverse(f"admin:adjudication_{model}_changelist"))
    pages += [
        reverse("admin:adjudication_case_change", args=[case.pk]),
        reverse("admin:adjudication_order_change", args=[case.order_id]),
        reverse("admin:adjudication_party_change", args=[case.buyer_id]),
        reverse("admin:adjudication_exhibit_change", args=[case.papers.exhibits[0].pk]),
        reverse("admin:adjudication_case_changelist") + "?q=%3Cscript%3Ealert(1)",
    ]
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
        assert "'unsafe-inline'" not in _scripts_of(answer["Content-Security-Policy"]), address


def _scripts_of(policy):
    return next(part for part in policy.split(";") if part.strip().startswith("script-src"))


def test_the_hearing_asks_the_same_number_of_questions_however_much_was_filed(signed_in):
    client = signed_in("auditor")
    case = walk.in_evidence()
    client.get(hearing(case))
    with CaptureQueriesContext(connection) as few:
        client.get(hearing(case))
    for number in range(6):
        walk.filed(case, walk.buyer_of(case), walk.an_exhibit(f"Photo {number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(hearing(case))
    assert len(many) == len(few)


def test_an_earlier_case_over_the_order_is_linked(signed_in):
    first = walk.requested()
    with docket.take(first.number) as (taken, at):
        respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    second = walk.requested(first.order)
    assert first.number in signed_in("auditor").get(hearing(second)).content.decode()


def test_staff_read_of_every_term_that_is_over(signed_in):
    case = walk.in_evidence()
    text = signed_in("auditor").get(hearing(case)).text
    assert text.count("Met on ") == 3
    assert "opened by event 1" in text
