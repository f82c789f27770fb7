"""What proves a case, as staff see it: both sides' checklists, and the lists of exhibits as they were frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.evidence.checklists import checklists
from adjudication.policy import versions
from adjudication.reports import manifests
from adjudication.reports.hearing_room import Told
from adjudication.staff.doors import READERS, door

#: In its first hearing nothing is frozen before.
PAST_EVIDENCE = frozenset({State.RULING, State.RULED, State.RETURNING, State.CLOSED})


def proof_of(case: Case, told: Sequence[Told]) -> dict[str, Any]:
    """For the page of the case; drafts are in none of it, for they are their side's alone.

    Args:
        case: looked at, with its papers.
        told: its latest events, the newest first.

    """
    burden = versions.get(case.policy_version_id).reasons[case.reason].burden
    has_all, is_frozen = len(told) == case.version, case.instance > 1 or case.state in PAST_EVIDENCE
    known = manifests.named((event.kind, event.body, event.at) for event in reversed(told))
    return {
        "checklists": [(side, side == burden, items) for side, items in checklists(case).items()],
        "manifests": known if has_all or not is_frozen else manifests.of_case(case.pk),
    }


@door("GET", open_to=READERS)
def manifest(request: HttpRequest, *, number: str, which: str) -> HttpResponseBase:
    """A list of exhibits as it was frozen, to be checked against the journal; the sides get the same."""
    case, _at = docket.look(number)
    found = manifests.frozen(case.pk, number, which)
    answer = JsonResponse(manifests.as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{number}-{found.name}.json"'
    return answer
