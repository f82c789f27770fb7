"""Staff read what will be published and word it; whoever only reads does not."""

from django.urls import reverse

from adjudication.rulings.publications import Publication
from tests import walk
from tests.register.final import final, published


def test_what_waits_is_listed_with_the_words_that_will_be_read(signed_in):
    publication = final(reasons="Lin is right: the photograph shows a crack, and the packing photo shows none of it.")
    page = signed_in("auditor").get(reverse("admin:publications"))
    assert [row["entry"].pk for row in page.context["rows"]] == [publication.pk]
    assert "[buyer]" in page.text
    shown = signed_in("auditor").get(reverse("admin:publication", args=[publication.pk]))
    assert "Lin is right" in shown.text
    assert "<textarea" not in shown.text


def test_an_arbitrator_keeps_other_words(signed_in):
    publication = final()
    client = signed_in("arbitrator")
    assert "<textarea" in client.get(reverse("admin:publication", args=[publication.pk])).text
    address = reverse("admin:reword_publication", args=[publication.pk])
    page = client.post(address, {"words": "Lin had a <b>crack</b>."}, follow=True)
    assert "left out of them once more" in page.text
    assert "had a &lt;b&gt;crack" in page.text
    kept = Publication.objects.get()
    assert (kept.words, kept.edited_by.username) == ("[buyer] had a <b>crack</b>.", "arbitrator")


def test_a_refusal_changes_nothing_and_loses_nothing(signed_in):
    publication = published()
    address = reverse("admin:reword_publication", args=[publication.pk])
    before, known = walk.snapshot(), Publication.objects.values().get()
    assert signed_in("arbitrator").post(address, {"words": " "}).status_code == 422
    for role in ("auditor", "operator"):
        assert signed_in(role).post(address, {"words": "Other words."}).status_code == 403
    assert signed_in("supervisor").get(address).status_code == 405
    assert (
        signed_in("supervisor").post(reverse("admin:reword_publication", args=[999]), {"words": "x"}).status_code == 404
    )
    assert walk.snapshot() == before
    assert Publication.objects.values().get() == known


def test_any_number_is_found(signed_in):
    publication = published()
    client = signed_in("supervisor")
    assert client.get(reverse("admin:publications"), {"number": publication.pk}).status_code == 302
    for number in ("999", "x", "9" * 40):
        assert client.get(reverse("admin:publications"), {"number": number}).status_code == 404
