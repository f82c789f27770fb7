"""The wall of exhibits on the party's page: what each exhibit says of itself, and what one is shown at once."""

import re

import pytest

from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.management.bench import meter
from tests import walk, wall_filled
from tests.evidence import drawn

MOST_QUERIES = 12
SCRIPT = "<script>alert(1)</script>"
Kind = Exhibit.Kind


def exhibit_part(text, label):
    return re.search(rf'<article class="exhibit[^>]*id="exhibit-{label}".*?</article>', text, re.S).group()


def page_of(case):
    return f"/cases/{case.number}/"


def test_a_correction_and_what_it_corrects_lead_to_each_other(buyer):
    case = walk.in_evidence()
    first = walk.filed(case, walk.buyer_of(case))
    given = ExhibitGiven(Kind.DOCUMENT, "The right one", "See.", replaces=first.pk)
    second = walk.filed(case, walk.buyer_of(case), given)
    text = buyer(case).get(page_of(case)).text
    assert f'Corrected by <a href="#exhibit-{second.label}">' in exhibit_part(text, first.label)
    assert f'Corrects <a href="#exhibit-{first.label}">' in exhibit_part(text, second.label)


def test_both_sides_see_the_same_wall_with_the_buyer_first(buyer, seller):
    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case), walk.an_exhibit("The crack"))
    wall_filled.frozen(case, Kind.PLATFORM_CHAT, "#1 buyer 2026-03-02T09:00:00Z\n  Hello.")
    for client in (buyer(case), seller(case)):
        text = client.get(page_of(case)).text
        assert re.findall(r'data-side="(\w+)"', text) == ["platform", "buyer", "seller"]
        assert re.findall(r'data-label="(\w+)"', text) == ["P3", "B2", "S1"]


def test_of_a_document_the_first_page_is_shown_and_the_others_are_fetched_when_asked_for(seller):
    case = walk.in_evidence()
    filed = wall_filled.with_file(case, walk.seller_of(case), drawn.pdf(3), "Delivery", Kind.CARRIER_RECORD)
    part = exhibit_part(seller(case).get(page_of(case)).text, filed.label)
    pictures = re.findall(r"<img [^>]*>", part)
    assert len(pictures) == 1 + 3
    assert all('loading="lazy"' in picture and re.search(r'width="\d+" height="\d+"', picture) for picture in pictures)
    assert "/thumbnail.jpg" in pictures[0]
    assert part.index("<details") < part.index("/1.jpg", part.index("<details"))
    assert "page 2 of 3" in part
    assert filed.sha256 in part
    assert f"{filed.sha256[:8]}…{filed.sha256[60:]}" in part


def test_a_film_is_said_to_be_one_with_its_size_and_is_only_downloaded(seller):
    case = walk.in_evidence()
    filed = wall_filled.with_file(case, walk.buyer_of(case), drawn.film(), "Unboxing", Kind.VIDEO)
    part = exhibit_part(seller(case).get(page_of(case)).text, filed.label)
    assert "Film, MP4, 4.0" in part
    assert "<video" not in part
    assert "download>" in part


def test_what_the_platform_froze_is_told_as_messages_and_as_a_table_and_never_run(buyer):
    case = walk.in_evidence()
    said = f"#1 buyer 2026-03-02T09:00:00Z\n  {SCRIPT}\n\n#2 seller 2026-03-02T09:01:00Z\n  {SCRIPT}"
    chat = wall_filled.frozen(case, Kind.PLATFORM_CHAT, said)
    listing = wall_filled.frozen(case, Kind.LISTING_SNAPSHOT, f"title: {SCRIPT}\n{SCRIPT}: x")
    other = wall_filled.frozen(case, Kind.PLATFORM_CHAT, f"They talked.\n{SCRIPT}")
    text = buyer(case).get(page_of(case)).text
    assert SCRIPT not in text
    assert exhibit_part(text, chat.label).count("chat-message") == 2
    assert exhibit_part(text, listing.label).count("<tr>") == 2
    assert '<pre class="exhibit-verbatim"' in exhibit_part(text, other.label)


def test_a_sides_own_words_are_not_dressed_as_the_platforms_chat(buyer):
    case = walk.in_evidence()
    given = ExhibitGiven(Kind.PLATFORM_CHAT, "Chat", "#1 seller 2026-03-02T09:00:00Z\n  I admit it.")
    filed = walk.filed(case, walk.buyer_of(case), given)
    assert "chat-message" not in exhibit_part(buyer(case).get(page_of(case)).text, filed.label)


def test_the_hearings_of_an_appealed_case_stand_apart(buyer):
    from adjudication import docket
    from adjudication.procedure import appeal

    case, _ruling = walk.ruled()
    assert "wall-hearing" not in buyer(case).get(page_of(case)).text
    with docket.take(case.number) as (taken, at):
        by = walk.seller_of(taken)
        appeal.appeal(taken, by=by, grounds="It is wrong.", error=None, exhibits=[walk.an_exhibit("New")], at=at)
    text = buyer(case).get(page_of(case)).text
    assert re.findall(r'wall-hearing"><span>(Hearing \d)', text) == ["Hearing 1", "Hearing 1", "Hearing 2"]


@pytest.mark.parametrize("shown", ["all", "buyer", "seller", "platform"])
def test_without_scripts_a_link_shows_one_side(shown, buyer):
    case = walk.in_evidence()
    text = buyer(case).get(page_of(case), {"show": shown}).text
    assert f'data-shown="{shown}"' in text
    if shown != "platform":  # it filed nothing, so nothing leads there
        assert re.search(rf'data-show="{shown}" aria-current="true"', text)


def test_the_exhibits_of_no_side_cannot_be_asked_for(buyer):
    case = walk.in_evidence()
    before = walk.snapshot()
    answer = buyer(case).get(page_of(case), {"show": "jury"})
    assert answer.status_code == 400
    assert "Show what one side filed, or all." in answer.text
    assert walk.snapshot() == before


def test_the_page_shows_the_latest_events_and_folds_the_earlier_ones_away(buyer):
    case = wall_filled.fill(walk.in_evidence(), exhibits=1, events=60)
    text = buyer(case).get(page_of(case)).text
    latest, _fold, earlier = text[text.index('id="timeline"') :].partition('<details class="earlier">')
    assert latest.count("<li") == 12
    assert earlier.count("<li") == case.version - 12


def test_the_page_asks_as_much_with_one_exhibit_as_with_forty_and_three_hundred_events(buyer, seller):
    case = walk.in_evidence()
    clients = (buyer(case), seller(case))
    few = [_statements(client, case) for client in clients]
    case = wall_filled.fill(case, exhibits=40, events=300)
    assert (case.exhibits_count, case.version) == (40, 300)
    assert [_statements(client, case) for client in clients] == few
    # The simulated clock of the tests saves the one query for the time.
    assert max(few) + 1 <= MOST_QUERIES


def _statements(client, case):
    client.get(page_of(case))
    return meter.statements(lambda: client.get(page_of(case))).work
