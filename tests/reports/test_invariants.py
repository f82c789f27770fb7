"""Each invariant, broken once, is named by the audit, with what necessarily follows from the breach and no other."""

import pytest

from adjudication.reports import audit
from tests.reports import breaches_matters, breaches_money, breaches_records

BREACHES = [*breaches_money.BREACHES, *breaches_matters.BREACHES, *breaches_records.BREACHES]


@pytest.mark.parametrize("breach", BREACHES, ids=[breach.invariant for breach in BREACHES])
def test_a_breach_is_named(healthy, breach):
    breach.commit()
    found = audit.run()
    assert found.could_not_check == []
    assert set(found.counts) == {breach.invariant, *breach.follows}
    assert all(violation.subject and violation.detail for violation in found.violations)
    assert (found.is_sound, found.exit_code) == (False, 1)


def test_every_invariant_is_broken_once():
    assert [breach.invariant for breach in BREACHES] == [invariant.name for invariant in audit.INVARIANTS]
