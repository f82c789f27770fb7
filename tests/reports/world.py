"""A small world with everything in it that an invariant can be broken on, built through the acts."""

from dataclasses import replace
from io import StringIO
from typing import Any

from django.core.management import call_command

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.models import Outage
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.orders.models import Party
from adjudication.orders.register import ItemGiven
from adjudication.parties import PLATFORM, Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import (
    appeal,
    drafts,
    extend,
    intervene,
    lapse,
    negotiate,
    respond,
    return_goods,
    rule,
    take_evidence,
)
from adjudication.procedure.payouts import pay_due
from adjudication.register.enter import enter_final, publish_due
from adjudication.rounds import announce
from adjudication.rulings.models import Winner
from adjudication.webhooks import endpoints
from adjudication.webhooks.sending import send_due
from tests import walk
from tests.webhooks.receivers import Receiver

OPEN = (State.REQUESTED, State.REJECTED, State.INTERVENTION, State.EVIDENCE, State.RULING, State.RULED, State.RETURNING)


def build() -> None:
    """A case in every state and ended in every way, under a policy with a fee; payouts paid and still to be paid."""
    versions.load("[fees]\nseller_basis_points = 500")
    with clock.simulated(walk.START):
        walk.in_state(State.CLOSED)
        walk.after_silence(walk.rejected())
        with clock.simulated(walk.START + 1000 * walk.HOUR):
            pay_due()
        end_in_every_way()
        end_on_appeal()
        end_in_kind()
        return_the_goods()
        # Only now what is to stay open: a sweep at the end of one case's term would lapse the others' too.
        for state in OPEN:
            walk.in_state(state)
        replacement_owed()
        walk.deliver(walk.register(walk.given_order("O-1")))
        walk.register(walk.given_order("O-2"))
        with_two_lines()
        with_an_offer()
        above_the_limit()
        with_more_time()
        with_an_inquiry()
        with_drafts()
    with_webhooks()
    # The last of the days that publication waits for have long passed by now.
    enter_final()
    publish_due()


def with_webhooks() -> None:
    """Of withdrawn cases the marketplace is told, and has accepted it; and a buyer, whose receiver is away."""
    there, kinds = Receiver(), ["case.withdrawn"]
    buyer = Party.objects.get(kind=Party.Kind.BUYER, external_id="b-1")
    Party.objects.create(kind=Party.Kind.BUYER, external_id="b-stranger", name="Wu")
    endpoints.create(party_id=None, url=there.url, types=kinds)
    announce()
    send_due()
    there.close()
    endpoints.create(party_id=buyer.pk, url=there.url, types=kinds)
    case = walk.requested()
    do(case, respond.withdraw, by=walk.buyer_of(case))
    announce()


def with_drafts() -> None:
    """A draft that was filed when evidence ended, with what it is said to prove; and one that nothing is in yet."""
    case = walk.in_evidence()
    given = replace(walk.an_exhibit(), facts=("reported_in_time", "promised"))
    do(case, drafts.keep_draft, by=walk.buyer_of(case), given=given)
    for by in (walk.buyer_of(case), walk.seller_of(case)):
        do(case, take_evidence.rest, by=by)
    case = walk.rejected()
    do(case, drafts.keep_draft, by=walk.seller_of(case), given=ExhibitGiven(Exhibit.Kind.PHOTO, ""))


def with_more_time() -> None:
    """Evidence extended by the arbitrator, and heard until the ruling; a request's term extended for an outage."""
    case = do(walk.in_evidence(), extend.extend, by=walk.arbitrator(), by_length=walk.HOUR, reason="The carrier asks.")
    walk.in_ruling(case)
    with clock.simulated(walk.START + 999 * walk.HOUR):
        case = walk.requested()
        due = case.papers.deadline.due_at  # type: ignore[union-attr]  # it has just opened
        outage = {"began_at": due - walk.HOUR, "ended_at": due + walk.HOUR, "grace_ends_at": due + walk.HOUR}
        Outage.objects.create(cause=Outage.Cause.DECLARED, note="We move house.", **outage)
        assert extend.extend_fallen().done == 1


def with_an_inquiry() -> None:
    """Over an order with chat and a listing: a question answered, another open, and a kind corrected."""
    snapshot = {"title": "A “cup”", "price": 1.5}
    cup = ItemGiven(sku="CUP", title="Porcelain cup", unit_price_minor=10_000, quantity=1, snapshot=snapshot)
    order = walk.register(walk.given_order("O-4", items=(cup,)))
    walk.deliver(order)
    walk.talked(order, ("buyer", 'Is it "whole"?\n\t\\ 是吗'), ("seller", "It is."))
    case = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
    inquiry = walk.asked(case, is_challenge=False)
    walk.replied(case, walk.buyer_of(case), inquiry, walk.an_exhibit("On the scales"))
    walk.asked(case, Role.BUYER, Role.SELLER, is_challenge=True)
    walk.corrected(case, walk.look(case).papers.exhibits[-1], Exhibit.Kind.PHOTO)


def do(case: Case, act: Any, **given: Any) -> Case:
    """Perform an act on a case."""
    with docket.take(case.number) as (taken, at):
        act(taken, at=at, **given)
    return walk.look(case)


def end_in_every_way() -> None:
    """Ruled for either side and split, accepted, withdrawn, decided by the last resort."""
    for winner in Winner:
        case = walk.in_evidence()
        walk.filed(case, walk.buyer_of(case), walk.an_exhibit("Chat", Exhibit.Kind.OFF_PLATFORM_CHAT))
        walk.after_silence(walk.ruled(walk.in_ruling(case), winner)[0])
    for act, side in ((respond.accept, walk.seller_of), (respond.withdraw, walk.buyer_of)):
        case = walk.requested()
        do(case, act, by=side(case))
    last_resort = walk.after_silence(walk.after_silence(walk.in_ruling()))
    assert last_resort.state == State.RULED


def with_two_lines() -> None:
    """An order of two lines, a case open over one of them."""
    items = tuple(
        ItemGiven(sku=sku, title="A “cup”\n\\ & saucer", unit_price_minor=5_001, quantity=2) for sku in ("A", "B")
    )
    order = walk.register(walk.given_order("O-3", items=items, shipping_minor=501, discount_minor=7))
    walk.deliver(order)
    case = walk.rejected(walk.requested(docket.look_at_order("O-3"), amount_minor=3_333, lines=("2",)))
    walk.filed(case, walk.buyer_of(case), walk.an_exhibit('A “quoted”\ttitle with "marks", \\ and 中文'))


def appealed() -> Case:
    """A case whose buyer's ruling the seller appealed against."""
    case = walk.ruled()[0]
    return do(case, appeal.appeal, by=walk.seller_of(case), grounds="It was whole.", error=appeal.NamedError.FACT)


def end_on_appeal() -> None:
    """Withdrawn; decided the other way by a supervisor; left to the last resort."""
    case = appealed()
    do(case, appeal.withdraw_appeal, by=walk.seller_of(case))
    case, senior = appealed(), walk.arbitrator("senior", Role.SUPERVISOR)
    do(case, intervene.assign, by=PLATFORM, to=senior)
    do(case, take_evidence.file_exhibit, by=walk.seller_of(case), given=walk.an_exhibit("Letter"))
    for by in (walk.buyer_of(case), walk.seller_of(case)):
        do(case, take_evidence.rest, by=by)
    do(case, rule.rule, by=senior, given=walk.a_ruling(walk.look(case), Winner.SELLER))
    case = appealed()
    for _term in ("evidence", "ruling", "ruling once overdue"):
        case = walk.after_silence(case)


def end_in_kind() -> None:
    """Sent again and never delivered: the claim is refunded as the case's settlement."""
    case = replacement_owed()
    order = docket.look_at_order(case.order.number)
    with walk.at_due(order):
        lapse.sweep()


def replacement_owed() -> Case:
    """Accepted to be sent again."""
    case = walk.requested(remedy=Remedy.RESEND)
    return do(case, respond.accept, by=walk.seller_of(case))


def return_the_goods() -> None:
    """Acknowledged; presumed; disputed and split, the way back taken from the seller's part; never sent."""
    for after in ("acknowledged", "presumed", "disputed", "kept"):
        case = walk.returning()
        buyer, seller = walk.buyer_of(case), walk.seller_of(case)
        if after != "kept":
            case = do(case, return_goods.ship_return, by=buyer, carrier="SF", tracking_number="9", cost_minor=1_200)
        if after == "acknowledged":
            do(case, return_goods.acknowledge_return, by=seller)
        elif after == "disputed":
            why = return_goods.DisputeReason.DAMAGED
            do(case, return_goods.dispute_return, by=seller, reason=why, text="Broken.", exhibits=[walk.an_exhibit()])
            walk.ruled(walk.in_ruling(walk.in_evidence(case)), Winner.SPLIT)
        else:
            walk.after_silence(case)


def with_an_offer() -> None:
    """One offer is open, one was accepted."""
    for is_accepted in (False, True):
        case = walk.rejected()
        given = {"remedy": Remedy.REFUND, "amount_minor": 4_000, "text": "Let us meet half way."}
        case = do(case, negotiate.make_offer, by=walk.seller_of(case), **given)
        if is_accepted:
            offer = case.papers.offers[0]
            do(case, negotiate.accept_offer, by=walk.buyer_of(case), offer_id=offer.pk)


def above_the_limit() -> None:
    """A ruling over a large claim is confirmed; another waits for it."""
    for is_confirmed in (True, False):
        items = (ItemGiven(sku="VASE", title="Vase", unit_price_minor=600_000, quantity=1),)
        order = walk.register(walk.given_order(items=items))
        walk.deliver(order)
        case = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
        do(case, rule.rule, by=walk.arbitrator(), given=walk.a_ruling(case))
        if is_confirmed:
            do(case, rule.confirm, by=walk.arbitrator("senior", Role.SUPERVISOR))


def told(*arguments: str) -> tuple[str, int]:
    """What `manage.py audit` prints, and its exit code."""
    out = StringIO()
    try:
        call_command("audit", *arguments, stdout=out)
    except SystemExit as left:
        return out.getvalue(), int(str(left.code))
    return out.getvalue(), 0
