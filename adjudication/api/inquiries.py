"""Inquiries over HTTP: staff ask one side or both, and each side that is asked answers once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented
from adjudication.api.acts import exhibits_given
from adjudication.api.answers.inquiries import InquiryAnswer, write_inquiry
from adjudication.api.doors import Door
from adjudication.api.forms.inquiries import InquireForm, ReplyForm, ReplyUploadForm
from adjudication.api.idempotency import InTwoParts, answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.cases import standing
from adjudication.cases.inquiries import Inquiry
from adjudication.cases.models import Case
from adjudication.credentials.models import Scope
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, Unprocessable
from adjudication.parties import Actor, Role
from adjudication.procedure import acts, inquire


class InquiriesDoor(Door):
    """`cases/{number}/inquiries`."""

    @documented.listing(
        "List the inquiries of a case, with what was answered",
        InquiryAnswer,
        query=PageQuery,
        name="InquiryPage",
        tags=["evidence"],
        operation_id="list_inquiries",
    )
    def get(self, request: Request, number: str) -> Response:
        """Both sides read what either is asked; a code is shown to the side it was given to."""
        case = self.case(number, Scope.CASES_READ)
        laid_out = {inquiry.pk: inquiry for inquiry in case.papers.inquiries}
        return page(
            request,
            Inquiry.objects.filter(case=case),
            key=("number",),
            asked=self.filters(PageQuery),
            answer=lambda found: [
                write_inquiry(laid_out[each.pk], case, self.caller) for each in found if each.pk in laid_out
            ],
        )

    @documented.changing(
        "Ask one side or both; with a challenge, for a photo that shows a one-time code",
        InquiryAnswer,
        form=InquireForm,
        has_version=True,
        tags=["evidence"],
        operation_id="inquire",
    )
    @answered_once
    def post(self, request: Request, number: str) -> Response:
        """By the arbitrator of the case or a supervisor; no term moves for it."""
        looked, _at = docket.look(number)
        self.caller.candidates(acts.INQUIRE, looked)
        self.caller.require_scope(Scope.CASES_ACT)
        given = self.form(InquireForm)
        by = self.caller.acting(acts.INQUIRE, looked, named=None)
        with docket.take(number, version=self.version_seen()) as (case, at):
            inquiry = inquire.inquire(
                case,
                by=by,
                to=[Role(side) for side in given["to"]],
                text=given["text"],
                is_challenge=given["challenge"],
                at=at,
            )
        return _answer(self, number, inquiry.pk)


class ReplyDoor(Door):
    """`inquiries/{id}/reply`."""

    @documented.changing(
        "Answer an inquiry, once, with words, exhibits or both",
        InquiryAnswer,
        form={"application/json": ReplyForm, "multipart/form-data": ReplyUploadForm},
        has_version=True,
        tags=["evidence"],
        operation_id="reply",
    )
    @answered_once
    def post(self, request: Request, inquiry_id: UUID) -> InTwoParts:
        """By the side that is asked; its exhibits are filed though evidence has closed."""
        looked, looked_at, inquiry = self._asked(inquiry_id)
        self.about = looked
        able = [actor for actor in self.caller.candidates(acts.REPLY, looked) if inquiry.asking(actor.role)]
        if not able:
            raise NoStanding(_("An inquiry is answered by the side that is asked."))
        self.caller.require_scope(Scope.CASES_ACT)
        given = self.form(ReplyUploadForm if self.is_multipart else ReplyForm)
        by = _who(able, given.get("by"))
        if given.get("files"):  # nothing is stored for an act whose turn it is not
            standing.require(acts.REPLY, looked, by, at=looked_at)
        named = exhibits_given(self, given, looked)
        exhibits = [each for each in named if not isinstance(each, UUID)]
        if len(exhibits) < len(named):
            raise Unprocessable(
                _("An answer brings new exhibits; a draft is filed by itself."),
                Fault("exhibits", _("names no drafts"), "unknown_exhibit"),
            )
        yield
        with docket.take(looked.number, version=self.version_seen()) as (case, at):
            inquire.reply(case, by=by, inquiry_id=inquiry_id, text=given["text"], exhibits=exhibits, at=at)
        return _answer(self, looked.number, inquiry_id)

    def _asked(self, inquiry_id: UUID) -> tuple[Case, Any, Inquiry]:
        row = Inquiry.objects.select_related("case").filter(pk=inquiry_id).first()
        if row is None or self.caller.party_id not in (None, row.case.buyer_id, row.case.shop_id):
            raise NotFound(_("There is no such inquiry."))
        looked, at = docket.look(row.case.number)
        return looked, at, _laid_out(looked, inquiry_id)


def _who(able: list[Actor], named: str | None) -> Actor:
    if named:
        able = [actor for actor in able if actor.role == named]
        if not able:
            raise NoStanding(_("An inquiry is answered by the side that is asked."))
    if len(able) > 1:
        raise Malformed(
            _("Either side can do this: say for whom, with “by”."),
            Fault("by", _("must be buyer or seller"), "required"),
        )
    return able[0]


def _laid_out(case: Case, inquiry_id: UUID) -> Inquiry:
    return next(inquiry for inquiry in case.papers.inquiries if inquiry.pk == inquiry_id)


def _answer(door: Door, number: str, inquiry_id: UUID) -> Response:
    case, _at = docket.look(number)
    return Response(write_inquiry(_laid_out(case, inquiry_id), case, door.caller), status=201)
