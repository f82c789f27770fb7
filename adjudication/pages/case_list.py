"""A party's cases: what waits for this party first, then what is due next, closed ones last."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Case as Choose
from django.db.models import F, FilteredRelation, Prefetch, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline
from adjudication.pages.next_step import next_step
from adjudication.pages.session import for_parties
from adjudication.parties import Actor, Role

PER_PAGE = 20
MINE, WAITING, CLOSED = 0, 1, 2


def cases_of(actor: Actor, *, at: datetime) -> QuerySet[Case]:
    """The cases this party is a side of, in the order of the list, with what each row shows."""
    side = Q(buyer_id=actor.id) if actor.role is Role.BUYER else Q(shop_id=actor.id)
    rested = Q(buyer_rests=True) if actor.role is Role.BUYER else Q(seller_rests=True)
    binds = Q(term__binds__in=[str(actor.role), Deadline.Binds.BOTH], term__due_at__gt=at)
    return (
        Case.objects.filter(side)
        .annotate(term=FilteredRelation("deadlines", condition=Q(deadlines__ended_at=None)))
        .annotate(
            due_at=F("term__due_at"),
            turn=Choose(
                When(state=State.CLOSED, then=Value(CLOSED)),
                When(binds & ~(Q(state=State.EVIDENCE) & rested), then=Value(MINE)),
                default=Value(WAITING),
            ),
        )
        .select_related("buyer", "shop__party", "order")
        .prefetch_related(
            Prefetch("deadlines", queryset=Deadline.objects.filter(ended_at=None), to_attr="open_deadlines")
        )
        .order_by("turn", F("due_at").asc(nulls_last=True), "-updated_at", "-id")
    )


@require_safe
@for_parties
def case_list(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """One page of the list."""
    at = clock.now()
    cases = cases_of(actor, at=at)
    page = Paginator(cases, PER_PAGE).get_page(request.GET.get("page"))
    rows = []
    for case in page.object_list:
        open_deadlines: list[Deadline] = case.open_deadlines  # type: ignore[attr-defined]  # by Prefetch(to_attr=…)
        deadline = open_deadlines[0] if open_deadlines else None
        is_over = deadline is not None and at >= deadline.due_at
        rows.append(
            {
                "case": case,
                "other_side": case.shop.party if actor.role is Role.BUYER else case.buyer,
                "step": next_step(case, actor.role, deadline, is_over=is_over),
                "deadline": None if is_over else deadline,
            }
        )
    context = {
        "rows": rows,
        "page": page,
        "at": at,
        "role": actor.role,
        "may_request": actor.role is Role.BUYER,
        "mine_count": cases.filter(Q(turn=MINE)).count(),
    }
    return render(request, "pages/cases.html", context)
