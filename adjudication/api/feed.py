"""The journal over HTTP: one case's events without a gap, and a feed of everything that skips nothing.

The feed serves only what no transaction still running can precede, so whoever reads on from the last cursor never
misses an event that was committed late.
"""

from __future__ import annotations

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from adjudication.api import documented
from adjudication.api.answers.events import EventAnswer, cursor_of
from adjudication.api.doors import Door
from adjudication.api.fields import Form
from adjudication.api.paging import PageQuery, page
from adjudication.credentials.models import Scope
from adjudication.journal.models import Event

#: The oldest transaction still running: what it or a later one writes is not settled yet.
SETTLED_BEFORE = RawSQL("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", ())  # nothing given


class FeedQuery(Form):
    """From where the feed is read on."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=100)
    after = serializers.RegexField(
        r"\A[0-9]{1,18}-[0-9]{1,18}\Z",
        required=False,
        help_text=_("The `cursor` of the last event that was read, or `after` of the last page."),
    )


class CaseEventsDoor(Door):
    """`cases/{number}/events`."""

    @documented.listing(
        "Read a case's journal, numbered without a gap",
        EventAnswer,
        query=PageQuery,
        name="CaseEventPage",
        tags=["journal"],
        operation_id="list_case_events",
    )
    def get(self, request: Request, number: str) -> Response:
        """First event first."""
        case = self.case(number, Scope.CASES_READ)
        return page(
            request,
            Event.objects.filter(case=case),
            key=("sequence",),
            asked=self.filters(PageQuery),
            answer=EventAnswer.write_all,
        )


class FeedDoor(Door):
    """`events`."""

    @extend_schema(
        summary="Read on in the feed of everything the key may see",
        description="Keep `after` of the last page and ask with it again; `next` is null when nothing more is there.",
        parameters=[FeedQuery],
        responses={
            200: documented.page_of(
                EventAnswer, "FeedPage", after=serializers.CharField(allow_null=True, help_text=_("Where to read on."))
            ),
            **documented.problems(*documented.ALWAYS, 503),
        },
        tags=["journal"],
        operation_id="read_feed",
    )
    def get(self, request: Request) -> Response:
        """In the order in which transactions wrote."""
        self.caller.require_scope(Scope.CASES_READ)
        asked = self.filters(FeedQuery)
        rows = Event.objects.filter(transaction_id__lt=SETTLED_BEFORE)
        if (party := self.caller.party_id) is not None:
            rows = rows.filter(
                Q(case__buyer_id=party) | Q(case__shop_id=party) | Q(order__buyer_id=party) | Q(order__shop_id=party)
            )
        if after := asked.get("after"):
            transaction, event = map(int, after.split("-"))
            rows = rows.filter(transaction_id__gte=transaction)
            rows = rows.filter(Q(transaction_id__gt=transaction) | Q(id__gt=event))
        found = list(rows.order_by("transaction_id", "id")[: asked["limit"] + 1])
        is_more, found = len(found) > asked["limit"], found[: asked["limit"]]
        last = cursor_of(found[-1]) if found else after
        return Response(
            {
                "next": replace_query_param(request.build_absolute_uri(), "after", last) if is_more else None,
                "previous": None,
                "results": EventAnswer.write_all(found),
                "after": last,
            }
        )
