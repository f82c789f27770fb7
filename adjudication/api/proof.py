"""What a case still lacks to be proven, and the lists of exhibits that were frozen while it was heard."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication.api import documented
from adjudication.api.doors import Door
from adjudication.api.fields import Answer, Form, Instant
from adjudication.credentials.models import Scope
from adjudication.evidence.checklists import Cover, Covered, checklist
from adjudication.evidence.models import Exhibit
from adjudication.parties import SIDES
from adjudication.policy import versions
from adjudication.policy.terms import Reason
from adjudication.reports import manifests


class ChecklistItemAnswer(Answer):
    """One fact to be shown."""

    fact = serializers.CharField(help_text=_("The code that an exhibit names in `facts`."))
    sentence = serializers.CharField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Exhibit.Kind.choices))
    cover = serializers.ChoiceField(choices=Cover.choices)
    exhibits = serializers.ListField(child=serializers.UUIDField(), help_text=_("Those that show it, or perhaps do."))
    is_on_record = serializers.BooleanField(help_text=_("The platform's own record of the parcels shows it."))


class SideChecklistAnswer(Answer):
    """What is asked of one side."""

    side = serializers.ChoiceField(choices=[(side.value, side.label) for side in SIDES])
    has_burden = serializers.BooleanField(help_text=_("The burden of proof is this side's."))
    items = ChecklistItemAnswer(many=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text=_("The facts that nothing shows yet."))


class ChecklistAnswer(Answer):
    """The checklists of a case that the caller may see."""

    reason = serializers.ChoiceField(choices=Reason.choices)
    sides = SideChecklistAnswer(many=True)


class ManifestEntryAnswer(Answer):
    """One exhibit, as it was on file."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    id = serializers.UUIDField()
    by = serializers.ChoiceField(choices=Exhibit.FiledBy.choices)
    kind = serializers.CharField()
    filed_at = Instant()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(help_text=_("Of the file; empty without one."))
    words_sha256 = serializers.CharField(help_text=_("Of the canonical JSON of [title, text], then facts if any."))


class ManifestAnswer(Answer):
    """The exhibits that were on file when evidence closed or a ruling was issued."""

    case = serializers.CharField()
    at = serializers.CharField(help_text="evidence-1, ruling-1, …")
    type = serializers.CharField()
    sequence = serializers.IntegerField(help_text=_("Of the event that froze it."))
    occurred_at = Instant()
    exhibits = ManifestEntryAnswer(many=True)
    previous = serializers.CharField(help_text=_("The hash of the event before it, in hex."))
    body = serializers.CharField(help_text=_("The event, as the very text that was hashed after `previous`."))
    hash = serializers.CharField(help_text=_("SHA-256 over `previous` and `body`, in hex."))


class ManifestQuery(Form):
    """Which one; the last one if not said."""

    at = serializers.RegexField(
        r"\A(evidence|ruling)-[0-9]{1,9}\Z", required=False, max_length=20, help_text="evidence-1, ruling-1, …"
    )


class ChecklistDoor(Door):
    """`cases/{number}/checklist`."""

    @documented.reading(
        "What proves this case, and what of it is still missing",
        ChecklistAnswer,
        tags=["evidence"],
        operation_id="read_checklist",
    )
    def get(self, request: Request, number: str) -> Response:
        """A side's own; the marketplace and staff see both."""
        case = self.case(number, Scope.EVIDENCE_READ)
        roles = {actor.role for actor in self.caller.actors(case)}
        sides = [side for side in SIDES if side in roles] or list(SIDES)
        burden = versions.get(case.policy_version_id).reasons[case.reason].burden
        return Response(
            {"reason": case.reason, "sides": [_side(side, burden == side, checklist(case, side)) for side in sides]}
        )


class ManifestDoor(Door):
    """`cases/{number}/manifest`."""

    @documented.reading(
        "The list of exhibits as it was frozen when evidence closed, or with a ruling",
        ManifestAnswer,
        query=ManifestQuery,
        tags=["evidence"],
        operation_id="read_manifest",
    )
    def get(self, request: Request, number: str) -> Response:
        """For the two sides, the marketplace and staff; it can be checked against the journal."""
        case = self.case(number, Scope.EVIDENCE_READ)
        asked = self.filters(ManifestQuery)
        return Response(manifests.as_json(manifests.frozen(case.pk, case.number, asked.get("at", ""))))


def _side(side: str, has_burden: bool, covered: list[Covered]) -> dict[str, Any]:
    return {
        "side": str(side),
        "has_burden": has_burden,
        "items": [
            {
                "fact": each.item.fact,
                "sentence": str(each.item.sentence),
                "kinds": sorted(str(kind) for kind in each.item.kinds),
                "cover": each.cover.value,
                "exhibits": [str(exhibit.pk) for exhibit in each.exhibits],
                "is_on_record": each.is_on_record,
            }
            for each in covered
        ],
        "missing": [each.item.fact for each in covered if each.cover == Cover.MISSING],
    }
