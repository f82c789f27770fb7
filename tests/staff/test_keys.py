"""The operators' page of API keys: made and shown once, replaced without a pause, revoked for a reason."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from adjudication.credentials import keys
from adjudication.credentials.models import AccessChange, ApiKey
from adjudication.errors import Unauthenticated
from tests import walk
from tests.api.conftest import Caller

LIST, NEW = "/admin/keys/", "/admin/keys/new/"
FORM = {"name": "till", "acts_as": "marketplace", "scopes": ["cases:read", "cases:act"], "days": "90"}


def shown(page):
    return re.search(r'<code class="key">(adj_[\w-]+)</code>', page.text)[1]


def test_a_key_is_made_shown_once_and_opens_the_door(signed_in, staff):
    client = signed_in("operator")
    answer = client.post(NEW, FORM)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    text = shown(answer)
    key = ApiKey.objects.get()
    assert (key.name, key.scopes, key.user, key.party) == ("till", ["cases:act", "cases:read"], None, None)
    assert key.expires_at == walk.START + timedelta(days=90)
    assert Caller(text).get("cases").status_code == 200
    listed = client.get(LIST).text
    assert key.prefix in listed
    assert text not in listed
    assert key.secret_hash not in listed
    change = AccessChange.objects.get()
    assert (change.kind, change.by, change.key) == ("key_made", staff("operator"), key)


def test_a_partys_key_and_ones_own(signed_in, staff):
    walk.requested()
    client = signed_in("operator")
    client.post(NEW, {**FORM, "acts_as": "party", "party": "shop:s-1"})
    client.post(NEW, {**FORM, "acts_as": "me", "name": "mine", "days": ""})
    party, own = ApiKey.objects.order_by("pk")
    assert party.party.external_id == "s-1"
    assert (own.user, own.expires_at) == (staff("operator"), None)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "Name the key"),
        ({"name": "x" * 121}, "Name the key"),
        ({"scopes": []}, "at least one scope"),
        ({"scopes": ["everything"]}, "Unknown scopes"),
        ({"acts_as": "supervisor"}, "Say whom the key acts as"),
        ({"acts_as": "party", "party": "nobody"}, "no buyer or shop"),
        ({"days": "0"}, "after how many days"),
        ({"days": "soon"}, "after how many days"),
        ({"days": "99999"}, "after how many days"),
    ],
)
def test_what_makes_no_key_is_told_and_nothing_typed_is_lost(signed_in, changes, says):
    answer = signed_in("operator").post(NEW, {**FORM, **changes})
    assert answer.status_code == 400
    assert says in answer.text
    if "name" not in changes:
        assert 'value="till"' in answer.text
    assert not ApiKey.objects.exists()


def test_a_successor_is_made_and_both_are_valid_until_the_first_is_revoked(signed_in):
    key, text = keys.create("till", scopes=["cases:read"], expires_at=walk.START + timedelta(days=30))
    client = signed_in("operator")
    answer = client.post(reverse("admin:succeed_key", args=[key.pk]))
    second = shown(answer)
    assert Caller(text).get("cases").status_code == Caller(second).get("cases").status_code == 200
    made = ApiKey.objects.exclude(pk=key.pk).get()
    assert (made.name, made.scopes, made.expires_at) == (key.name, key.scopes, key.expires_at)
    third = client.post(reverse("admin:succeed_key", args=[key.pk]))
    assert (third.status_code, ApiKey.objects.count()) == (409, 2)
    answer = client.post(reverse("admin:revoke_key", args=[key.pk]), {"reason": "It has its successor."})
    assert answer.status_code == 302
    assert Caller(text).get("cases").status_code == 401
    assert Caller(second).get("cases").status_code == 200
    assert AccessChange.objects.get(kind="key_revoked").reason == "It has its successor."
    everything = client.get(LIST, {"show": "all"}).text
    assert "It has its successor." in everything
    assert "It has its successor." not in client.get(LIST).text


def test_a_key_is_revoked_for_a_reason_and_once(signed_in):
    key, text = keys.create("till", scopes=["cases:read"])
    client, address = signed_in("operator"), reverse("admin:revoke_key", args=[key.pk])
    assert client.post(address, {"reason": " "}).status_code == 400
    assert keys.authenticate(text)
    assert client.post(address, {"reason": "It leaked."}).status_code == 302
    assert client.post(address, {"reason": "It leaked."}).status_code == 409
    with pytest.raises(Unauthenticated):
        keys.authenticate(text)
    assert client.post(reverse("admin:revoke_key", args=[key.pk + 1]), {"reason": "x"}).status_code == 404


def test_an_operators_page_is_no_way_to_rule(signed_in, staff):
    key, _text = keys.create("hers", scopes=["rulings:write"], user=staff("arbitrator", "ada"))
    client = signed_in("operator")
    answer = client.post(reverse("admin:succeed_key", args=[key.pk]))
    assert (answer.status_code, ApiKey.objects.count()) == (403, 1)
    client.post(NEW, {**FORM, "acts_as": "me", "user": "ada"})
    assert ApiKey.objects.latest("pk").user == staff("operator")


def test_the_list_goes_on_where_it_ended(signed_in):
    for number in range(53):
        keys.create(f"key-{number:03}", scopes=["cases:read"])
    client = signed_in("operator")
    first = client.get(LIST).text
    assert ("key-052" in first, "key-003" in first, "key-002" in first) == (True, True, False)
    after = re.search(r'href="/admin/keys/\?after=(\d+)"', first)[1]
    assert "key-002" in client.get(LIST, {"after": after}).text
    assert client.get(LIST, {"after": "x"}).status_code == 400


def test_a_key_without_an_end_is_said_to_have_none(signed_in):
    client = signed_in("operator")
    assert "<dd>no end</dd>" in client.post(NEW, {**FORM, "days": ""}).text
    assert '<td data-label="Until">no end</td>' in client.get(LIST).text


def test_the_key_of_somebody_who_has_left_is_valid_no_longer(signed_in, staff):
    ada = staff("arbitrator", "ada")
    keys.create("hers", scopes=["cases:read"], user=ada, expires_at=walk.START + timedelta(days=1))
    ada.is_active = False
    ada.save()
    client = signed_in("operator")
    assert "hers" not in client.get(LIST).text
    everything = client.get(LIST, {"show": "all"}).text
    assert "has left" in everything
    assert ">over<" not in everything, "its end has not come"


def test_the_tabs_of_a_refused_key_lead_to_the_list(signed_in):
    refused = signed_in("operator").post(NEW, {**FORM, "name": ""}).text
    assert f'href="{LIST}?show=all"' in refused
