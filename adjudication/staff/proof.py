"""What proves a case, as staff see it: both sides' checklists, and the lists of exhibits as they were frozen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.evidence.checklists import checklists
from adjudication.policy import versions
from adjudication.reports import manifests
from adjudication.staff.doors import READERS, door

#: In its first hearing nothing is frozen before.
PAST_EVIDENCE = frozenset({State.RULING, State.RULED, State.RETURNING, State.CLOSED})


def proof_of(case: Case) -> dict[str, Any]:
    """For the page of the case; drafts are in none of it, for they are their side's alone."""
    burden = versions.get(case.policy_version_id).reasons[case.reason].burden
    return {
        "checklists": [(side, side == burden, items) for side, items in checklists(case).items()],
        "manifests": manifests.of_case(case.pk) if case.instance > 1 or case.state in PAST_EVIDENCE else [],
    }


@door("GET", open_to=READERS)
def manifest(request: HttpRequest, *, number: str, which: str) -> HttpResponseBase:
    """A list of exhibits as it was frozen, to be checked against the journal; the sides get the same."""
    case, _at = docket.look(number)
    found = manifests.frozen(case.pk, number, which)
    answer = JsonResponse(manifests.as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{number}-{found.name}.json"'
    return answer
