"""The ruling's page tells of like cases, without names, anew with every answer; nobody is bound by them."""

from django.urls import reverse

from adjudication.rulings.models import Ruling, Winner
from tests import walk
from tests.register.final import final, published
from tests.staff.test_ruling import page, previewed, typed


def nearest(case):
    return reverse("admin:ruling_precedents", args=[case.number])


def small():
    """A case of a claim that is no round sum."""
    return walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(amount_minor=5_432)))))


def test_the_form_tells_of_like_cases_without_names(signed_in):
    known = published(case=small(), reasons="Lin of Kiln & Co is right: the photograph shows a crack from rim to foot.")
    shown = signed_in("arbitrator").get(page(walk.in_ruling()))
    (row,) = shown.context["precedents"]["rows"]
    assert row["entry"] == known
    told = signed_in("arbitrator").post(nearest(walk.in_ruling()), {}).text
    assert reverse("pages:register_entry", args=[known.pk]) in told
    assert "is right" in told
    for name in ("Lin", "Kiln", known.ruling.case.number, known.ruling.case.order.number, "¥54.32"):
        assert name not in told


def test_they_follow_the_answers(signed_in):
    sellers = final(Winner.SELLER, answers={"fault": "buyer"})
    buyers = final(answers={"fault": "seller"})
    case, client = walk.in_ruling(), signed_in("arbitrator")
    for fault, first in (("buyer", sellers), ("seller", buyers)):
        rows = client.post(nearest(case), {"answers-fault": fault}).context["precedents"]["rows"]
        assert rows[0]["entry"] == first
        again = client.post(page(case, "ruling_preview"), typed(case, **{"answers-fault": fault}))
        assert again.context["precedents"]["rows"][0]["entry"] == first


def test_departing_from_all_of_them_is_told_and_hinders_nothing(signed_in):
    final(Winner.SELLER)
    case, client = walk.in_ruling(), signed_in("arbitrator")
    assert "departs from all" not in client.get(page(case)).text
    assert "departs from all" not in client.post(nearest(case), typed(case, winner="seller")).text
    assert "departs from all" in client.post(nearest(case), typed(case)).text
    assert "departs from all" in client.post(page(case, "ruling_preview"), typed(case)).text
    client.post(page(case, "ruling_issue"), previewed(client, case, typed(case)))
    assert Ruling.objects.get(case=case).winner == "buyer"


def test_half_a_form_and_nonsense_are_looked_up_all_the_same(signed_in):
    final()
    case, client = walk.in_ruling(), signed_in("arbitrator")
    for form in (
        {"winner": "split"},
        {"winner": "nobody", "answers-usable_percent": "900", "answers-fault": "'; DROP TABLE"},
        {"reasons": "'&|!():*<->\\ %s %(x)s 杯" * 50},
    ):
        answer = client.post(nearest(case), form)
        assert (answer.status_code, len(answer.context["precedents"]["rows"])) == (200, 1)


def test_whoever_does_not_rule_on_the_case_is_told_nothing(signed_in):
    final()
    case = walk.in_ruling()
    before = walk.snapshot()
    for role, name in (("arbitrator", "another"), ("auditor", ""), ("operator", "")):
        assert signed_in(role, name).post(nearest(case), {}).status_code == 403
    assert signed_in("arbitrator").get(nearest(case)).status_code == 405
    assert signed_in("arbitrator").post(reverse("admin:ruling_precedents", args=["NONE"]), {}).status_code == 404
    assert walk.snapshot() == before
