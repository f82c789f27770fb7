"""Rulings: the questions of fact, the award before it is issued, and the ruling itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented
from adjudication.api.answers.rulings import ProposalAnswer, QuestionAnswer, RulingAnswer
from adjudication.api.doors import Door
from adjudication.api.forms import NothingForm
from adjudication.api.forms.rulings import PreviewQuery, RulingForm, SendBackForm
from adjudication.api.idempotency import answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.cases.models import Case
from adjudication.cases.standing import Act
from adjudication.credentials.models import Scope
from adjudication.errors import NotFound, OutOfOrder
from adjudication.parties import Actor
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts, rule
from adjudication.procedure.rule import FindingGiven, RulingGiven
from adjudication.rulings.models import Finding, Proposal, Ruling, Winner
from adjudication.rulings.questions import ASKED


class RulingsDoor(Door):
    """`cases/{number}/rulings`."""

    @documented.listing(
        "List the rulings of a case, one an instance",
        RulingAnswer,
        query=PageQuery,
        name="RulingPage",
        tags=["rulings"],
        operation_id="list_rulings",
    )
    def get(self, request: Request, number: str) -> Response:
        """First instance first."""
        case = self.case(number, Scope.CASES_READ)
        rows = Ruling.objects.filter(case=case).select_related("decided_by").prefetch_related("findings")
        return page(
            request,
            rows,
            key=("instance",),
            asked=self.filters(PageQuery),
            answer=RulingAnswer.write_all,
        )

    @documented.changing(
        "Rule; or with ?preview=true compute the award and change nothing",
        {201: RulingAnswer, 200: RulingAnswer, 202: ProposalAnswer},
        form=RulingForm,
        has_version=True,
        parameters=[PreviewQuery],
        tags=["rulings"],
        operation_id="rule",
    )
    @answered_once
    def post(self, request: Request, number: str) -> Response:
        """By the arbitrator of the case."""
        looked, looked_at = docket.look(number)
        self.caller.candidates(acts.RULE, looked)
        self.caller.require_scope(Scope.RULINGS_WRITE)
        is_preview = self.filters(PreviewQuery)["preview"]
        given = _ruling_given(self.form(RulingForm))
        by = self.caller.acting(acts.RULE, looked, named=None)
        if is_preview:
            drafted, _award = rule.consider(looked, by=by, given=given, at=looked_at)
            return Response({**RulingAnswer.write(drafted), "id": None, "issued_at": None})
        with docket.take(number, version=self.version_seen()) as (case, at):
            ruling = rule.rule(case, by=by, given=given, at=at)
        if isinstance(ruling, Proposal):  # above the policy's limit: a second person confirms it first
            return Response(ProposalAnswer.write(ruling), status=202)
        return Response(RulingAnswer.write(ruling), status=201)


class ConfirmDoor(Door):
    """`cases/{number}/rulings/{id}/confirm`."""

    @documented.changing(
        "The second person agrees: the ruling is issued as it was proposed",
        RulingAnswer,
        form=NothingForm,
        has_version=True,
        tags=["rulings"],
        operation_id="confirm_ruling",
    )
    @answered_once
    def post(self, request: Request, number: str, proposal_id: UUID) -> Response:
        """By a supervisor who did not propose it."""
        by = _second_person(self, number, acts.CONFIRM)
        self.form(NothingForm)
        with docket.take(number, version=self.version_seen()) as (case, at):
            _require_open(case, proposal_id)
            ruling = rule.confirm(case, by=by, at=at)
        return Response(RulingAnswer.write(ruling), status=201)


class SendBackDoor(Door):
    """`cases/{number}/rulings/{id}/send-back`."""

    @documented.changing(
        "The second person does not agree and says why",
        ProposalAnswer,
        form=SendBackForm,
        status=200,
        has_version=True,
        tags=["rulings"],
        operation_id="send_ruling_back",
    )
    @answered_once
    def post(self, request: Request, number: str, proposal_id: UUID) -> Response:
        """The arbitrator rules anew, within the same term."""
        by = _second_person(self, number, acts.SEND_BACK)
        note = self.form(SendBackForm)["note"]
        with docket.take(number, version=self.version_seen()) as (case, at):
            _require_open(case, proposal_id)
            rule.send_back(case, by=by, note=note, at=at)
        return Response(ProposalAnswer.write(Proposal.objects.get(pk=proposal_id)))


class QuestionsDoor(Door):
    """`cases/{number}/questions`."""

    @documented.reading(
        "The questions of fact that a ruling on this case answers",
        QuestionAnswer(many=True),
        tags=["rulings"],
        operation_id="list_questions",
    )
    def get(self, request: Request, number: str) -> Response:
        """By the reason of the case."""
        case = self.case(number, Scope.CASES_READ)
        return Response([_written(question) for question in ASKED[case.reason]])


def _second_person(door: Door, number: str, act: Act) -> Actor:
    looked, _at = docket.look(number)
    by = door.caller.acting(act, looked, named=None)
    door.caller.require_scope(Scope.RULINGS_WRITE)
    return by


def _require_open(case: Case, proposal_id: UUID) -> None:
    """Another proposal than the one that was seen is not confirmed by mistake."""
    known = next((proposal for proposal in case.papers.proposals if proposal.pk == proposal_id), None)
    if known is None:
        raise NotFound(_("There is no such proposed ruling in this case."))
    if known.state != Proposal.State.OPEN:
        raise OutOfOrder(_("This proposed ruling has been answered already."))


def _written(question: Any) -> dict[str, Any]:
    return {
        "id": question.id,
        "text": str(question.text),
        "type": question.type,
        "choices": [{"value": value, "text": str(text)} for value, text in question.choices],
        "required": question.required,
    }


def _ruling_given(form: dict[str, Any]) -> RulingGiven:
    return RulingGiven(
        winner=Winner(form["winner"]),
        remedy=Remedy(form["remedy"]),
        rule=form["rule"],
        reasons=form["reasons"],
        findings=[
            FindingGiven(
                found["exhibit"], Finding.Supports(found["supports"]), Finding.Weight(found["weight"]), found["note"]
            )
            for found in form["findings"]
        ],
        answers=form["answers"],
        cited_exhibits=form["cited_exhibits"],
    )
