"""Policy versions: read from TOML, checked whole, immutable; each case keeps the one it opened under."""

import tomllib
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from adjudication import clock
from adjudication.errors import Malformed
from adjudication.policy import versions
from adjudication.policy.models import PolicyVersion
from tests import walk

pytestmark = pytest.mark.django_db

BAD = [
    ("not = [toml", "not TOML"),
    ("[terms_second]\nseller_answers = 5", "did you mean “terms_seconds”"),
    ("[terms_seconds]\nseler_answers = 5", "did you mean “seller_answers”"),
    ("[terms_seconds]\nseller_answers = '5'", "a whole number"),
    ("[terms_seconds]\nseller_answers = true", "a whole number"),
    ("[terms_seconds]\nseller_answers = 0", "between 1 and"),
    ("[terms_seconds]\nseller_answers = 99999999999", "between 1 and"),
    ("[terms_seconds]\nruling = 1000", "arbitrator_assigned < evidence < ruling"),
    ("[on_silence]\nseller = 'shrug'", "accept, intervene"),
    ("[fees]\nseller_basis_points = 10001", "between 0 and 10000"),
    ("[limits_minor]\nsecond_person_above = { XYZ = 5 }", "ISO 4217"),
    ("[jury]\nmajority = 8", "more than half"),
    ("[publication]\ncountry = 'Atlantis'", "ISO 3166"),
    ("[publication]\nleast_working_days = 16", "no more than working_days"),
    ("[reasons.quality]\nremedies = ['release']", "must name remedies"),
    ("[reasons.quality]\nburden = 'nobody'", "buyer, seller"),
]


@pytest.mark.parametrize(("source", "told"), BAD)
def test_a_policy_that_makes_no_sense_is_refused_and_nothing_is_loaded(source, told):
    with pytest.raises(Malformed, match=told):
        versions.load(source)
    assert PolicyVersion.objects.count() == 1


def test_a_file_names_only_what_differs_from_version_1():
    policy, is_new = versions.load("[terms_seconds]\nseller_answers = 60\n[limits_minor]\njury_up_to = { JPY = 30000 }")
    assert (policy.version, is_new) == (2, True)
    assert policy.terms["seller_answers"] == timedelta(seconds=60)
    assert policy.terms["appeal"] == timedelta(hours=72)
    assert policy.limit_minor("jury_up_to", "JPY") == 30_000
    assert policy.limit_minor("jury_up_to", "CNY") == 200_000
    assert policy.limit_minor("jury_up_to", "EUR") == 200_000


def test_loading_the_policy_in_force_again_adds_nothing():
    assert versions.load("[fees]\nseller_basis_points = 5")[1]
    assert not versions.load("# the same\n[fees]\nseller_basis_points = 5")[1]


def test_a_case_keeps_the_policy_it_opened_under():
    with clock.simulated(walk.START):
        case = walk.requested()
        versions.load("[terms_seconds]\nbuyer_intervenes = 60")
        rejected = walk.rejected(case)
    assert rejected.policy_version_id == 1
    assert rejected.papers.deadline.due_at == walk.START + 72 * walk.HOUR


def test_what_show_prints_can_be_loaded_again(capsys):
    call_command("policy", "show")
    printed = capsys.readouterr().out
    assert tomllib.loads(printed) == dict(versions.current().tables)
    assert versions.load(printed)[1] is False


def test_the_command_loads_and_lists(tmp_path, capsys):
    file = tmp_path / "short.toml"
    file.write_text("[terms_seconds]\nseller_answers = 60\n")
    call_command("policy", "load", str(file))
    call_command("policy", "list")
    told = capsys.readouterr().out
    assert "policy version 2 loaded" in told
    assert told.count("loaded 20") == 2


def test_the_command_says_what_is_wrong_with_a_file(tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_text("[terms]\nseller_answers = 60\n")
    with pytest.raises(CommandError, match="no policy has this key"):
        call_command("policy", "load", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("policy", "load", str(tmp_path / "none.toml"))
