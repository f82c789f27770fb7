"""Who may open which page of the staff's site, and by which verb: one table, written by hand.

`a` arbitrator, `s` supervisor, `u` auditor, `o` operator. What a record's page takes is in test_records.py and
test_forged.py; what an act asks besides the role (whose case it is, a fresh second factor) is with the act.
"""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.urls.converters import UUIDConverter

from adjudication.staff.site import site
from tests import walk

ROLES = {"a": "arbitrator", "s": "supervisor", "u": "auditor", "o": "operator"}
#: Page → (the one verb it takes, whom it lets in).
WHO_MAY = {
    "queue": ("GET", "asuo"),
    "queue_rows": ("GET", "asuo"),
    "switch_shortcuts": ("POST", "asuo"),
    "keep_filter": ("POST", "asuo"),
    "drop_filter": ("POST", "asuo"),
    "desks": ("GET", "asuo"),
    "desk": ("GET", "asuo"),
    "set_desk": ("POST", "as"),
    "declare_interest": ("POST", "as"),
    "end_interest": ("POST", "as"),
    "look_at_case": ("POST", "asuo"),
    "write_note": ("POST", "asuo"),
    "canned_reasons": ("GET", "asuo"),
    "canned_reason": ("GET", "asuo"),
    "write_canned_reason": ("POST", "s"),
    "outages": ("GET", "asuo"),
    "outage": ("GET", "asuo"),
    "declare_outage": ("POST", "o"),
    "manifest": ("GET", "asuo"),
    "bundle": ("GET", "asuo"),
    "policies": ("GET", "suo"),
    "policies_compared": ("GET", "suo"),
    "policy_effects": ("GET", "suo"),
    "check_policy": ("POST", "o"),
    "load_policy": ("POST", "o"),
    "hearing": ("GET", "asuo"),
    "exhibit_file": ("GET", "asuo"),
    "exhibit_copy": ("GET", "asuo"),
    "publications": ("GET", "asuo"),
    "publication": ("GET", "asuo"),
    "reword_publication": ("POST", "as"),
    "act_on_many": ("POST", "as"),
    "take_case": ("POST", "as"),
    "give_case": ("POST", "as"),
    "extend_term": ("POST", "as"),
    "inquire": ("POST", "as"),
    "correct_kind": ("POST", "as"),
    "ruling": ("GET", "as"),
    "ruling_keep": ("POST", "as"),
    "ruling_insert": ("POST", "as"),
    "ruling_preview": ("POST", "as"),
    "ruling_precedents": ("POST", "as"),
    "ruling_issue": ("POST", "as"),
    "ruling_confirm": ("POST", "s"),
    "ruling_send_back": ("POST", "s"),
    "figures": ("GET", "su"),
    "figures_file": ("GET", "su"),
    "retry_term": ("POST", "so"),
    "send_webhook_again": ("POST", "o"),
    "ping_webhook": ("POST", "o"),
    "send_webhooks_again": ("POST", "o"),
    "rotate_webhook": ("POST", "o"),
    "switch_webhook": ("POST", "o"),
    "accounts": ("GET", "so"),
    "unlock_account": ("POST", "so"),
    "reset_second_factor": ("POST", "so"),
    "keys": ("GET", "o"),
    "make_key": ("POST", "o"),
    "succeed_key": ("POST", "o"),
    "revoke_key": ("POST", "o"),
    "second_factor": ("GET", "asuo"),
    "second_factor_set_up": ("POST", "asuo"),
    "recovery_codes": ("POST", "asuo"),
}
#: The door itself: for whoever has given the password (test_sign_in.py).
DOOR = {"login", "sign_in_code", "sign_in_set_up"}
#: Django's own pages, which all four roles read; they change one's own password or session, and nothing else.
DJANGOS = {"index", "search", "jsi18n", "password_change", "password_change_done", "app_list"}
NOT_TRIED = {"logout", "autocomplete", "view_on_site"}  # ends the session; are asked by forms there are none of
NOWHERE = "00000000-0000-4000-8000-000000000000"
GIVEN = {
    "number": "2026-999999-99",
    "pk": 999_999,
    "interest_id": 999_999,
    "version": 999_999,
    "exhibit_id": NOWHERE,
    "which": "page-1",
    "name": "cases",
    "code": "none",
}


def addresses():
    """Every named page of the site with an address of it; about what is not there, so that no act is done."""
    found = {}
    for pattern in site.get_urls():
        name = getattr(pattern, "name", None)
        if name and name not in NOT_TRIED:
            asked = pattern.pattern.converters
            given = {key: NOWHERE if isinstance(kind, UUIDConverter) else GIVEN[key] for key, kind in asked.items()}
            if name == "app_list":
                given = {"app_label": "adjudication"}
            found[name] = reverse(f"admin:{name}", kwargs=given)
    return found


def test_the_table_names_every_page_there_is():
    assert set(addresses()) == set(WHO_MAY) | DOOR | DJANGOS


@pytest.mark.parametrize("letter", ROLES)
def test_each_role_opens_its_own_pages_and_no_others(signed_in, letter):
    client, where = signed_in(ROLES[letter]), addresses()
    before = walk.snapshot()
    found = {}
    for name in WHO_MAY:
        for verb in ("GET", "POST"):
            answer = client.generic(verb, where[name], content_type="application/x-www-form-urlencoded")
            found[name, verb] = {403: "denied", 405: "not like this"}.get(answer.status_code, "in")
    expected = {
        (name, asked): "not like this" if asked != verb else "in" if letter in who else "denied"
        for name, (verb, who) in WHO_MAY.items()
        for asked in ("GET", "POST")
    }
    assert found == expected
    for name in DJANGOS:
        assert client.get(where[name]).status_code == 200, name
    assert walk.snapshot() == before


@pytest.mark.parametrize("who", ["a stranger", "somebody without a role", "somebody who has left"])
def test_nobody_else_opens_any(staff, who):
    client = Client()
    if who != "a stranger":
        user = User.objects.create(username="stray", is_staff=True)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if who == "somebody who has left":
            user.groups.add(walk.group("supervisor"))
            User.objects.update(is_active=False)
    for name, address in addresses().items():
        if name in DOOR:
            continue
        for verb in ("GET", "POST"):
            answer = client.generic(verb, address, content_type="application/x-www-form-urlencoded")
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/"), name
