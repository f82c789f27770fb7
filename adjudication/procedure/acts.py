"""The acts of the law in one table: who may do what to a case, and when (DOMAIN section 2).

Each act's function requires its row before it changes anything, and `allowed` lists what would succeed now, from the
same rows: what it lists is not refused for standing, turn or time, and what it leaves out is.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from adjudication.cases.inquiries import Inquiry
from adjudication.cases.models import Case, Hearing
from adjudication.cases.offers import Offer
from adjudication.cases.standing import Act, require
from adjudication.cases.states import HEARD, NEGOTIABLE, State
from adjudication.deadlines.models import Deadline
from adjudication.errors import EvidenceRefused, NoStanding, OutOfOrder, Refused, TooLate
from adjudication.evidence import drafts
from adjudication.parties import DECIDERS, SIDES, Actor, Role
from adjudication.policy import versions
from adjudication.rulings.models import Proposal, Ruling, Winner


def seller_was_silent(case: Case) -> bool:
    """The seller's term has lapsed and the policy lets the buyer call the platform in."""
    deadline = case.papers.deadline
    return case.state == State.REQUESTED and deadline is not None and deadline.kind == Deadline.Kind.BUYER_INTERVENES


def _seller_has_not_been_silent(case: Case, by: Actor) -> None:
    if seller_was_silent(case):
        raise OutOfOrder(_("The term to answer has passed; the seller can still accept."))


def _rejected_or_silent(case: Case, by: Actor) -> None:
    if case.state == State.REQUESTED and not seller_was_silent(case):
        raise OutOfOrder(_("The seller can still answer; the platform is called in after a refusal."))


def _first_instance(case: Case, by: Actor) -> None:
    if case.instance > 1:
        raise OutOfOrder(_("On appeal or over a return the case can no longer be withdrawn."))


def _has_not_rested(case: Case, by: Actor) -> None:
    if has_rested(case, by.role):
        raise OutOfOrder(_("This side has rested and files no more."))


def _within_quota(case: Case, by: Actor) -> None:
    allowed = versions.get(case.policy_version_id).number("evidence", "exhibits_per_side")
    if len(drafts.counted(case, by.role)) >= allowed:
        raise EvidenceRefused(
            _("Each side may file %(allowed)d exhibits, its drafts counted; this side has.") % {"allowed": allowed}
        )


def _may_draft(case: Case, by: Actor) -> None:
    """While exhibits are filed; after a ruling, whoever may appeal; over a return, the seller, for a dispute."""
    if case.state == State.EVIDENCE:
        _has_not_rested(case, by)
    elif case.state == State.RULED:
        _first_ruling_against(case, by)
    elif case.state == State.RETURNING:
        if by.role != Role.SELLER:
            raise NoStanding(_("Over a return it is the seller who files, with a dispute."))
        _no_dispute_before(case, by)


def _has_drafted(case: Case, by: Actor) -> None:
    if not any(draft.by == by.role for draft in case.papers.drafts):
        raise OutOfOrder(_("This side has no draft in this case."))


def _has_drafted_enough(case: Case, by: Actor) -> None:
    if not any(draft.by == by.role and draft.is_fit for draft in case.papers.drafts):
        raise OutOfOrder(_("This side has no draft that can be filed: it has a text or a file."))


def _is_the_arbitrator(case: Case, by: Actor) -> None:
    if case.arbitrator_id != by.id:
        raise NoStanding(_("Only the arbitrator of the case rules on it; take the case first."))


def _has_it_or_supervises(case: Case, by: Actor) -> None:
    if by.role is Role.ARBITRATOR and case.arbitrator_id != by.id:
        raise NoStanding(_("A case is handed over by who hears it, or by a supervisor."))


def _not_already_theirs(case: Case, by: Actor) -> None:
    if case.state != State.INTERVENTION and case.arbitrator_id == by.id:
        raise OutOfOrder(_("The case is already assigned to this person."))


def require_not_ruled_before(case: Case, user_id: int) -> None:
    """Raise NoStanding if this member of staff has ruled on the case in an earlier instance."""
    if any(ruling.decided_by_id == user_id for ruling in case.papers.rulings):
        raise NoStanding(_("Nobody rules on a case in two instances."))


def require_disinterested(case: Case, user_id: int) -> None:
    """Raise NoStanding if this member of staff is related to a party of the case, or has traded with one."""
    if user_id in case.papers.interested:
        raise NoStanding(_("Nobody hears a case of a party they are related to or have traded with."))


def _is_disinterested(case: Case, by: Actor) -> None:
    require_disinterested(case, by.id)


def _hears_the_case(case: Case, by: Actor) -> None:
    if case.arbitrator_id != by.id and by.role is not Role.SUPERVISOR:
        raise NoStanding(_("The terms of a case are extended, and reminded of, by its arbitrator or a supervisor."))


def _asks_in_the_case(case: Case, by: Actor) -> None:
    if case.arbitrator_id != by.id and by.role is not Role.SUPERVISOR:
        raise NoStanding(_("This belongs to the arbitrator of the case, or a supervisor."))


def _inquiries_left(case: Case, by: Actor) -> None:
    allowed = versions.get(case.policy_version_id).number("inquiries", "per_case")
    if case.inquiries_count >= allowed:
        raise OutOfOrder(_("In one case %(allowed)d inquiries are made at most.") % {"allowed": allowed})


def _asked_and_not_answered(case: Case, by: Actor) -> None:
    asked = [(each, each.asking(by.role)) for each in case.papers.inquiries if each.instance == case.instance]
    unanswered = [inquiry for inquiry, asking in asked if asking is not None and asking.replied_at is None]
    if not unanswered:
        raise OutOfOrder(_("No inquiry waits for this side’s answer."))
    if all(inquiry.is_over for inquiry in unanswered):
        raise answered_too_late(unanswered[-1])


def answered_too_late(inquiry: Inquiry) -> TooLate:
    """The refusal of an answer at the due moment of an inquiry, or after it."""
    return TooLate(
        _("The inquiry could be answered until %(due)s UTC; the arbitrator decides on what is on file.")
        % {"due": f"{inquiry.ends_at:%Y-%m-%d %H:%M:%S}"}
    )


def _something_to_correct(case: Case, by: Actor) -> None:
    if all(exhibit.is_of_record for exhibit in case.papers.exhibits):
        raise OutOfOrder(_("Nothing is on file whose kind could be corrected."))


def _binds_a_party(case: Case, by: Actor) -> None:
    deadline = case.papers.deadline
    if deadline is None or deadline.binds not in (Deadline.Binds.BUYER, Deadline.Binds.SELLER, Deadline.Binds.BOTH):
        raise OutOfOrder(
            _("The term that runs binds no party; nobody extends the platform’s own time, nor reminds it.")
        )


def _reminders_left(case: Case, by: Actor) -> None:
    allowed, deadline = versions.get(case.policy_version_id).number("reminders", "per_term"), case.papers.deadline
    if deadline is not None and deadline.reminders >= allowed:
        raise OutOfOrder(_("Of one term people are reminded %(allowed)d times at most.") % {"allowed": allowed})


def _extensions_left(case: Case, by: Actor) -> None:
    allowed = versions.get(case.policy_version_id).number("extensions", "per_case")
    if case.extensions_count >= allowed:
        raise OutOfOrder(_("A case’s terms are extended %(allowed)d times at most.") % {"allowed": allowed})


def _has_not_ruled_before(case: Case, by: Actor) -> None:
    if by.id:
        require_not_ruled_before(case, by.id)


def _on_appeal_by(case: Case, by: Actor) -> None:
    if case.hearing != Hearing.APPEAL:
        raise OutOfOrder(_("There is no appeal to withdraw."))
    if case.appellant != by.role:
        raise NoStanding(_("Only who appealed can withdraw the appeal."))
    if case.papers.rulings and case.papers.rulings[-1].winner == Winner.SPLIT:
        raise OutOfOrder(_("An appeal against a split ruling is not withdrawn: it concerns both sides."))


def _first_ruling_against(case: Case, by: Actor) -> None:
    if len(case.papers.rulings) != 1:
        raise OutOfOrder(_("Only a case’s first ruling can be appealed against."))
    if losing_side(case.papers.rulings[0]) not in (by.role, "both"):
        raise NoStanding(_("Only the side the ruling went against can appeal."))


def _not_shipped_back(case: Case, by: Actor) -> None:
    if case.return_shipped_at is not None:
        raise OutOfOrder(_("The return has been shipped already."))


def _shipped_back(case: Case, by: Actor) -> None:
    if case.return_shipped_at is None:
        raise OutOfOrder(_("The buyer has not shipped the return yet."))


def _no_dispute_before(case: Case, by: Actor) -> None:
    if case.hearing == Hearing.RETURN:
        raise OutOfOrder(_("This return has been heard already."))


def _no_open_offer(case: Case, by: Actor) -> None:
    if any(offer.by == by.role and offer.state == Offer.State.OPEN for offer in case.papers.offers):
        raise OutOfOrder(_("This side has an open offer already; it must be answered first."))


def _an_offer_to_answer(case: Case, by: Actor) -> None:
    if not any(offer.by != by.role and offer.state == Offer.State.OPEN for offer in case.papers.offers):
        raise OutOfOrder(_("The other side has no open offer."))


def _nothing_proposed(case: Case, by: Actor) -> None:
    if open_proposal(case) is not None:
        raise OutOfOrder(_("A ruling has been proposed and waits for the second person."))


def _something_proposed(case: Case, by: Actor) -> None:
    if open_proposal(case) is None:
        raise OutOfOrder(_("No ruling has been proposed."))


def _still_complete(case: Case, by: Actor) -> None:
    """What was filed, or corrected in its kind, since it was proposed is for the arbitrator to weigh first."""
    proposal = open_proposal(case)
    if proposal is None:
        return
    found = {finding["exhibit"] for finding in proposal.content["findings"]}
    citable = {str(exhibit.pk) for exhibit in case.papers.exhibits if exhibit.may_be_cited}
    if citable - found or set(proposal.content["cited_exhibits"]) - citable:
        raise OutOfOrder(_("What is on file has changed since this ruling was proposed; send it back."))


def _not_the_proposer(case: Case, by: Actor) -> None:
    proposal = open_proposal(case)
    if proposal is not None and proposal.proposed_by_id == by.id:
        raise NoStanding(_("The second person is never the first."))


def open_proposal(case: Case) -> Proposal | None:
    """The proposed ruling that waits for the second person, if there is one."""
    return next(
        (p for p in case.papers.proposals if p.state == Proposal.State.OPEN and p.instance == case.instance), None
    )


def losing_side(ruling: Ruling) -> str:
    """Whom the ruling went against: `buyer`, `seller`, or `both` when split."""
    return {Winner.BUYER: "seller", Winner.SELLER: "buyer"}.get(Winner(ruling.winner), "both")


def _senior_where_needed(case: Case, by: Actor) -> None:
    if by.role is Role.ARBITRATOR and (case.hearing == Hearing.APPEAL or case.is_overdue):
        raise NoStanding(_("Appeals and overdue cases are heard by a supervisor."))


def has_rested(case: Case, side: str) -> bool:
    """Has this side said that it files no more in this instance?"""
    return case.buyer_rests if side == Role.BUYER else case.seller_rests


ACCEPT = Act("accept", frozenset({Role.SELLER}), frozenset(NEGOTIABLE))
REJECT = Act("reject", frozenset({Role.SELLER}), frozenset({State.REQUESTED}), turn=(_seller_has_not_been_silent,))
WITHDRAW = Act("withdraw", frozenset({Role.BUYER}), frozenset(NEGOTIABLE), turn=(_first_instance,))
INTERVENE = Act(
    "intervene", frozenset({Role.BUYER}), frozenset({State.REQUESTED, State.REJECTED}), turn=(_rejected_or_silent,)
)
ASSIGN = Act(
    "assign",
    frozenset(DECIDERS),
    frozenset(HEARD),
    standing=(_has_not_ruled_before, _senior_where_needed, _is_disinterested),
    turn=(_not_already_theirs,),
)
#: To give a case to somebody, who hands over their own or supervises: whether they may hear it is said by `ASSIGN`.
GIVE = Act("assign", frozenset({*DECIDERS, Role.PLATFORM}), ASSIGN.states, standing=(_has_it_or_supervises,))
FILE_EXHIBIT = Act(
    "file_exhibit",
    frozenset({*SIDES, Role.PLATFORM}),
    frozenset(NEGOTIABLE),
    turn=(_has_not_rested, _within_quota),
)
#: A ruled or a returning case takes drafts for an appeal or a dispute; those file them, by name.
DRAFTABLE = frozenset({*NEGOTIABLE, State.RULED, State.RETURNING})
KEEP_DRAFT = Act("keep_draft", frozenset(SIDES), DRAFTABLE, turn=(_may_draft, _within_quota))
CHANGE_DRAFT = Act("change_draft", frozenset(SIDES), DRAFTABLE, turn=(_may_draft, _has_drafted))
DROP_DRAFT = Act("drop_draft", frozenset(SIDES), DRAFTABLE, turn=(_has_drafted,))
FILE_DRAFT = Act("file_draft", frozenset(SIDES), frozenset(NEGOTIABLE), turn=(_has_not_rested, _has_drafted_enough))
REST = Act("rest", frozenset(SIDES), frozenset({State.EVIDENCE}), turn=(_has_not_rested,))
RULE = Act(
    "rule",
    frozenset(DECIDERS),
    frozenset({State.RULING}),
    standing=(_is_the_arbitrator, _has_not_ruled_before, _senior_where_needed, _is_disinterested),
    turn=(_nothing_proposed,),
)
CONFIRM = Act(
    "confirm",
    frozenset({Role.SUPERVISOR}),
    frozenset({State.RULING}),
    standing=(_not_the_proposer, _has_not_ruled_before, _is_disinterested),
    turn=(_something_proposed, _still_complete),
)
SEND_BACK = Act(
    "send_back",
    frozenset({Role.SUPERVISOR}),
    frozenset({State.RULING}),
    standing=(_not_the_proposer, _has_not_ruled_before),
    turn=(_something_proposed,),
)
MAKE_OFFER = Act("make_offer", frozenset(SIDES), frozenset(NEGOTIABLE), turn=(_no_open_offer,))
ANSWER_OFFER = Act("answer_offer", frozenset(SIDES), frozenset(NEGOTIABLE), turn=(_an_offer_to_answer,))
APPEAL = Act("appeal", frozenset(SIDES), frozenset({State.RULED}), turn=(_first_ruling_against,))
WITHDRAW_APPEAL = Act("withdraw_appeal", frozenset(SIDES), frozenset({State.EVIDENCE}), turn=(_on_appeal_by,))
SHIP_RETURN = Act("ship_return", frozenset({Role.BUYER}), frozenset({State.RETURNING}), turn=(_not_shipped_back,))
ACKNOWLEDGE_RETURN = Act(
    "acknowledge_return", frozenset({Role.SELLER}), frozenset({State.RETURNING}), turn=(_shipped_back,)
)
DISPUTE_RETURN = Act(
    "dispute_return", frozenset({Role.SELLER}), frozenset({State.RETURNING}), turn=(_shipped_back, _no_dispute_before)
)

EXTEND = Act(
    "extend",
    frozenset(DECIDERS),
    frozenset(State) - {State.CLOSED},
    standing=(_hears_the_case,),
    turn=(_binds_a_party, _extensions_left),
)

REMIND = Act(
    "remind",
    frozenset(DECIDERS),
    EXTEND.states,
    standing=(_hears_the_case,),
    turn=(_binds_a_party, _reminders_left),
)

#: While a case is heard its arbitrator may ask the sides, and say what an exhibit really is.
IN_HEARING = frozenset({State.EVIDENCE, State.RULING})
INQUIRE = Act(
    "inquire", frozenset(DECIDERS), IN_HEARING, standing=(_asks_in_the_case, _is_disinterested), turn=(_inquiries_left,)
)
#: An inquiry has an end of its own: that the evidence term runs out meanwhile makes no answer late.
REPLY = Act("reply", frozenset(SIDES), IN_HEARING, turn=(_asked_and_not_answered,), is_bound_by_the_term=False)
CORRECT_KIND = Act(
    "correct_kind",
    frozenset(DECIDERS),
    IN_HEARING,
    standing=(_asks_in_the_case, _is_disinterested),
    turn=(_something_to_correct,),
)

#: Every act that people perform on an open case, in the order in which pages offer them.
ACTS = (
    ACCEPT,
    REJECT,
    INTERVENE,
    SHIP_RETURN,
    ACKNOWLEDGE_RETURN,
    DISPUTE_RETURN,
    APPEAL,
    REPLY,
    ANSWER_OFFER,
    MAKE_OFFER,
    FILE_EXHIBIT,
    KEEP_DRAFT,
    CHANGE_DRAFT,
    FILE_DRAFT,
    DROP_DRAFT,
    REST,
    WITHDRAW,
    WITHDRAW_APPEAL,
    ASSIGN,
    RULE,
    CONFIRM,
    SEND_BACK,
    EXTEND,
    REMIND,
    INQUIRE,
    CORRECT_KIND,
)


def is_allowed(act: Act, case: Case, by: Actor, *, at: datetime) -> bool:
    """Would this act be let through for this actor now?"""
    try:
        require(act, case, by, at=at)
    except Refused:
        return False
    return True


def allowed(case: Case, by: Actor, *, at: datetime) -> list[Act]:
    """List the acts this actor may perform on this case now."""
    # Of most, role and state say at once that it is not their turn; nobody need be told why.
    likely = [act for act in ACTS if by.role in act.by and case.state in act.states]
    return [act for act in likely if is_allowed(act, case, by, at=at)]
