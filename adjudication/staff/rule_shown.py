"""The rule that would apply, and why: which policy, who must prove, what each answer would lead to."""

from __future__ import annotations

from typing import Any

from adjudication.cases.models import Case
from adjudication.money import Amount, format_amount
from adjudication.parties import Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import rule
from adjudication.reports.wording import rule_words
from adjudication.rulings.models import Winner
from adjudication.rulings.prospects import USABLE_PERCENTS, defaults_judged, splits


def rule_shown(case: Case) -> dict[str, Any]:
    """Everything the panel tells of the rule, from the tables that will decide."""
    policy = versions.get(case.policy_version_id)
    reason = policy.reasons[case.reason]
    return {
        "version": policy.version,
        "code": case.reason,
        "name": case.get_reason_display(),
        "burden": Role(reason.burden).label,
        "return_shipping": Role(reason.return_shipping).label if reason.return_shipping in Role.values else "",
        "defaults": [(rule_words(judged.default.rule), judged) for judged in defaults_judged(case)],
        "winners": [
            (
                winner.label,
                [Remedy(remedy).label for remedy in rule.remedies_for(case, winner)],
                Amount(case.amount_minor if winner == Winner.BUYER else 0, case.currency),
                Amount(case.amount_minor if winner == Winner.SELLER else 0, case.currency),
            )
            for winner in (Winner.BUYER, Winner.SELLER)
        ],
        "usable": USABLE_PERCENTS,
        "splits": [
            (fault.label, [format_amount(each.buyer_minor, case.currency) if each else "" for each in awards])
            for fault, awards in splits(case.amount_minor)
        ],
        "needs_second_person": rule.needs_second_person(case),
    }
