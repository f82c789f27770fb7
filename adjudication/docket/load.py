"""Put the papers on the desk: what acts read, loaded for many matters with one statement a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from adjudication.cases.models import Case
from adjudication.cases.offers import Offer
from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline
from adjudication.evidence.models import Exhibit
from adjudication.orders.models import Line, Order
from adjudication.papers import Papers
from adjudication.rulings.models import Proposal, Ruling

#: States in which the clock's acts read the exhibits; and the rulings.
READS_EXHIBITS = frozenset({State.INTERVENTION, State.EVIDENCE, State.RULING})
READS_RULINGS = frozenset({State.EVIDENCE, State.RULING, State.RULED, State.RETURNING, State.CLOSED})


def lay_out_orders(orders: Sequence[Order], deadlines: dict[int, Deadline]) -> None:
    """Give each order its papers: its open deadline and its lines.

    Args:
        orders: taken up.
        deadlines: the open ones, by order id.

    """
    for order in orders:
        order.papers = Papers(order.version, deadline=deadlines.get(order.pk))
    lines = Line.objects.filter(order_id__in=[order.pk for order in orders]).order_by("id")
    of_order = defaultdict(list)
    for line in lines:
        of_order[line.order_id].append(line)
    for order in orders:
        order.papers.lines = of_order[order.pk]


def lay_out_cases(cases: Sequence[Case], deadlines: dict[int, Deadline], *, in_full: bool) -> None:
    """Give each case its papers: open deadline, its lines, and the exhibits and rulings its state reads, or all.

    The order's own papers are laid out too; cases over one order share them.
    """
    orders = {case.order_id: case.order for case in cases}
    for case in cases:
        case.order = orders[case.order_id]
    lay_out_orders(list(orders.values()), {})
    exhibits: dict[int, list[Exhibit]] = defaultdict(list)
    rulings: dict[int, list[Ruling]] = defaultdict(list)
    if heard := [case.pk for case in cases if in_full or case.state in READS_EXHIBITS]:
        for exhibit in Exhibit.objects.filter(case_id__in=heard).order_by("number"):
            exhibits[exhibit.case_id].append(exhibit)
    if ruled := [case.pk for case in cases if in_full or case.state in READS_RULINGS]:
        for ruling in Ruling.objects.filter(case_id__in=ruled).order_by("instance"):
            rulings[ruling.case_id].append(ruling)
    proposals: dict[int, list[Proposal]] = defaultdict(list)
    if judged := [case.pk for case in cases if case.state == State.RULING]:
        for proposal in Proposal.objects.filter(case_id__in=judged).order_by("proposed_at"):
            proposals[proposal.case_id].append(proposal)
    offers: dict[int, list[Offer]] = defaultdict(list)
    if negotiated := [case.pk for case in cases if in_full or case.open_offers]:
        for offer in Offer.objects.filter(case_id__in=negotiated).order_by("made_at"):
            offers[offer.case_id].append(offer)
    for case in cases:
        case.papers = Papers(
            case.version,
            deadline=deadlines.get(case.pk),
            lines=[line for line in case.order.papers.lines if line.is_disputed and line.latest_case_id == case.pk],
            exhibits=exhibits[case.pk],
            rulings=rulings[case.pk],
            offers=offers[case.pk],
            proposals=proposals[case.pk],
        )
