"""Signs are shown to those who rule and to nobody else: what is filed twice, when it was made, with what."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adjudication import clock, docket
from adjudication.credentials import keys, links
from adjudication.credentials.models import Scope
from adjudication.evidence import intake
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.evidence.signs import signs_of
from adjudication.orders.models import ParcelReport
from adjudication.policy import versions
from tests import walk
from tests.evidence import drawn
from tests.evidence.conftest import chunks_of
from tests.evidence.test_traces import cropped, exif, scene, written

pytestmark = pytest.mark.usefixtures("day")

Kind = Exhibit.Kind
HOUR = timedelta(hours=1)


def filed(case, content, *, by=walk.buyer_of, kind=Kind.PHOTO):
    file = intake.store(chunks_of(content), original_name="p.jpg", policy=versions.get(1))
    return walk.filed(case, by(case), ExhibitGiven(kind, "The crack", file=file))


def signs(case):
    return signs_of(walk.look(case), parcels=ParcelReport.objects.filter(order_id=case.order_id))


def told(case):
    """(label, code, what it points to) of every sign."""
    return [(sign.label, sign.code, [(other.case, other.label) for other in sign.others]) for sign in signs(case)]


def a_case(**of):
    """A case over an order of its own, between two people of its own."""
    order = walk.register(walk.given_order(**of))
    walk.deliver(order)
    return walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order))))


PHOTO = written(scene(1))


def test_the_same_bytes_in_another_case_are_named():
    first, second = a_case(), a_case()
    filed(first, PHOTO)
    filed(second, PHOTO, by=walk.seller_of)
    assert told(second) == [("S2", "same_file", [(first.number, "B2")])]
    assert told(first) == [("B2", "same_file", [(second.number, "S2")])]
    (sign,) = signs(second)
    assert sign.sentence == f"The very same file is on file in case {first.number} over another order: B2 (buyer)."


def test_the_same_bytes_by_the_other_side_of_the_case_are_named_and_ones_own_are_not():
    case = a_case()
    filed(case, PHOTO)
    filed(case, PHOTO)
    assert told(case) == []
    filed(case, PHOTO, by=walk.seller_of)
    assert [(label, code) for label, code, _others in told(case)] == [
        ("B2", "same_file"),
        ("B3", "same_file"),
        ("S4", "same_file"),
        ("S4", "same_file"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        written(scene(1), quality=40),
        written(scene(1).resize((500, 375)), "PNG"),
        written(cropped(scene(1), 0.01), "WEBP"),
    ],
    ids=["re-encoded", "resized", "cropped"],
)
def test_nearly_the_same_picture_in_another_case_is_named(content):
    first, second, third = a_case(), a_case(), a_case()
    filed(first, PHOTO)
    filed(second, content)
    filed(third, written(scene(2)))
    assert told(second) == [("B2", "nearly_same_picture", [(first.number, "B2")])]
    assert told(third) == []


def test_what_shows_next_to_nothing_is_like_nothing():
    first, second = a_case(), a_case()
    filed(first, drawn.png(640, 480))
    filed(second, drawn.png(640, 479))
    assert told(second) == []


def test_of_many_that_are_alike_the_latest_five_are_named():
    cases = [a_case() for _each in range(7)]
    for case in cases:
        filed(case, PHOTO)
    named = [others[0][0] for _label, _code, others in told(cases[0])]
    assert len(named) == 5


def at(moment, **notes):
    return written(scene(3), exif=exif(taken=f"{moment:%Y:%m:%d %H:%M:%S}", offset="+00:00", **notes))


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (walk.START - HOUR, "made_before_payment"),
        (walk.START + HOUR, "made_before_delivery"),
        (walk.START + 3 * HOUR, "made_after_delivery"),
        (walk.START + 90 * HOUR, "clock_is_wrong"),
    ],
)
def test_when_it_was_made_is_placed_among_payment_and_delivery(moment, code):
    order = walk.register(walk.given_order())
    with clock.simulated(walk.START + 2 * HOUR):
        walk.deliver(order)
        case = walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order))))
        filed(case, at(moment, make="Canon", model="R5"))
        (sign,) = signs(case)
    assert sign.code == code
    assert "(Canon R5)" in sign.sentence
    assert "%(" not in sign.sentence


def test_of_a_time_without_a_zone_only_what_holds_in_every_zone_is_said():
    case = a_case()
    for hours, code in ((-13, "made_before_payment"), (-11, "made_about_then"), (13, "made_about_then")):
        moment = walk.START + hours * HOUR
        filed(case, written(scene(4 + hours), exif=exif(taken=f"{moment:%Y:%m:%d %H:%M:%S}")))
        assert signs(case)[-1].code == code


def test_what_was_changed_later_and_with_what_is_said():
    case = a_case()
    later = walk.START - HOUR
    filed(case, at(walk.START - 24 * HOUR, changed=f"{later:%Y:%m:%d %H:%M:%S}", software="Adobe Photoshop 25.0"))
    found = signs(case)
    assert [sign.code for sign in found] == ["made_before_payment", "changed_later", "editing_software"]
    assert "Adobe Photoshop 25.0" in found[-1].sentence


def test_a_phones_own_software_is_no_sign():
    case = a_case()
    filed(case, written(scene(5), exif=exif(software="16.4.1")))
    assert told(case) == []


def test_who_files_a_picture_as_platform_chat_is_pointed_to_the_chat_on_file():
    case = a_case()
    filed(case, written(scene(6)), kind=Kind.PLATFORM_CHAT)
    assert told(case) == [], "there is none to compare with"
    walk.filed(case, walk.PLATFORM, ExhibitGiven(Kind.PLATFORM_CHAT, "The chat", "Lin: it is cracked"))
    assert told(case) == [("B2", "chat_is_on_file", [(case.number, "P3")])]


def test_words_typed_as_platform_chat_are_compared_with_the_record():
    order = walk.register(walk.given_order())
    walk.deliver(order)
    walk.talked(order, ("buyer", "Is it whole?\nI ask for a friend."), ("seller", "It is, and packed by hand."))
    case = walk.requested(docket.look_at_order(order.number))
    honest = "Buyer, 9:00: is it whole?\n\nI ask for a friend\nSeller: It is, and packed by hand!"
    walk.filed(case, walk.buyer_of(case), ExhibitGiven(Kind.PLATFORM_CHAT, "Our chat", honest))
    assert told(case) == []
    forged = f"{honest}\nSeller: It was broken when we packed it."
    walk.filed(case, walk.buyer_of(case), ExhibitGiven(Kind.PLATFORM_CHAT, "Our chat", forged))
    walk.filed(case, walk.buyer_of(case), ExhibitGiven(Kind.DOCUMENT, "A letter", forged))
    (sign,) = signs(case)
    assert (sign.label, sign.code, sign.others) == ("B3", "not_in_the_chat", ())
    assert "1 of its 4 lines" in sign.sentence
    assert "It was broken when we packed it." in sign.sentence


def test_a_message_without_a_letter_is_no_record_of_what_stands_before_a_colon():
    order = walk.register(walk.given_order())
    walk.deliver(order)
    walk.talked(order, ("buyer", "?!"), ("seller", "It is, and packed by hand."))
    case = walk.requested(docket.look_at_order(order.number))
    walk.filed(case, walk.buyer_of(case), ExhibitGiven(Kind.PLATFORM_CHAT, "Our chat", "We broke it when packing:"))
    (sign,) = signs(case)
    assert sign.code == "not_in_the_chat"


def test_signs_take_as_many_statements_for_twenty_exhibits_as_for_one():
    case = a_case()

    def statements():
        looked = walk.look(case)
        with CaptureQueriesContext(connection) as counted:
            signs_of(looked, parcels=[])
        return len(counted)

    filed(case, PHOTO)
    few = statements()
    for seed in range(5):
        filed(case, written(scene(seed, (400, 300))))
    assert statements() == few == 1


def test_those_who_rule_see_them_and_the_sides_do_not():
    first, second = a_case(), a_case()
    filed(first, PHOTO)
    filed(second, at(walk.START - HOUR, software="<b>Meitu</b>"))
    filed(second, PHOTO)
    user = User.objects.create_user("the-auditor", is_staff=True)
    user.groups.add(walk.group("auditor"))
    desk = Client()
    desk.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = desk.get(reverse("admin:hearing", args=[second.number])).text
    assert "never decisive by themselves" in page
    assert "before the order was paid" in page
    assert "&lt;b&gt;Meitu&lt;/b&gt;" in page
    assert f"is on file in case {first.number}" in page
    for party in (second.buyer, second.shop.party):
        side = Client()
        side.post(f"/sign-in/{links.create(party)}/")
        seen = side.get(f"/cases/{second.number}/").text
        assert "never decisive" not in seen
        assert "Meitu" not in seen


def api(scopes=Scope.values, **whom):
    _key, text = keys.create("for a test", scopes=scopes, **whom)
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_a_staff_key_reads_them_and_no_other_key_does():
    first, second = a_case(), a_case()
    filed(first, PHOTO)
    exhibit = filed(second, PHOTO)
    address = f"/api/v1/cases/{second.number}/signs"
    for role in ("arbitrator", "supervisor", "auditor"):
        user = User.objects.create_user(f"the-{role}", is_staff=True)
        user.groups.add(walk.group(role))
        (sign,) = api(user=user).get(address).json()["signs"]
        assert (sign["exhibit"], sign["label"], sign["code"]) == (str(exhibit.pk), "B2", "same_file")
        assert [(other["case"], other["label"], other["by"]) for other in sign["others"]] == [
            (first.number, "B2", "buyer")
        ]
    assert api(user=user, scopes=["cases:read"]).get(address).status_code == 403
    assert api().get(address).status_code == 403
    assert api(party=second.buyer).get(address).status_code == 403
    stranger = walk.given_order(buyer=walk.BuyerGiven(id="b-9", name="Mo"))
    assert api(party=a_case_of(stranger).buyer).get(address).status_code == 404
    listed = api(party=second.buyer).get(f"/api/v1/cases/{second.number}/exhibits").text
    assert not any(name in listed for name in Exhibit.TRACES)


def a_case_of(given):
    order = walk.register(given)
    walk.deliver(order)
    return walk.requested(order)


def test_the_database_keeps_traces_with_a_file_alone_and_as_they_were_filed():
    case = a_case()
    exhibit = filed(case, PHOTO)
    with pytest.raises(IntegrityError, match="only_a_file_leaves_traces"), transaction.atomic():
        Exhibit.objects.create(
            case=case, number=9, by="buyer", kind="photo", title="A", filed_at=walk.START, made_with="GIMP"
        )
    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        Exhibit.objects.filter(pk=exhibit.pk).update(picture_hash=1)
