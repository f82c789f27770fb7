"""The acts on a case over HTTP, in one table: under which address, with which form, and which act of `procedure` it is.

To open another act to the API, add its row. Whether it may be done is judged by the act itself, and by its row in
`procedure.acts`, from which `allowed_acts` is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from adjudication.api.fields import Form
from adjudication.api.forms import ActForm
from adjudication.api.forms.cases import (
    AcceptForm,
    AppealForm,
    AppealUploadForm,
    AssignForm,
    ExtendForm,
    InterveneForm,
    RejectForm,
    RejectUploadForm,
    RemindForm,
    ReturnDisputeForm,
    ReturnDisputeUploadForm,
    ReturnShipmentForm,
)
from adjudication.cases.models import Case, Forum
from adjudication.cases.offers import Offer
from adjudication.cases.standing import Act
from adjudication.credentials.models import Scope
from adjudication.credentials.staff import staff_actor
from adjudication.errors import Fault, Unprocessable
from adjudication.evidence import drafts
from adjudication.evidence.intake import ExhibitGiven, StoredFile
from adjudication.evidence.models import Exhibit
from adjudication.money import Amount
from adjudication.parties import DECIDERS, Actor
from adjudication.policy import versions
from adjudication.policy.terms import RejectionReason
from adjudication.procedure import acts, appeal, extend, intervene, respond, return_goods, take_evidence
from adjudication.procedure.appeal import NamedError
from adjudication.procedure.return_goods import DisputeReason

if TYPE_CHECKING:
    from adjudication.api.doors import Door

#: The checked body; `exhibits_given` are those that came with it, their files stored.
Given = Mapping[str, Any]
Perform = Callable[[Case, Actor, Given, datetime], object]

#: What lies on a case → where an act is done.
Places = Callable[[Case, Actor], list[tuple[str, str]]]

#: What a file that comes with an act is filed as, by its content.
KIND_OF_FILE = {"application/pdf": Exhibit.Kind.DOCUMENT, "video/mp4": Exhibit.Kind.VIDEO}


@dataclass(frozen=True)
class ActDoor:
    """How one act is done over HTTP."""

    act: Act
    path: str
    form: type[Form] = ActForm
    perform: Perform | None = None
    """None: a view of its own does it."""
    uploads: type[Form] | None = None
    """The form of its multipart body, if it takes files."""
    scope: Scope = Scope.CASES_ACT
    summary: str = ""
    method: str = "POST"
    places: Places | None = None
    """Where it is done, if that depends on what lies on the case: (name, address below `/api/v1/`)."""

    def offered(self, case: Case, by: Actor) -> list[tuple[str, str]]:
        """Name the act and its address for `allowed_acts`; one that answers something, once for each answer."""
        return self.places(case, by) if self.places else [(self.act.name, f"cases/{case.number}/{self.path}")]


def _accept(case: Case, by: Actor, given: Given, at: datetime) -> None:
    respond.accept(case, by=by, return_address=given["return_address"], at=at)


def _reject(case: Case, by: Actor, given: Given, at: datetime) -> None:
    on_file = {exhibit.pk for exhibit in case.papers.exhibits if exhibit.by == by.role}
    own = on_file | {draft.pk for draft in drafts.of_side(case, by.role)}
    if unknown := [named for named in given["exhibits"] if isinstance(named, UUID) and named not in own]:
        raise Unprocessable(
            _("%(ids)s: no exhibit or draft of the seller's in this case.") % {"ids": ", ".join(map(str, unknown))},
            Fault("exhibits", _("names exhibits or drafts of the seller in this case"), "unknown_exhibit"),
        )
    reason, exhibits = (
        RejectionReason(given["reason"]),
        [each for each in given["exhibits_given"] if each not in on_file],
    )
    respond.reject(case, by=by, reason=reason, text=given["text"], exhibits=exhibits, at=at)


def _withdraw(case: Case, by: Actor, given: Given, at: datetime) -> None:
    respond.withdraw(case, by=by, at=at)


def _intervene(case: Case, by: Actor, given: Given, at: datetime) -> None:
    intervene.intervene(case, by=by, forum=Forum(given["forum"]), text=given["statement"], at=at)


def _rest(case: Case, by: Actor, given: Given, at: datetime) -> None:
    take_evidence.rest(case, by=by, at=at)


def _assign(case: Case, by: Actor, given: Given, at: datetime) -> None:
    to = by
    if "arbitrator" in given:
        deciders = User.objects.filter(
            is_active=True, is_staff=True, groups__name__in=[role.value for role in DECIDERS]
        )
        found = deciders.filter(username=given["arbitrator"]).first()
        if found is None:
            raise Unprocessable(
                _("Nobody of that name hears cases; name an active arbitrator or supervisor."),
                Fault("arbitrator", _("is not an arbitrator or supervisor"), "unknown_arbitrator"),
            )
        to = staff_actor(found)
    intervene.assign(case, by=by, to=to, reason=given["reason"], at=at)


def _appeal(case: Case, by: Actor, given: Given, at: datetime) -> None:
    error = NamedError(given["error"]) if "error" in given else None
    appeal.appeal(case, by=by, grounds=given["grounds"], error=error, exhibits=given["exhibits_given"], at=at)


def _withdraw_appeal(case: Case, by: Actor, given: Given, at: datetime) -> None:
    appeal.withdraw_appeal(case, by=by, at=at)


def _ship_return(case: Case, by: Actor, given: Given, at: datetime) -> None:
    cost = amount_in(case, given["cost"], "cost") if "cost" in given else 0
    carrier, tracking_number = given["carrier"], given["tracking_number"]
    return_goods.ship_return(case, by=by, carrier=carrier, tracking_number=tracking_number, cost_minor=cost, at=at)


def _acknowledge_return(case: Case, by: Actor, given: Given, at: datetime) -> None:
    return_goods.acknowledge_return(case, by=by, at=at)


def _dispute_return(case: Case, by: Actor, given: Given, at: datetime) -> None:
    reason, exhibits = DisputeReason(given["reason"]), given["exhibits_given"]
    return_goods.dispute_return(case, by=by, reason=reason, text=given["text"], exhibits=exhibits, at=at)


def _remind(case: Case, by: Actor, given: Given, at: datetime) -> None:
    extend.remind_by_hand(case, by=by, at=at)


def _extend(case: Case, by: Actor, given: Given, at: datetime) -> None:
    extend.extend(case, by=by, by_length=timedelta(seconds=given["seconds"]), reason=given["reason"], at=at)


def _offers_to_answer(case: Case, by: Actor) -> list[tuple[str, str]]:
    open_offers = [offer for offer in case.papers.offers if offer.state == Offer.State.OPEN and offer.by != by.role]
    return [(f"{word}_offer", f"offers/{offer.pk}/{word}") for offer in open_offers for word in ("accept", "decline")]


def _inquiries_to_answer(case: Case, by: Actor) -> list[tuple[str, str]]:
    waiting = [inquiry for inquiry in case.papers.inquiries if inquiry.waits_for(by.role)]
    return [("reply", f"inquiries/{inquiry.pk}/reply") for inquiry in waiting]


def _exhibits_to_correct(case: Case, by: Actor) -> list[tuple[str, str]]:
    return [("correct_kind", f"exhibits/{e.pk}/kind") for e in case.papers.exhibits if not e.is_of_record]


def _drafts_to(name: str, *, only_fit: bool = False) -> Places:
    def places(case: Case, by: Actor) -> list[tuple[str, str]]:
        own = [draft for draft in drafts.of_side(case, by.role) if draft.is_fit or not only_fit]
        return [(name, f"exhibits/{draft.pk}") for draft in own]

    return places


def _proposal_to(word: str) -> Places:
    def places(case: Case, by: Actor) -> list[tuple[str, str]]:
        proposal = acts.open_proposal(case)
        below = f"cases/{case.number}/rulings"
        return [(word.replace("-", "_"), f"{below}/{proposal.pk}/{word}")] if proposal else []

    return places


def amount_in(case: Case, amount: Amount, field: str) -> int:
    """Take an amount in the case's own currency.

    Raises:
        Unprocessable: it is in another.

    """
    if amount.currency != case.currency:
        raise Unprocessable(
            _("The order was paid in %(paid)s; name amounts in %(paid)s.") % {"paid": case.currency},
            Fault(f"{field}.currency", _("must be the order's"), "wrong_currency"),
        )
    return amount.minor


DOORS = (
    ActDoor(acts.ACCEPT, "accept", AcceptForm, _accept, summary="The seller gives the buyer what was asked for"),
    ActDoor(
        acts.REJECT,
        "reject",
        RejectForm,
        _reject,
        uploads=RejectUploadForm,
        summary="The seller refuses, with a reason and at least one exhibit",
    ),
    ActDoor(acts.WITHDRAW, "withdraw", perform=_withdraw, summary="The buyer gives the request up"),
    ActDoor(acts.INTERVENE, "intervene", InterveneForm, _intervene, summary="The buyer calls the platform in"),
    ActDoor(acts.REST, "rest", perform=_rest, summary="A side files no more evidence"),
    ActDoor(acts.ASSIGN, "assign", AssignForm, _assign, summary="Staff take the case, or give it to a colleague"),
    ActDoor(acts.WITHDRAW_APPEAL, "withdraw", perform=_withdraw_appeal, summary="Who appealed lets it be"),
    ActDoor(
        acts.APPEAL,
        "appeal",
        AppealForm,
        _appeal,
        uploads=AppealUploadForm,
        summary="The losing side has the first ruling heard again",
    ),
    ActDoor(
        acts.SHIP_RETURN,
        "return-shipment",
        ReturnShipmentForm,
        _ship_return,
        summary="The buyer has sent the goods back",
    ),
    ActDoor(
        acts.ACKNOWLEDGE_RETURN,
        "return-receipt",
        perform=_acknowledge_return,
        summary="The seller has the goods back",
    ),
    ActDoor(
        acts.DISPUTE_RETURN,
        "return-dispute",
        ReturnDisputeForm,
        _dispute_return,
        uploads=ReturnDisputeUploadForm,
        summary="The seller disputes what came back",
    ),
    ActDoor(
        acts.EXTEND,
        "extend",
        ExtendForm,
        _extend,
        summary="The arbitrator or a supervisor gives the parties more time, with a reason",
    ),
    ActDoor(
        acts.REMIND,
        "remind",
        RemindForm,
        _remind,
        summary="The arbitrator or a supervisor reminds the bound party of the running term",
    ),
    ActDoor(acts.INQUIRE, "inquiries"),
    ActDoor(acts.REPLY, "inquiries", places=_inquiries_to_answer),
    ActDoor(acts.CORRECT_KIND, "exhibits", places=_exhibits_to_correct),
    ActDoor(acts.MAKE_OFFER, "offers"),
    ActDoor(acts.ANSWER_OFFER, "offers", places=_offers_to_answer),
    ActDoor(acts.CONFIRM, "rulings", scope=Scope.RULINGS_WRITE, places=_proposal_to("confirm")),
    ActDoor(acts.SEND_BACK, "rulings", scope=Scope.RULINGS_WRITE, places=_proposal_to("send-back")),
    ActDoor(acts.FILE_EXHIBIT, "exhibits"),
    ActDoor(acts.KEEP_DRAFT, "exhibits"),
    ActDoor(acts.CHANGE_DRAFT, "exhibits", method="PATCH", places=_drafts_to("change_draft")),
    ActDoor(acts.FILE_DRAFT, "exhibits", method="PATCH", places=_drafts_to("file_draft", only_fit=True)),
    ActDoor(acts.DROP_DRAFT, "exhibits", method="DELETE", places=_drafts_to("drop_draft")),
    ActDoor(acts.RULE, "rulings", scope=Scope.RULINGS_WRITE),
)

#: By the act's name.
TABLE = {door.act.name: door for door in DOORS}


def exhibits_given(door: Door, given: Given, case: Case) -> list[ExhibitGiven | UUID]:
    """Gather what came with an act: exhibits by their ids, those of words, and one for each file, stored now."""
    of_words: list[ExhibitGiven | UUID] = [
        ExhibitGiven(Exhibit.Kind(new["kind"]), new["title"], new["text"], facts=tuple(new["facts"]))
        if isinstance(new, dict)
        else new
        for new in given.get("exhibits", ())
    ]
    policy = versions.get(case.policy_version_id)
    return of_words + [_of_file(door.store(upload, policy)) for upload in given.get("files", ())]


def _of_file(stored: StoredFile) -> ExhibitGiven:
    kind = KIND_OF_FILE.get(stored.media_type, Exhibit.Kind.PHOTO)
    return ExhibitGiven(kind, stored.original_name or str(kind.label), file=stored)
