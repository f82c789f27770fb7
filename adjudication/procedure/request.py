"""Request: the buyer asks for a refund over an order, or lines of it; the case begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.numbers import case_number
from adjudication.cases.states import State
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import Conflict, Fault, Malformed, NoStanding, NotFound, Unprocessable
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.money import Amount, format_amount, share
from adjudication.orders.models import Line, Order
from adjudication.papers import Papers, act
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Channel, Reason, Remedy
from adjudication.procedure import custody
from adjudication.procedure.own_record import file_own_record


@dataclass(frozen=True, slots=True)
class Claim:
    """What the buyer asks for, checked for form: known codes, a whole amount, a statement."""

    reason: Reason
    remedy: Remedy
    amount: Amount
    statement: str
    lines: tuple[str, ...] = ()
    """Labels of the order's lines; none means all that something is held for."""
    channel: Channel | None = None


@act
def request(order: Order, *, by: Actor, claim: Claim, at: datetime) -> Case:
    """The buyer asks for a refund; from now on the seller has the policy's term to answer.

    The order was taken up for it (`opening_case=True`): the order's own term stops while the case is open.

    Raises:
        NotFound: the order is another's.
        NoStanding: not the buyer.
        Malformed: an amount of nothing.
        Conflict: a case is open over one of the lines.
        TooLate: the order's term has run out: its money goes where silence sends it.
        Unprocessable: another currency, more than is held, a ruling has been settled, too many cases before, or a
            remedy that the policy does not allow for this reason.

    """
    _require_buyer(order, by)
    if claim.amount.currency != order.currency:
        raise Unprocessable(
            _("The order was paid in %(paid)s; ask for %(paid)s.") % {"paid": order.currency},
            Fault("amount.currency", _("must be the order's"), "wrong_currency"),
        )
    if claim.amount.minor < 1:
        raise Malformed(_("Ask for at least one smallest unit."), Fault("amount.amount_minor", _("must be at least 1")))
    lines = _lines_named(order, claim.lines)
    policy = versions.get(order.papers.policy_in_force)
    _require_free(lines, policy.number("cases", "earlier_over_a_line"))
    _require_remedy(claim, policy.reasons[claim.reason].remedies)
    held = sum(line.held_minor for line in lines)
    if claim.amount.minor > held:
        raise Unprocessable(
            _("Of these lines' price %(held)s is held; no more can be asked for.")
            % {"held": format_amount(held, order.currency)},
            Fault("amount.amount_minor", _("must be at most %(held)d") % {"held": held}, "above_what_is_held"),
        )
    case = Case(
        id=order.papers.next_case_id,
        number=case_number(order.papers.next_case_id, at.year),
        order=order,
        buyer=order.buyer,
        shop=order.shop,
        policy_version_id=policy.version,
        reason=claim.reason,
        remedy=claim.remedy,
        amount_minor=claim.amount.minor,
        currency=order.currency,
        statement=claim.statement,
        channel=claim.channel or "",
        follows_id=max((line.latest_case_id for line in lines if line.latest_case_id), default=None),
        requested_at=at,
        updated_at=at,
        state=State.REQUESTED,
    )
    case.papers = Papers(version_taken=-1, lines=lines)
    custody.suspend(order, case_number=case.number, by=by, at=at)
    _claim_from(lines, case, order)
    schedule.open_term(
        case,
        Deadline.Kind.SELLER_ANSWERS,
        binds="seller",
        if_silent=Deadline.Silence.BUYER_MAY_INTERVENE
        if policy.seller_silence == "intervene"
        else Deadline.Silence.ACCEPTED,
        at=at,
    )
    record(
        case,
        "case.requested",
        by=by,
        at=at,
        order=order.number,
        lines=[line.label for line in lines],
        reason=str(claim.reason),
        remedy=str(claim.remedy),
        amount_minor=claim.amount.minor,
        currency=order.currency,
        policy_version=policy.version,
        statement_sha256=digest(claim.statement),
    )
    file_own_record(case, at=at)
    order.papers.new_cases.append(case)
    return case


def _require_buyer(order: Order, by: Actor) -> None:
    owner = {Role.BUYER: order.buyer_id, Role.SELLER: order.shop_id}.get(by.role)
    if owner is not None and owner != by.id:
        raise NotFound(_("There is no such order."))
    if by.role is not Role.BUYER:
        raise NoStanding(_("Only the buyer asks for a refund."))


def _lines_named(order: Order, labels: Sequence[str]) -> list[Line]:
    by_label = {line.label: line for line in order.papers.lines}
    if unknown := [label for label in labels if label not in by_label]:
        raise Unprocessable(
            _("The order has no line %(lines)s; its lines are: %(known)s.")
            % {"lines": ", ".join(unknown), "known": ", ".join(by_label)},
            Fault("lines", _("names lines of the order"), "unknown_line"),
        )
    return [line for line in order.papers.lines if line.label in labels or not labels]


def _require_free(lines: list[Line], most_cases: int) -> None:
    if any(line.is_disputed for line in lines):
        raise Conflict(_("A case is open over these lines already; a second one has to wait until it is closed."))
    if any(line.is_ruled for line in lines):
        raise Unprocessable(_("A ruling over these lines has been settled; it is not reopened."))
    refused = all(line.parcel == Line.Parcel.REFUSED for line in lines)
    if not refused and any(line.cases_count >= most_cases for line in lines):
        raise Unprocessable(
            _("There have been %(most)d cases over these lines; no more are taken.") % {"most": most_cases}
        )


def _require_remedy(claim: Claim, allowed: Sequence[str]) -> None:
    if claim.remedy not in allowed:
        raise Unprocessable(
            _("For this reason one can ask for: %(remedies)s.") % {"remedies": ", ".join(allowed)},
            Fault("remedy", _("is not allowed for this reason"), "remedy_not_allowed"),
        )


def _claim_from(lines: list[Line], case: Case, order: Order) -> None:
    """Share the claim over its lines by what is held of each."""
    shares = share(case.amount_minor, [line.held_minor for line in lines])
    for line, claimed in zip(lines, _within(shares, [line.held_minor for line in lines]), strict=True):
        line.claimed_minor, line.is_disputed, line.latest_case_id = claimed, True, case.pk
        line.cases_count += 1
        order.papers.moved_lines[line.pk] = line


def _within(shares: list[int], limits: list[int]) -> list[int]:
    """Move what rounding put above a line's limit to lines that have room."""
    over = sum(max(0, part - limit) for part, limit in zip(shares, limits, strict=True))
    parts = [min(part, limit) for part, limit in zip(shares, limits, strict=True)]
    for index, limit in enumerate(limits):
        room = min(over, limit - parts[index])
        parts[index] += room
        over -= room
    return parts
