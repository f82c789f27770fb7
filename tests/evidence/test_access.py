"""Pages show copies; an original is a download for those with standing, and every fetch of it is on record."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adjudication import docket
from adjudication.credentials import keys, links
from adjudication.credentials.models import Scope
from adjudication.evidence import copies, intake
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit, Viewing
from adjudication.policy import versions
from adjudication.procedure import take_evidence
from tests import walk
from tests.evidence import drawn
from tests.evidence.conftest import chunks_of

pytestmark = pytest.mark.usefixtures("simulated", "shelf")

Kind = Exhibit.Kind
GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def filed(case, content=None, kind=Kind.PHOTO, title="The crack"):
    file = intake.store(chunks_of(content or drawn.photo(6)), original_name="p.jpg", policy=versions.get(1))
    return walk.filed(case, walk.buyer_of(case), ExhibitGiven(kind, title, file=file))


def browser(party):
    client = Client()
    client.post(f"/sign-in/{links.create(party)}/")
    return client


def staff(role="arbitrator"):
    user = User.objects.create_user(f"the-{role}", is_staff=True)
    user.groups.add(walk.group(role))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, user


def api(**whom):
    key, text = keys.create("for a test", scopes=Scope.values, **whom)
    return Client(headers={"Authorization": f"Bearer {text}"}), key


def addresses(case, exhibit):
    """(original, page, thumbnail) at each of the three doors."""
    party, desk = f"/cases/{case.number}/exhibits/{exhibit.pk}", f"/admin/exhibits/{exhibit.pk}"
    key = f"/api/v1/exhibits/{exhibit.pk}"
    return {
        "party": (f"{party}/file", f"{party}/1.jpg", f"{party}/thumbnail.jpg"),
        "staff": (f"{desk}/file/", f"{desk}/1.jpg", f"{desk}/thumbnail.jpg"),
        "key": (f"{key}/file", f"{key}/pages/1", f"{key}/thumbnail"),
    }


@pytest.mark.parametrize("door", ["party", "staff", "key"])
def test_every_door_shows_the_copy_and_gives_the_original_away_only_as_a_guarded_download(door):
    case = walk.in_evidence()
    exhibit = filed(case)
    client = {"party": lambda: browser(case.buyer), "staff": lambda: staff()[0], "key": lambda: api()[0]}[door]()
    original, page, thumbnail = addresses(case, exhibit)[door]
    answer = client.get(original)
    assert b"".join(answer.streaming_content) == drawn.photo(6)
    assert answer["Content-Disposition"] == f'attachment; filename="{case.number}-B2.jpg"'
    assert answer["Cache-Control"].startswith("private, no-store")
    assert GUARDED.items() <= dict(answer.items()).items()
    for address in (page, thumbnail):
        answer = client.get(address)
        shown = b"".join(answer.streaming_content)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert answer["Content-Disposition"].startswith("inline; ")
        assert GUARDED.items() <= dict(answer.items()).items()
        assert b"Secretphone" not in shown
    assert Viewing.objects.count() == 1


def test_every_fetch_of_an_original_is_recorded_with_who_and_when():
    case = walk.in_evidence()
    exhibit = filed(case)
    at_desk, user = staff("auditor")
    marketplace, key = api()
    of_party, party_key = api(party=case.shop.party)
    where = addresses(case, exhibit)
    assert at_desk.get(where["staff"][0]).status_code == 200
    assert browser(case.buyer).get(where["party"][0]).status_code == 200
    assert marketplace.get(where["key"][0]).status_code == 200
    assert of_party.get(where["key"][0]).status_code == 200
    assert of_party.head(where["key"][0]).status_code in (200, 405)
    assert [(v.exhibit_id, v.role, v.viewer_id, v.key_id, v.viewed_at) for v in Viewing.objects.order_by("pk")] == [
        (exhibit.pk, "auditor", user.pk, None, walk.START),
        (exhibit.pk, "buyer", case.buyer_id, None, walk.START),
        (exhibit.pk, "marketplace", 0, key.pk, walk.START),
        (exhibit.pk, "seller", case.shop_id, party_key.pk, walk.START),
    ]
    record = at_desk.get(reverse("admin:adjudication_exhibit_change", args=[exhibit.pk])).text
    assert f"auditor {user.pk} · " in record
    assert f"seller {case.shop_id} · " in record


def test_to_view_an_original_makes_nobodys_page_stale_and_changes_nothing():
    case = walk.in_evidence()
    exhibit = filed(case)
    seen = walk.look(case).version
    before = walk.snapshot()
    browser(case.shop.party).get(addresses(case, exhibit)["party"][0])
    assert Viewing.objects.count() == 1
    assert walk.snapshot() == before
    with docket.take(case.number, version=seen) as (taken, at):
        take_evidence.rest(taken, by=walk.buyer_of(case), at=at)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_is_anothers_is_answered_as_if_unknown_and_not_recorded(which):
    case = walk.in_evidence()
    exhibit = filed(case)
    given = walk.given_order(buyer=walk.BuyerGiven(id="b-2", name="Mo"), shop=walk.ShopGiven("s-2", "Other", "home"))
    order = walk.register(given)
    walk.deliver(order)
    other = walk.requested(order)
    for party in (other.buyer, other.shop.party):
        assert browser(party).get(addresses(case, exhibit)["party"][which]).status_code == 404
        assert api(party=party)[0].get(addresses(case, exhibit)["key"][which]).status_code == 404
    # nor under the number of one's own case
    assert browser(other.buyer).get(addresses(other, exhibit)["party"][which]).status_code == 404
    stranger = Client()
    assert stranger.get(addresses(case, exhibit)["party"][which]).status_code == 302
    assert stranger.get(addresses(case, exhibit)["staff"][which]).status_code == 302
    assert stranger.get(addresses(case, exhibit)["key"][which]).status_code == 401
    assert not Viewing.objects.exists()


def test_a_key_without_the_scope_sees_neither_original_nor_copy():
    case = walk.in_evidence()
    exhibit = filed(case)
    _key, text = keys.create("till", scopes=["cases:read"])
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert [client.get(address).status_code for address in addresses(case, exhibit)["key"]] == [403, 403, 403]


@pytest.mark.parametrize("page", ["0", "2", "01", "21", "x", "../1", "thumbnails", "99999999999999999999"])
def test_a_page_that_is_not_shown_is_not_found(page):
    case = walk.in_evidence()
    exhibit = filed(case)
    base = f"/cases/{case.number}/exhibits/{exhibit.pk}"
    assert browser(case.buyer).get(f"{base}/{page}.jpg").status_code == 404
    if page != "01":
        assert api()[0].get(f"/api/v1/exhibits/{exhibit.pk}/pages/{page}").status_code == 404


def test_of_words_and_of_a_film_nothing_is_shown():
    case = walk.in_evidence()
    words = walk.filed(case, walk.buyer_of(case))
    film = filed(case, drawn.film(), Kind.VIDEO)
    client = browser(case.buyer)
    assert [client.get(address).status_code for address in addresses(case, words)["party"]] == [404, 404, 404]
    assert [client.get(address).status_code for address in addresses(case, film)["party"]] == [200, 404, 404]
    page = client.get(f"/cases/{case.number}/").text
    assert f"{film.pk}/file" in page
    assert "<video" not in page
    assert f"{film.pk}/1.jpg" not in page


def test_a_copy_that_is_gone_is_made_again_from_the_original(shelf):
    case = walk.in_evidence()
    exhibit = filed(case, drawn.pdf(2), Kind.DOCUMENT)
    before = shelf.kept()
    copies.delete(exhibit.file_name)
    assert shelf.kept() == [exhibit.file_name]
    answer = browser(case.buyer).get(f"/cases/{case.number}/exhibits/{exhibit.pk}/2.jpg")
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
    assert shelf.kept() == before


def test_of_an_erased_exhibit_neither_original_nor_copy_is_left(shelf):
    case = walk.in_evidence()
    exhibit = filed(case)
    intake.delete(exhibit.file_name)
    client = browser(case.buyer)
    assert [client.get(address).status_code for address in addresses(case, exhibit)["party"]] == [404, 404, 404]
    assert shelf.kept() == []
    assert not Viewing.objects.exists()
    assert client.get(f"/cases/{case.number}/").status_code == 200


def test_the_pages_show_copies_and_link_to_the_original():
    case = walk.in_evidence()
    photo = filed(case)
    slip = filed(case, drawn.pdf(23), Kind.DOCUMENT, "Delivery slip")
    at_desk, _user = staff()
    for client, address, base, original in (
        (browser(case.shop.party), f"/cases/{case.number}/", f"/cases/{case.number}/exhibits/", "/file"),
        (at_desk, reverse("admin:hearing", args=[case.number]), "/admin/exhibits/", "/file/"),
    ):
        page = client.get(address).text
        assert f'<img src="{base}{photo.pk}/thumbnail.jpg"' in page, address
        assert f'href="{base}{photo.pk}/1.jpg"' in page
        assert len(set(re.findall(f"{base}{slip.pk}/([0-9]+).jpg", page))) == 20
        assert "The first 20 of 23 pages are shown." in page
        for exhibit in (photo, slip):
            assert f'href="{base}{exhibit.pk}{original}"' in page
            assert f'<img src="{base}{exhibit.pk}{original}"' not in page


def test_the_api_names_what_may_be_shown():
    case = walk.in_evidence()
    exhibit = filed(case, drawn.pdf(2), Kind.DOCUMENT)
    (answer,) = [
        each
        for each in api()[0].get(f"/api/v1/cases/{case.number}/exhibits").json()["results"]
        if each["id"] == str(exhibit.pk)
    ]
    base = f"/api/v1/exhibits/{exhibit.pk}"
    assert answer["copies"] == [f"{base}/pages/1", f"{base}/pages/2"]
    assert (answer["thumbnail"], answer["file"], answer["pages"]) == (f"{base}/thumbnail", f"{base}/file", 2)


def test_the_case_page_takes_as_many_queries_with_many_files_as_with_one():
    case = walk.in_evidence()
    filed(case)
    client = browser(case.buyer)

    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/cases/{case.number}/").status_code == 200
        return len(counted)

    few = queries()
    filed(case, drawn.pdf(5), Kind.DOCUMENT)
    filed(case, drawn.film(), Kind.VIDEO)
    assert queries() == few <= 12


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE adjudication_viewing SET viewer_id = 0",
        "DELETE FROM adjudication_viewing",
        "TRUNCATE adjudication_viewing",
        "UPDATE adjudication_exhibit SET pages_shown = 0",
    ],
)
def test_the_database_keeps_who_viewed_what(statement):
    case = walk.in_evidence()
    exhibit = filed(case)
    browser(case.buyer).get(addresses(case, exhibit)["party"][0])
    before = list(Viewing.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Viewing.objects.values()) == before != []
