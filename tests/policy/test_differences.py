"""Two versions differ in what differs, and every number of a policy has its words."""

import copy

import pytest

from adjudication.policy.differences import Difference, differences, leaves
from adjudication.policy.versions import VERSION_1
from adjudication.reports.policy_words import group_of, name_of, value_of


def test_what_differs_is_named_by_its_path_table_by_table():
    other = copy.deepcopy(VERSION_1)
    other["texts"]["reasons_at_least"] = 41
    other["limits_minor"]["jury_up_to"]["JPY"] = 5
    other["reasons"]["quality"]["remedies"] = ["refund"]
    other["terms_seconds"]["evidence"] = 1
    assert differences(VERSION_1, other) == [
        Difference("terms_seconds.evidence", 172_800, 1),
        Difference("limits_minor.jury_up_to.JPY", None, 5),
        Difference("texts.reasons_at_least", 40, 41),
        Difference("reasons.quality.remedies", VERSION_1["reasons"]["quality"]["remedies"], ["refund"]),
    ]
    assert differences(VERSION_1, VERSION_1) == []


def test_every_number_and_text_of_a_policy_has_its_words():
    for path, value in leaves(VERSION_1):
        assert name_of(path) != path, path
        assert group_of(path) != path.partition(".")[0], path
        assert value_of(path, value)


TOLD = [
    ("terms_seconds.evidence", 172_800, "48 h"),
    ("outages.tolerance_seconds", 900, "15 min"),
    ("reminders.seconds_left", 61, "61 s"),
    ("fees.seller_basis_points", 250, "2.5\u00a0%"),
    ("evidence.bytes_per_file", 10_485_760, "10\u00a0MB"),
    ("limits_minor.second_person_above.JPY", 5_000, "¥5,000"),
    ("limits_minor.second_person_above.default", 500_000, "500000 of its smallest units"),
    ("reasons.other.return_shipping", "fault", "whoever is at fault"),
    ("reasons.quality.remedies", ["refund", "resend"], "refund without return, send again"),
    ("on_silence.seller", "intervene", "the buyer may call the platform in"),
    ("publication.country", "CN", "CN"),
    ("jury.seats", None, "–"),
]


@pytest.mark.parametrize(("path", "value", "words"), TOLD)
def test_a_value_is_told_as_people_say_it(path, value, words):
    assert value_of(path, value) == words
