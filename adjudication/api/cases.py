"""Cases: a refund is asked for, read, listed; and every act of the table is done to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented
from adjudication.api.acts import DOORS, ActDoor, exhibits_given
from adjudication.api.answers.cases import CaseAnswer, CaseInListAnswer, answer_case, write_case, write_list
from adjudication.api.doors import Door
from adjudication.api.forms.cases import CaseForm, CaseQuery
from adjudication.api.idempotency import InTwoParts, answered_once
from adjudication.api.paging import page
from adjudication.cases import standing
from adjudication.cases.models import Case
from adjudication.credentials.models import Scope
from adjudication.deadlines.models import Deadline
from adjudication.errors import NotFound, Refused
from adjudication.orders.models import Order
from adjudication.parties import Actor, Role
from adjudication.policy.terms import Channel, Reason, Remedy
from adjudication.procedure import acts
from adjudication.procedure import request as requesting
from adjudication.procedure.request import Claim


class CasesDoor(Door):
    """`cases`."""

    @documented.listing(
        "List the cases the key may see, the last changed first",
        CaseInListAnswer,
        query=CaseQuery,
        name="CasePage",
        tags=["cases"],
        operation_id="list_cases",
    )
    def get(self, request: Request) -> Response:
        """Filtered by what the query says."""
        self.caller.require_scope(Scope.CASES_READ)
        asked = self.filters(CaseQuery)
        rows = _filtered(Case.objects.select_related("order", "buyer", "shop__party", "arbitrator"), asked)
        if (party := self.caller.party_id) is not None:
            rows = rows.filter(Q(buyer_id=party) | Q(shop_id=party))
        return page(request, rows, key=("updated_at", "id"), newest_first=True, asked=asked, answer=_write_with_terms)

    @documented.changing(
        "The buyer asks for a refund",
        CaseAnswer,
        form=CaseForm,
        tags=["cases"],
        operation_id="request_refund",
    )
    @answered_once
    def post(self, request: Request) -> Response:
        """The seller's term to answer starts now."""
        self.caller.require_role(Role.MARKETPLACE, Role.BUYER, Role.SELLER)
        if self.caller.party_id is not None:
            self._require_own_order()
        try:
            self.caller.require_role(Role.MARKETPLACE, Role.BUYER)
            self.caller.require_scope(Scope.CASES_ACT)
            given = self.form(CaseForm)
        except (Refused, APIException):
            self._require_own_order()
            raise
        claim = Claim(
            reason=Reason(given["reason"]),
            remedy=Remedy(given["remedy"]),
            amount=given["amount"],
            statement=given["statement"],
            lines=tuple(given["lines"]),
            channel=Channel(given["channel"]) if "channel" in given else None,
        )
        with docket.take_order(given["order_number"], opening_case=True) as (order, at):
            case = requesting.request(order, by=self._buyer(order, given.get("by")), claim=claim, at=at)
        answer = Response(write_case(case, self.caller, at=at), status=201)
        answer["Location"] = f"/api/v1/cases/{case.number}"
        return answer

    def _require_own_order(self) -> None:
        """An order that is another's is unknown, whatever else is amiss with the request."""
        number = self.content().get("order_number")
        if not isinstance(number, str) or "\x00" in number:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT buyer_id, shop_id FROM adjudication_order WHERE number = %s", [number])
            sides = cursor.fetchone()
        if sides is None or self.caller.party_id not in (None, *sides):
            raise NotFound(
                _("There is no such order; the marketplace registers an order before a refund is asked for.")
            )

    def _buyer(self, order: Order, named: str | None) -> Actor:
        if self.caller.is_marketplace:
            side = Role(named or Role.BUYER)
            return Actor(side, order.buyer_id if side is Role.BUYER else order.shop_id, self.caller.key.pk)
        return self.caller.itself()


class CaseDoor(Door):
    """`cases/{number}`."""

    @documented.reading(
        "Read a case: where it stands, until when, and what this key may do",
        CaseAnswer,
        tags=["cases"],
        operation_id="read_case",
    )
    def get(self, request: Request, number: str) -> Response:
        """In full."""
        case = self.case(number, Scope.CASES_READ)
        answer = Response(write_case(case, self.caller, at=self.looked_at))
        answer["ETag"] = f'"{case.version}"'
        return answer


class ActOnCaseDoor(Door):
    """`cases/{number}/{act}`, for every row of the table that has no view of its own."""

    doors: ClassVar[tuple[ActDoor, ...]]
    """The rows of this address: one, or several that the case's state tells apart."""

    @answered_once
    def post(self, request: Request, number: str) -> InTwoParts:
        """Look, judge standing, read the body, take the case up, act."""
        looked, looked_at = docket.look(number)
        door = self._door(looked, looked_at)
        self.caller.candidates(door.act, looked)
        self.caller.require_scope(door.scope)
        given = self._given(door)
        by = self.caller.acting(door.act, looked, named=given.get("by"))
        if given.get("files"):  # nothing is stored for an act whose turn it is not
            standing.require(door.act, looked, by, at=looked_at)
        given["exhibits_given"] = exhibits_given(self, given, looked)
        yield
        with docket.take(number, version=self.version_seen()) as (case, at):
            standing.require(door.act, case, by, at=at)
            if door.perform is not None:
                door.perform(case, by, given, at)
        return Response(answer_case(number, self.caller))

    def _door(self, case: Case, at: datetime) -> ActDoor:
        """Choose the row whose turn it is for somebody this key acts as; else the first, which says why not."""
        for door in self.doors:
            if any(acts.is_allowed(door.act, case, actor, at=at) for actor in self.caller.actors(case)):
                return door
        return self.doors[0]

    def _given(self, door: ActDoor) -> dict[str, Any]:
        return self.form(door.uploads if self.is_multipart and door.uploads else door.form)


def act_views() -> list[tuple[str, type[ActOnCaseDoor]]]:
    """Make one view for each address of the table's rows that are done in the common way: its path and the view."""
    by_path: dict[str, list[ActDoor]] = {}
    for door in DOORS:
        if door.perform is not None:
            by_path.setdefault(door.path, []).append(door)
    return [(path, _view_of(doors)) for path, doors in by_path.items()]


def _view_of(doors: list[ActDoor]) -> type[ActOnCaseDoor]:
    door = doors[0]
    name = "".join(word.capitalize() for word in door.act.name.split("_"))
    own = {"doors": tuple(doors), "__doc__": f"`cases/{{number}}/{door.path}`."}
    view = type(f"{name}Door", (ActOnCaseDoor,), own)
    form: Any = {"application/json": door.form}
    if door.uploads is not None:
        form["multipart/form-data"] = door.uploads
    described = documented.changing(
        door.summary,
        CaseAnswer,
        form=form,
        status=200,
        has_version=True,
        tags=["cases"],
        operation_id=door.act.name,
        description="Answers with the case as it stands afterwards.",
    )
    return extend_schema_view(post=described)(view)


def _filtered(rows: QuerySet[Case], asked: dict[str, Any]) -> QuerySet[Case]:
    named = {
        "state": "state",
        "outcome": "outcome",
        "shop": "shop__party__external_id",
        "buyer": "buyer__external_id",
        "arbitrator": "arbitrator__username",
        "overdue": "is_overdue",
        "updated_after": "updated_at__gt",
        "order_number": "order__number",
    }
    return rows.filter(**{lookup: asked[name] for name, lookup in named.items() if asked.get(name) is not None})


def _write_with_terms(cases: Any) -> list[Any]:
    running = Deadline.objects.filter(case_id__in=[case.pk for case in cases], ended_at=None)
    return write_list(cases, {deadline.case_id or 0: deadline for deadline in running})
