"""A side keeps, changes, files and deletes drafts on its page; what proves its side and its receipts are there."""

import hashlib
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from adjudication import clock
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit, Viewing
from adjudication.management.demo import drawings
from adjudication.orders.register import BuyerGiven, ShopGiven
from adjudication.procedure import acts
from tests import walk
from tests.pages.conftest import signed_in
from tests.pages.test_case_page import MOST_QUERIES, _queries


@pytest.fixture(autouse=True)
def _evidence(tmp_path, settings):
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "evidence": where}


def page_of(case):
    return f"/cases/{case.number}/"


def photo():
    return SimpleUploadedFile("a crack.png", drawings.cup(), content_type="image/png")


def keep(client, case, **fields):
    """Press the button that keeps what the form says as a draft."""
    given = {"kind": "photo", "title": "The crack", "draft": "yes", **fields}
    answer = client.post(f"{page_of(case)}file_exhibit/", given)
    assert answer.status_code == 302, answer.text
    return Draft.objects.order_by("-kept_at", "-pk").first()


def named(draft):
    return {"draft": draft.pk, "seen": draft.version}


def an_auditor():
    """A member of staff who reads everything."""
    user = walk.User.objects.create(username="auditor", is_staff=True)
    user.groups.add(walk.group("auditor"))
    return user


def words_of(text):
    """What is read of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")]).split())


def test_a_draft_is_kept_with_its_file_and_says_that_it_files_itself(buyer):
    case = walk.in_evidence()
    client = buyer(case)
    draft = keep(client, case, file=photo(), facts=["defect_shown"])
    assert draft.sha256 == hashlib.sha256(drawings.cup()).hexdigest()
    text = client.get(page_of(case)).text
    shown = text[text.index(f'id="draft-{draft.pk}"') :]
    assert "The crack" in shown
    assert "When evidence closes, or you rest, drafts count as filed by themselves." in text
    original = client.get(f"{page_of(case)}exhibits/{draft.pk}/file")
    assert b"".join(original) == drawings.cup()
    assert "attachment" in original["Content-Disposition"]
    assert client.get(f"{page_of(case)}exhibits/{draft.pk}/thumbnail.jpg")["Content-Type"] == "image/jpeg"
    assert not Viewing.objects.exists()


def test_nobody_else_sees_anything_of_it(buyer, seller, client):
    case = walk.in_evidence()
    others = (
        seller(case),
        signed_in(
            walk.register(
                walk.given_order(
                    buyer=BuyerGiven(id="b-2", name="Wu"), shop=ShopGiven(id="s-2", name="Other", category="home")
                )
            ).buyer
        ),
    )
    before = others[0].get(page_of(case)).text
    draft = keep(buyer(case), case, file=photo())
    after = others[0].get(page_of(case)).text
    assert words_of(after) == words_of(before)
    for other in others:
        for address in ("file", "thumbnail.jpg", "1.jpg"):
            assert other.get(f"{page_of(case)}exhibits/{draft.pk}/{address}").status_code == 404
    client.force_login(an_auditor(), backend="django.contrib.auth.backends.ModelBackend")
    assert str(draft.pk) not in client.get(f"/admin/cases/{case.number}/hearing/").text
    assert client.get(f"/admin/exhibits/{draft.pk}/file/").status_code == 404


def test_a_draft_is_changed_and_its_file_stays_until_another_comes_or_it_is_taken_away(buyer):
    case = walk.in_evidence()
    client = buyer(case)
    draft = keep(client, case, file=photo())
    change = f"{page_of(case)}change_draft/"
    said = {"kind": "photo", "title": "Better", "text": "From the rim."}
    assert client.post(change, {**said, **named(draft), "facts": ["defect_shown"]}).status_code == 302
    changed = Draft.objects.get()
    assert (changed.title, changed.facts, changed.file_name) == ("Better", ["defect_shown"], draft.file_name)
    assert client.post(change, {**said, **named(changed), "remove_file": "on"}).status_code == 302
    assert Draft.objects.get().file_name == ""


def test_a_change_that_saw_an_older_version_is_refused_and_what_was_typed_is_kept(buyer):
    case = walk.in_evidence()
    client = buyer(case)
    draft = keep(client, case, text="Mine")
    said = {"kind": "photo", "title": "Typed in the other window", "text": "Mine", **named(draft)}
    assert client.post(f"{page_of(case)}change_draft/", said).status_code == 302
    before = walk.snapshot()
    late = client.post(f"{page_of(case)}change_draft/", {**said, "title": "Typed here"})
    assert late.status_code == 409
    assert "Typed here" in late.text
    assert walk.snapshot() == before
    assert client.post(f"{page_of(case)}file_draft/", named(Draft.objects.get())).status_code == 302
    gone = client.post(f"{page_of(case)}change_draft/", {**said, "title": "Typed too late"})
    assert gone.status_code == 409
    assert "Typed too late" in gone.text


def test_a_change_that_comes_after_the_term_is_refused_and_what_was_typed_is_kept(buyer):
    case = walk.in_evidence()
    client = buyer(case)
    draft = keep(client, case, text="Mine")
    before, kept = walk.snapshot(), list(Draft.objects.values())
    with clock.simulated(case.papers.deadline.due_at):
        late = client.post(
            f"{page_of(case)}change_draft/", {"kind": "photo", "title": "Typed too late", **named(draft)}
        )
    assert late.status_code == 409
    assert "Typed too late" in late.text
    assert (walk.snapshot(), list(Draft.objects.values())) == (before, kept)


def test_a_draft_is_filed_now_and_its_receipt_can_be_kept(buyer, seller):
    case = walk.in_evidence()
    client = buyer(case)
    draft = keep(client, case, file=photo())
    answer = client.post(f"{page_of(case)}file_draft/", named(draft), follow=True)
    assert "Its receipt stands beside it." in answer.text
    filed = Exhibit.objects.get(pk=draft.pk)
    address = f"{page_of(case)}exhibits/{filed.pk}/receipt.txt"
    assert address in answer.text
    receipt = client.get(address)
    assert "attachment" in receipt["Content-Disposition"]
    assert hashlib.sha256(drawings.cup()).hexdigest() in receipt.text
    assert f"{filed.filed_at:%Y-%m-%d %H:%M:%S}" in receipt.text
    assert address not in seller(case).get(page_of(case)).text
    assert seller(case).get(address).status_code == 404


def test_a_draft_is_deleted(buyer):
    case = walk.in_evidence()
    client = buyer(case)
    draft = keep(client, case, text="Words")
    assert client.post(f"{page_of(case)}drop_draft/", named(draft)).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize("act", ["change_draft", "file_draft", "drop_draft"])
def test_another_sides_draft_is_not_touched(buyer, seller, act):
    case = walk.in_evidence()
    theirs = keep(seller(case), case, text="Mine alone")
    keep(buyer(case), case, text="Mine")
    before, kept = walk.snapshot(), list(Draft.objects.values())
    given = {"kind": "photo", "title": "Not mine", **named(theirs)}
    assert buyer(case).post(f"{page_of(case)}{act}/", given).status_code == 404
    assert (walk.snapshot(), list(Draft.objects.values())) == (before, kept)


def test_what_is_offered_beside_a_draft_is_what_is_allowed(buyer):
    cases = [walk.in_evidence(), walk.requested()]
    for case in cases:
        client = buyer(case)
        keep(client, case, text="Words")
        text = client.get(page_of(case)).text
        shown, at = walk.look(case), clock.now()
        allowed = {act.name for act in acts.allowed(shown, walk.buyer_of(case), at=at)}
        offered = {act.name for act in acts.ACTS if re.search(f'id="act-{act.name}(-[0-9a-f-]{{36}})?"', text)}
        assert offered == allowed


def test_when_the_term_ends_the_draft_stands_on_both_sides_pages(buyer, seller):
    case = walk.in_evidence()
    draft = keep(buyer(case), case, file=photo())
    walk.after_silence(case)
    filed = Exhibit.objects.get(pk=draft.pk)
    for client in (buyer(case), seller(case)):
        text = client.get(page_of(case)).text
        assert f'id="exhibit-{filed.label}"' in text
        assert f"exhibit {filed.label} counts as filed: The crack" in text
        assert 'id="drafts"' not in text


def test_after_a_ruling_a_draft_is_kept_for_the_appeal_which_files_it(seller):
    case, _ruling = walk.ruled()
    client = seller(case)
    answer = client.post(f"{page_of(case)}keep_draft/", {"kind": "document", "title": "Letter", "text": "It says so."})
    assert answer.status_code == 302
    text = client.get(page_of(case)).text
    assert "Drafts are filed with an appeal" in text
    assert 'id="act-file_draft' not in text
    draft = Draft.objects.get()
    said = {"grounds": "See my letter.", "error": "", "drafts": [str(draft.pk)]}
    assert client.post(f"{page_of(case)}appeal/", said).status_code == 302
    assert Exhibit.objects.get(pk=draft.pk).instance == 2


def test_the_winner_of_a_ruling_has_nothing_to_draft_for(buyer):
    case, _ruling = walk.ruled()
    assert 'id="act-keep_draft"' not in buyer(case).get(page_of(case)).text


def test_a_checklist_says_what_is_still_missing_and_only_of_ones_own_side(buyer, seller):
    case = walk.in_evidence(walk.intervened(walk.rejected(walk.requested(reason="quality"))))
    mine = buyer(case).get(page_of(case)).text
    assert "The defect itself, close up or in use" in mine
    assert "still missing" in mine
    assert "The burden of proof is yours" in mine
    theirs = seller(case).get(page_of(case)).text
    assert "The defect itself, close up or in use" not in theirs
    assert "What the goods looked like when they were packed" in theirs
    given = {"kind": "photo", "title": "The crack", "text": "Here.", "facts": ["defect_shown"]}
    assert buyer(case).post(f"{page_of(case)}file_exhibit/", given).status_code == 302
    text = buyer(case).get(page_of(case)).text
    item = text[text.index("The defect itself", text.index('id="checklist"')) :]
    assert "shown" in item[: item.index("</li>")]


def test_both_sides_and_staff_fetch_the_same_manifests(buyer, seller, client):
    case = walk.in_evidence()
    assert 'id="manifests"' not in buyer(case).get(page_of(case)).text
    case, _ruling = walk.ruled(walk.in_ruling(case))
    client.force_login(an_auditor(), backend="django.contrib.auth.backends.ModelBackend")
    for name in ("evidence-1", "ruling-1"):
        address = f"{page_of(case)}manifests/{name}.json"
        answers = [each.get(address) for each in (buyer(case), seller(case))]
        answers.append(client.get(f"/admin/cases/{case.number}/manifests/{name}.json"))
        assert address in buyer(case).get(page_of(case)).text
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        told = json.loads(answers[0].content)
        assert [entry["label"] for entry in told["exhibits"]] == [e.label for e in walk.look(case).papers.exhibits]
        chained = hashlib.sha256(bytes.fromhex(told["previous"]) + told["body"].encode()).hexdigest()
        assert chained == told["hash"]
    assert buyer(case).get(f"{page_of(case)}manifests/ruling-2.json").status_code == 404
    assert (
        f"/admin/cases/{case.number}/manifests/ruling-1.json" in client.get(f"/admin/cases/{case.number}/hearing/").text
    )


def test_drafts_cost_one_query_however_many(buyer):
    case = walk.in_evidence()
    client = buyer(case)
    none = _queries(client, case)
    for number in range(10):
        keep(client, case, title=f"Draft {number}", text="Words")
    assert _queries(client, case) <= min(none + 1, MOST_QUERIES)
