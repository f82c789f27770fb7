"""Chat on the platform over HTTP: the marketplace reports it, each message once; both sides read what is on record."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented
from adjudication.api.answers.orders import MessageAnswer, OrderAnswer
from adjudication.api.doors import Door
from adjudication.api.forms.orders import MessagesForm
from adjudication.api.idempotency import answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.credentials.models import Scope
from adjudication.orders.messages import Message, MessageGiven
from adjudication.parties import Role
from adjudication.procedure.own_record import report_messages


class MessagesDoor(Door):
    """`orders/{order_number}/messages`."""

    @documented.listing(
        "List the chat on record of an order, as it was reported",
        MessageAnswer,
        query=PageQuery,
        name="MessagePage",
        tags=["orders"],
        operation_id="list_messages",
    )
    def get(self, request: Request, order_number: str) -> Response:
        """For its two sides, the marketplace and staff; the numbers are those by which messages are quoted."""
        order = docket.look_at_order(order_number)
        self.caller.require_access(order)
        self.caller.require_scope(Scope.EVIDENCE_READ, Scope.ORDERS_WRITE)
        return page(
            request,
            Message.objects.filter(order=order),
            key=("number",),
            asked=self.filters(PageQuery),
            answer=MessageAnswer.write_all,
        )

    @documented.changing(
        "Report chat on the platform; a message that is known already is not kept twice",
        {201: OrderAnswer, 200: OrderAnswer},
        form=MessagesForm,
        tags=["orders"],
        operation_id="report_messages",
    )
    @answered_once
    def post(self, request: Request, order_number: str) -> Response:
        """What was reported until a case opens is filed in it by the platform; all of it can be quoted."""
        order = docket.look_at_order(order_number)
        self.caller.require_access(order)
        self.caller.require_role(Role.MARKETPLACE)
        self.caller.require_scope(Scope.ORDERS_WRITE)
        given = [
            MessageGiven(Message.By(each["from"]), each["text"], each["sent_at"])
            for each in self.form(MessagesForm)["messages"]
        ]
        with docket.take_order(order_number) as (order, at):
            new = report_messages(order, by=self.caller.itself(), messages=given, at=at)
        return Response(OrderAnswer.write(docket.look_at_order(order_number)), status=201 if new else 200)
