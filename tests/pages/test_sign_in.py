"""A link signs one party in, once; reading it does not use it up."""

from datetime import timedelta

from django.test import Client

from adjudication import clock
from adjudication.credentials import links
from tests import walk
from tests.pages.conftest import signed_in


def test_reading_a_link_does_not_use_it_up_and_the_button_does_once():
    case = walk.requested()
    address = f"/sign-in/{links.create(case.buyer, case=case)}/"
    for _ in range(3):
        assert Client().get(address).status_code == 200
    client = Client()
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.number}/")
    assert client.get(f"/cases/{case.number}/").status_code == 200
    second = Client()
    assert second.post(address).status_code == 401
    assert second.get(address).status_code == 410
    assert second.get("/cases/").status_code == 302


def test_a_link_has_run_out_after_a_quarter_of_an_hour():
    case = walk.requested()
    token = links.create(case.buyer)
    with clock.simulated(walk.START + timedelta(minutes=15)):
        assert Client().post(f"/sign-in/{token}/").status_code == 401


def test_signing_in_changes_the_session_key_and_signing_out_ends_it():
    case = walk.requested()
    client = Client()
    client.get("/")
    session = client.session
    session["kept"] = "x"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post(f"/sign-in/{links.create(case.buyer)}/")
    assert client.session.session_key != before
    client.post("/sign-out/")
    assert client.get("/cases/").status_code == 302


def test_a_party_that_signs_in_after_another_sees_only_its_own_cases():
    case = walk.requested()
    other = walk.register(walk.given_order(buyer=walk.BuyerGiven(id="b-2", name="Wu")))
    client = signed_in(case.buyer)
    client.post(f"/sign-in/{links.create(other.buyer)}/")
    assert client.get(f"/cases/{case.number}/").status_code == 404


def test_forms_need_their_token():
    case = walk.requested()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/sign-in/{links.create(case.buyer)}/")
    assert answer.status_code == 403
    assert "The form could not be accepted" in answer.text


def test_the_front_page_leads_only_to_addresses_of_this_service(settings):
    settings.DEMO = True
    walk.requested(walk.register(walk.given_order("DEMO-1", buyer=walk.BuyerGiven(id="demo-buyer", name="Lin"))))
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert Client().post("/demo/buyer/", {"next": elsewhere})["Location"] == "/cases/"
        text = Client().get("/", {"next": elsewhere}).text
        assert text[text.index("<main") :].count('name="next" value=""') == 2


def test_the_language_is_the_readers_choice():
    client = Client()
    assert '<html lang="en">' in client.get("/").text
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert '<html lang="zh-hans">' in client.get("/").text


def test_an_error_of_ours_has_a_page_too(rf):
    from django.views.defaults import bad_request, server_error

    assert "Something went wrong on our side" in server_error(rf.get("/")).content.decode()
    assert "could not be read" in bad_request(rf.get("/"), Exception()).content.decode()
