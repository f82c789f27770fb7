"""Whatever is sent to the staff's site by hand is refused with its reason, changes nothing, and leaves a line.

One table: what is sent, by whom, with which status and why; the sentence is looked for on the page.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from adjudication.cases.desks import Interest
from adjudication.credentials.models import Denial
from adjudication.evidence.models import Exhibit
from adjudication.staff.site import site
from tests import walk
from tests.staff.test_records import RECORDS, named, settled  # noqa: F401  # a fixture
from tests.staff.test_ruling import previewed, typed
from tests.staff.test_second_person import DEAR

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Scene:
    """A case that awaits its ruling by the arbitrator, another of somebody else, and what was previewed."""

    case: Any
    form: dict[str, Any]
    client: Client
    others: dict[str, Any] = field(default_factory=dict)

    def address(self, name: str, **more: Any) -> str:
        return reverse(f"admin:{name}", kwargs={"number": self.case.number, **more})


@pytest.fixture
def scene(signed_in):
    case = walk.in_ruling()
    client = signed_in("arbitrator")
    form = previewed(client, case, typed(case))
    return Scene(case, form, client)


@dataclass(frozen=True)
class Forged:
    """What is sent, and what comes of it."""

    name: str
    act: str
    send: Any
    status: int
    why: str
    says: str
    knows_case: bool = True


def by(role, name=""):
    def signed(scene, signed_in):
        return signed_in(role, name)

    return signed


def issue(change=lambda scene: {}, *, who=None):
    """The ruling's form, with what is changed, sent to be issued."""

    def send(scene, signed_in):
        client = who(scene, signed_in) if who else scene.client
        form = {**scene.form, **change(scene)}
        return client.post(scene.address("ruling_issue"), {k: v for k, v in form.items() if v is not None})

    return send


def reviewed(change):
    """As somebody would who forges the preview's digest too."""

    def send(scene, signed_in):
        form = {**scene.form, **change(scene)}
        shown = scene.client.post(scene.address("ruling_preview"), form)
        form["previewed"] = shown.context["previewed"] or scene.form["previewed"]
        return scene.client.post(scene.address("ruling_issue"), form)

    return send


def foreign_exhibit(scene):
    other = walk.in_evidence(walk.intervened(walk.rejected(walk.requested())))
    exhibit = walk.filed(other, walk.buyer_of(other))
    return {
        f"supports-{exhibit.pk}": "buyer",
        f"weight-{exhibit.pk}": "strong",
        f"note-{exhibit.pk}": "It is of another case.",
        f"cited-{exhibit.pk}": "1",
    }


def inadmissible(scene):
    exhibit = next(each for each in scene.case.papers.exhibits if each.by == "buyer")
    walk.corrected(scene.case, exhibit, Exhibit.Kind.OFF_PLATFORM_CHAT)
    return {"version": walk.look(scene.case).version, f"cited-{exhibit.pk}": "1"}


def own_conflict(scene, signed_in):
    user = User.objects.get(username="arbitrator")
    Interest.objects.create(
        user=user,
        party_id=scene.case.buyer_id,
        kind=Interest.Kind.RELATION,
        declared_by=user,
        declared_at=walk.START,
    )
    return scene.client.post(scene.address("ruling_issue"), scene.form)


def second_ruling(scene, signed_in):
    assert scene.client.post(scene.address("ruling_issue"), scene.form).status_code == 302
    form = {**scene.form, "version": walk.look(scene.case).version}
    return scene.client.post(scene.address("ruling_issue"), form)


def own_confirmation(scene, signed_in):
    order = walk.register(walk.given_order(**DEAR))
    walk.deliver(order)
    dear = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
    scene.case = dear
    form = previewed(scene.client, dear, typed(dear))
    assert scene.client.post(scene.address("ruling_issue"), form).status_code == 302
    User.objects.get(username="arbitrator").groups.set([walk.group("supervisor")])
    return scene.client.post(scene.address("ruling_confirm"), {"version": walk.look(dear).version})


def to_act(name, *, who, data=None, **more):
    def send(scene, signed_in):
        sent = {"version": scene.case.version} if data is None else data
        return who(scene, signed_in).post(scene.address(name, **more), sent)

    return send


def read(name):
    return lambda scene, signed_in: scene.client.get(scene.address(name))


def without_token(scene, signed_in):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="arbitrator"), backend=BACKEND)
    return client.post(scene.address("ruling_issue"), scene.form)


def unknown_case(scene, signed_in):
    return scene.client.post(reverse("admin:take_case", args=["2026-999999-99"]), {"version": "1"})


def give_to(name):
    def send(scene, signed_in):
        signed_in("auditor")
        form = {"version": scene.case.version, "arbitrator": name, "reason": "Take it."}
        return scene.client.post(scene.address("give_case"), form)

    return send


FORGED = [
    Forged("another's case", "ruling_issue", issue(who=by("arbitrator", "other")), 403, "no_standing", "arbitrator"),
    Forged("by who only reads", "ruling_issue", issue(who=by("auditor")), 403, "no_standing", "Your role may not"),
    Forged("by the operator", "ruling_issue", issue(who=by("operator")), 403, "no_standing", "Your role may not"),
    Forged("own conflict of interest", "ruling_issue", own_conflict, 403, "no_standing", "related"),
    Forged("second ruling", "ruling_issue", second_ruling, 403, "no_standing", ""),
    Forged("own proposal confirmed", "ruling_confirm", own_confirmation, 403, "no_standing", ""),
    Forged(
        *("confirmed by an arbitrator", "ruling_confirm", to_act("ruling_confirm", who=by("arbitrator"))),
        *(403, "no_standing", "Your role may not"),
    ),
    Forged(
        *("confirmed where nothing is proposed", "ruling_confirm", to_act("ruling_confirm", who=by("supervisor"))),
        *(409, "out_of_order", ""),
    ),
    Forged("finding for a foreign exhibit", "ruling_issue", issue(foreign_exhibit), 400, "invalid", "not of this case"),
    Forged("cites an inadmissible one", "ruling_issue", reviewed(inadmissible), 422, "inadmissible_citation", ""),
    Forged(
        *("awards more than is held", "ruling_issue"),
        issue(lambda scene: {"winner": "split", "answers-usable_percent": "-40", "answers-fault": "seller"}),
        *(400, "invalid", "whole number from 0 to 100"),
    ),
    Forged("another remedy", "ruling_issue", issue(lambda scene: {"remedy": "everything"}), 400, "invalid", "choose"),
    Forged("another rule", "ruling_issue", issue(lambda scene: {"rule": "because"}), 422, "unprocessable", ""),
    Forged("stale version", "ruling_issue", issue(lambda scene: {"version": scene.case.version - 1}), 409, "stale", ""),
    Forged("no version", "ruling_issue", issue(lambda scene: {"version": None}), 400, "invalid", "version"),
    Forged("no preview", "ruling_issue", issue(lambda scene: {"previewed": ""}), 400, "invalid", "preview"),
    Forged("no token", "ruling_issue", without_token, 403, "unauthenticated", ""),
    Forged("read instead of sent", "ruling_issue", read("ruling_issue"), 405, "method_not_allowed", "POST"),
    Forged("confirmation read", "ruling_confirm", read("ruling_confirm"), 405, "method_not_allowed", "POST"),
    Forged("case taken by reading", "take_case", read("take_case"), 405, "method_not_allowed", "POST"),
    Forged("taken by an auditor", "take_case", to_act("take_case", who=by("auditor")), 403, "no_standing", "Your role"),
    Forged("given to who only reads", "give_case", give_to("auditor"), 422, "unprocessable", "hears cases"),
    Forged("given to nobody", "give_case", give_to("nobody\0"), 422, "unprocessable", "hears cases"),
    Forged("unknown case", "take_case", unknown_case, 404, "not_found", "", knows_case=False),
    Forged(
        *("extended by an operator", "extend_term"),
        to_act("extend_term", who=by("operator"), data={"hours": "9", "reason": "x"}),
        *(403, "no_standing", "Your role"),
    ),
]


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: forged.name)
def test_what_is_forged_is_refused_with_its_reason_changes_nothing_and_is_written_down(scene, signed_in, forged):
    changed = []

    def unchanged_from_here(sender, **_more):
        changed.append(walk.snapshot())

    from django.core.signals import request_started

    request_started.connect(unchanged_from_here)  # the last request of all is the forged one
    try:
        answer = forged.send(scene, signed_in)
    finally:
        request_started.disconnect(unchanged_from_here)
    assert answer.status_code == forged.status
    assert forged.says in answer.text
    assert walk.snapshot() == changed[-1]
    line = Denial.objects.order_by("-pk").first()
    assert line.act.split()[1] == forged.act
    assert line.act.split()[0] == answer.wsgi_request.method
    assert line.why == forged.why
    assert line.case_number == (scene.case.number if forged.knows_case else "")
    assert line.user_id == int(answer.wsgi_request.session["_auth_user_id"])
    assert Denial.objects.count() == 1


@pytest.mark.parametrize("is_superuser", [False, True])
def test_no_record_is_added_changed_or_deleted_by_whatever_is_sent(settled, staff, is_superuser):  # noqa: F811
    user = staff("supervisor")
    user.groups.add(*Group.objects.all())
    User.objects.filter(pk=user.pk).update(is_superuser=is_superuser)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend=BACKEND)
    before, tries = walk.snapshot(), 0
    for model in RECORDS:
        row = model._default_manager.first()
        values = {each.name: "7" for each in model._meta.concrete_fields}
        inlines = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "1"}
        for address, content in (
            (named(model, "add"), values),
            (named(model, "add") + "?_popup=1&_to_field=id", values),
            (named(model, "change", row.pk), values),
            (named(model, "change", row.pk), {**values, "_saveasnew": "1"}),
            (named(model, "change", row.pk) + "?_popup=1", {**values, "_popup": "1", "_continue": "1"}),
            (named(model, "delete", row.pk), {"post": "yes"}),
            (named(model, "history", row.pk), values),
            (named(model, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}),
            (named(model, "changelist"), {**inlines, **values}),
        ):
            answer = client.post(address, content)
            assert answer.status_code == 403, address
            tries += 1
        for address in (named(model, "add"), named(model, "delete", row.pk)):
            assert client.get(address).status_code == 403, address
            tries += 1
        for trick in ("?_to_field=secret_hash", "?_to_field=password"):
            assert client.get(named(model, "change", row.pk) + trick).status_code == 400, model
            assert client.get(named(model, "changelist") + trick).status_code in (302, 400), model
    assert walk.snapshot() == before
    assert "read here and never changed" in client.post(named(RECORDS[0], "add")).text
    assert sum(Denial.objects.filter(why="no_standing").values_list("tries", flat=True)) == tries + 1


def test_every_record_of_the_site_is_among_those_tried():
    assert set(RECORDS) | {User} == set(site._registry)
