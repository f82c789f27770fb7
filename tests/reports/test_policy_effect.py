"""What another version would have changed is counted over the cases of a time, each against its own version."""

from datetime import timedelta

import pytest

from adjudication import clock
from adjudication.parties import Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.reports.policy_effect import effects, look
from adjudication.rulings.models import Winner
from tests import walk

DAY = timedelta(days=1)


def would_have(source, *, since=walk.START - DAY, until=walk.START + 30 * DAY):
    """Words and counts of a version with these changes."""
    other = versions.load(source)[0]
    return [(each.words, each.count) for each in effects(look(other, since=since, until=until))]


@pytest.fixture(autouse=True)
def _cases(db):
    """One accepted by silence; one refused after an hour and let rest; one refused likewise, ruled on and split."""
    with clock.simulated(walk.START):
        walk.requested(remedy=Remedy.RETURN_AND_REFUND)
        rests, ruled = walk.requested(), walk.requested()
    with clock.simulated(walk.START + walk.HOUR):
        walk.rejected(rests)
        heard = walk.in_evidence(walk.intervened(walk.rejected(ruled)))
        walk.filed(heard, walk.buyer_of(heard))
        split = walk.ruled(walk.in_ruling(heard), Winner.SPLIT)[0]
    walk.after_silence(split)


def test_terms_are_moved_each_by_itself():
    told = would_have("[terms_seconds]\nseller_answers = 3600\nappeal = 259201\n")
    assert told == [
        ("“the losing side may appeal” would have been due 1 s later", 1),
        ("“the losing side may appeal”: silence would have taken effect at another time", 1),
        ("“the seller answers the request” would have been due 71 h earlier", 3),
        ("“the seller answers the request”: what was done in time would have come too late", 2),
        ("“the seller answers the request”: silence would have taken effect at another time", 1),
    ]
    later = would_have("[terms_seconds]\nseller_answers = 3601\n")
    assert [count for _words, count in later] == [3, 1]  # within one second nobody would have been late


ACCEPTED = "the seller’s silence would not have been acceptance; the buyer would have had to call the platform in"
QUALITY = '[reasons.quality]\nremedies = ["refund"]\nburden = "seller"\nreturn_shipping = "buyer"'
EACH = [
    ('[on_silence]\nseller = "intervene"', [(ACCEPTED, 1)]),
    (
        QUALITY,
        [
            ("what was asked for could not have been asked for", 1),
            ("quality: the burden of proof would have lain on the other side", 3),
            ("quality: the way back would have been paid by another rule", 3),
        ],
    ),
    ("[limits_minor.second_person_above]\nCNY = 9999", [("a second person would have had to confirm the ruling", 1)]),
    ("[limits_minor.second_person_above]\nCNY = 10000", []),
    ("[fees]\nseller_basis_points = 500", [("fee in CNY: CN¥7.00 instead of CN¥0.00", 2)]),
    ("[texts]\nreasons_at_least = 1000", [("the ruling’s reasons would have been too short", 1)]),
    ("[evidence]\nexhibits_per_side = 1", [("a side filed more exhibits than it could have", 1)]),
    ("[publication]\nworking_days = 20", []),
]


@pytest.mark.parametrize(("source", "told"), EACH)
def test_each_rule_is_looked_at_by_itself(source, told):
    assert would_have(source) == told


def test_what_answers_an_inquiry_counts_towards_no_sides_exhibits():
    with clock.simulated(walk.START + 40 * DAY):
        case = walk.in_ruling()
        inquiry = walk.asked(case, Role.SELLER)
        walk.replied(case, walk.seller_of(case), inquiry, walk.an_exhibit("On the scales"))
    during = {"since": walk.START + 39 * DAY, "until": walk.START + 41 * DAY}
    assert would_have("[evidence]\nexhibits_per_side = 1", **during) == []


def test_only_cases_of_that_time_and_of_another_version_are_looked_at():
    source = "[texts]\nreasons_at_least = 1000"
    assert would_have(source, since=walk.START + walk.MICROSECOND) == []
    assert would_have(source, until=walk.START) == []
    other = versions.current()
    with clock.simulated(walk.START + 40 * DAY):
        walk.requested()
        looked = look(other, since=walk.START + 39 * DAY, until=walk.START + 41 * DAY)
    assert (looked.cases, looked.policies, effects(looked)) == (1, [], [])


def test_going_back_to_the_first_version_undoes_it():
    newer = '[on_silence]\nseller = "intervene"\n[limits_minor.second_person_above]\nCNY = 9999'
    versions.load(newer)
    with clock.simulated(walk.START + 40 * DAY):
        walk.ruled()
        silent = walk.requested()
    silent = walk.after_silence(silent)
    looked = look(versions.get(1), since=walk.START + 39 * DAY, until=walk.START + 41 * DAY)
    assert next((each.words, each.count, list(each.examples)) for each in effects(looked)) == (
        "the seller’s silence would have been acceptance",
        1,
        [silent.number],
    )
