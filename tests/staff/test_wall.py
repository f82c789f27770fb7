"""The wall as those see it who decide: the same as the parties', and two exhibits side by side."""

import re

import pytest
from django.urls import reverse

from adjudication import docket
from adjudication.management.bench import meter
from adjudication.procedure import appeal, extend, negotiate, respond
from tests import walk, wall_filled
from tests.evidence import drawn
from tests.pages.conftest import signed_in as party_signed_in

#: In all: what every staff page asks, for who reads it and for its alarms, counts.
MOST_QUERIES = 12


def hearing(case):
    return reverse("admin:hearing", args=[case.number])


def words_of_wall(text):
    """The wall's words, without what only those who decide are offered, and who filed an exhibit."""
    wall = text[text.index('<div class="wall-sides">') : text.index("<dialog")]
    theirs = r'<details class="more-time">.*?</details>|<label class="exhibit-pick">.*?</label>'
    own = r'<span class="wall-chip">you</span>|<a [^>]*receipt\.txt.*?</a>'
    wall = re.sub(rf"(?s){theirs}|{own}", "", wall)
    return " ".join(re.sub(r"<[^>]*>", " ", wall).split())


def test_whoever_decides_sees_what_the_parties_see(signed_in):
    case = walk.in_evidence()
    wall_filled.with_file(case, walk.buyer_of(case), drawn.photo(6), "The crack")
    wall_filled.with_file(case, walk.seller_of(case), drawn.pdf(2), "The delivery")
    theirs = words_of_wall(party_signed_in(case.buyer).get(f"/cases/{case.number}/").text)
    assert words_of_wall(signed_in("arbitrator").get(hearing(case)).content.decode()) == theirs


def test_two_exhibits_are_shown_side_by_side(signed_in):
    case = walk.in_evidence()
    photo = wall_filled.with_file(case, walk.buyer_of(case), drawn.photo(), "The crack")
    text = signed_in("arbitrator").get(hearing(case), {"compare": ["S1", photo.label]}).content.decode()
    pair = text[text.index('<section class="comparison"') : text.index("Close the comparison")]
    assert re.findall(r'href="#exhibit-(\w+)"', pair) == ["S1", photo.label]
    assert f"/admin/exhibits/{photo.pk}/1.jpg" in pair


@pytest.mark.parametrize("labels", [["S1"], ["S1", "B9"], ["S1", "S1"], ["S1", "B2", "B3"], ["<script>"]])
def test_a_comparison_of_anything_but_two_on_file_is_refused_in_words(labels, signed_in):
    case = walk.in_evidence()
    for _ in range(2):
        walk.filed(case, walk.buyer_of(case))
    text = signed_in("arbitrator").get(hearing(case), {"compare": labels}).content.decode()
    assert "tick exactly two that are on file" in text
    assert '<section class="comparison"' not in text


def test_the_parties_are_not_offered_the_comparison():
    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case))
    text = party_signed_in(case.buyer).get(f"/cases/{case.number}/", {"compare": ["S1", "B2"]}).text
    assert 'name="compare"' not in text
    assert "comparison" not in text


@pytest.mark.parametrize("role", ["arbitrator", "supervisor", "auditor"])
def test_the_hearing_asks_as_much_with_one_exhibit_as_with_forty_and_three_hundred_events(role, signed_in):
    case, client = walk.in_evidence(), signed_in(role)
    few = _statements(client, case)
    case = wall_filled.fill(case, exhibits=40, events=300)
    assert (case.exhibits_count, case.version) == (40, 300)
    assert _statements(client, case) == few <= MOST_QUERIES


def test_whatever_there_is_in_a_case_the_hearing_asks_no_more(signed_in):
    """A second case over the order, on appeal, with questions, corrections, an extension, an offer and a note."""
    case, client = full_case(), signed_in("supervisor")
    assert _statements(client, case) <= _statements(client, walk.in_evidence()) <= MOST_QUERIES


def full_case():
    first = walk.requested()
    with docket.take(first.number) as (taken, at):
        respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    case = walk.requested(first.order)
    with docket.take(case.number) as (taken, at):
        negotiate.make_offer(taken, by=walk.buyer_of(taken), remedy="refund", amount_minor=5, at=at)
        negotiate.make_offer(taken, by=walk.seller_of(taken), remedy="refund", amount_minor=4, at=at)
    case, _ruling = walk.ruled(walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(case)))))
    with docket.take(case.number) as (taken, at):
        appeal.appeal(taken, by=walk.seller_of(taken), grounds="It was whole.", error="fact", at=at)
    supervisor = walk.arbitrator("another", walk.Role.SUPERVISOR)
    case = walk.in_evidence(case, supervisor)
    walk.asked(case, by=supervisor, is_challenge=True)
    walk.corrected(case, case.papers.exhibits[-1], "photo", supervisor)
    with docket.take(case.number) as (taken, at):
        extend.extend(taken, by=supervisor, by_length=walk.HOUR, reason="A holiday.", at=at)
    return walk.look(case)


def _statements(client, case):
    client.get(hearing(case))
    return meter.statements(lambda: client.get(hearing(case))).work
