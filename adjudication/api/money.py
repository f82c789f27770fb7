"""The ledger and the payouts over HTTP: what moved, what is due, and what the marketplace reports of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented
from adjudication.api.answers.money import EntryAnswer, PayoutAnswer
from adjudication.api.doors import Door
from adjudication.api.fields import Form
from adjudication.api.forms.money import FailedForm, PaidForm, PayoutQuery
from adjudication.api.idempotency import answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.credentials.models import Scope
from adjudication.errors import NotFound, OutOfOrder
from adjudication.escrow.models import Entry, Payout
from adjudication.escrow.provider import provider
from adjudication.parties import Role
from adjudication.procedure import payouts


class LedgerDoor(Door):
    """`cases/{number}/ledger`."""

    @documented.listing(
        "Read the entries of a case and of its order's hold, with their postings",
        EntryAnswer,
        query=PageQuery,
        name="EntryPage",
        tags=["money"],
        operation_id="list_case_entries",
    )
    def get(self, request: Request, number: str) -> Response:
        """First entry first; those of other cases over the order are left out."""
        case = self.case(number, Scope.LEDGER_READ)
        own = Q(case=case) | Q(case=None)
        rows = Entry.objects.filter(own, order=case.order_id).select_related("case")
        return page(
            request,
            rows.prefetch_related("postings__account"),
            key=("id",),
            asked=self.filters(PageQuery),
            answer=EntryAnswer.write_all,
        )


class PayoutsDoor(Door):
    """`payouts`."""

    @documented.listing(
        "List payouts: what is due, paid or failed",
        PayoutAnswer,
        query=PayoutQuery,
        name="PayoutPage",
        tags=["money"],
        operation_id="list_payouts",
    )
    def get(self, request: Request) -> Response:
        """A marketplace that pays by itself pays what is due, once per `id`."""
        self.caller.require_scope(Scope.LEDGER_READ)
        asked = self.filters(PayoutQuery)
        rows = Payout.objects.select_related("payee", "case", "order")
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        if self.caller.party_id is not None:
            rows = rows.filter(payee_id=self.caller.party_id)
        return page(
            request,
            rows,
            key=("created_at", "id"),
            asked=asked,
            answer=PayoutAnswer.write_all,
        )


class PayoutReportDoor(Door):
    """What the marketplace tells of one payout."""

    def report(self, payout_id: UUID, form: type[Form], act: Callable[..., None]) -> Response:
        """Take up what the payout belongs to, and tell it in the words of the form, which are the act's own."""
        payout = _payout(payout_id)
        if self.caller.party_id not in (None, payout.payee_id):
            raise NotFound(_("There is no such payout."))
        self.caller.require_role(Role.MARKETPLACE)
        self.caller.require_scope(Scope.ORDERS_WRITE)
        given = self.form(form)
        if not provider().pays_itself:
            raise OutOfOrder(_("This installation pays by itself; it takes no reports of payouts."))
        case = payout.case
        taken: Any = docket.take(case.number) if case else docket.take_order(payout.order.number)
        with taken as (matter, at):
            act(matter, _payout(payout_id), **given, by=self.caller.itself(), at=at)
        return Response(PayoutAnswer.write(_payout(payout_id)))


class PaidDoor(PayoutReportDoor):
    """`payouts/{id}/paid`."""

    @documented.changing(
        "The marketplace has paid",
        PayoutAnswer,
        form=PaidForm,
        status=200,
        tags=["money"],
        operation_id="report_payout_paid",
    )
    @answered_once
    def post(self, request: Request, payout_id: UUID) -> Response:
        """Once."""
        return self.report(payout_id, PaidForm, payouts.report_paid)


class FailedDoor(PayoutReportDoor):
    """`payouts/{id}/failed`."""

    @documented.changing(
        "The marketplace could not pay; it stays payable",
        PayoutAnswer,
        form=FailedForm,
        status=200,
        tags=["money"],
        operation_id="report_payout_failed",
    )
    @answered_once
    def post(self, request: Request, payout_id: UUID) -> Response:
        """As often as it is tried."""
        return self.report(payout_id, FailedForm, payouts.report_failed)


def _payout(payout_id: UUID) -> Payout:
    rows = Payout.objects.select_related("payee", "account", "entry", "case", "order")
    payout = rows.filter(pk=payout_id).first()
    if payout is None:
        raise NotFound(_("There is no such payout."))
    return payout
