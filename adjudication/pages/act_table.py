"""The acts a party can perform on the pages, in one table: act → words, form, template part, call.

An act that gets a row here is offered whenever `procedure.acts.allowed` lists it; an act without one is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import Act
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.pages.act_forms import (
    AcceptForm,
    AnswerOfferForm,
    AppealForm,
    DisputeReturnForm,
    InterveneForm,
    OfferForm,
    RejectForm,
    ReplyForm,
    ShipReturnForm,
)
from adjudication.pages.exhibit_forms import ChangeDraftForm, DraftForm, ExhibitForm, NamedDraftForm, QuoteForm
from adjudication.pages.forms import ActForm, ConfirmForm
from adjudication.parties import Actor
from adjudication.policy.terms import RejectionReason, Remedy
from adjudication.procedure import (
    acts,
    appeal,
    drafts,
    inquire,
    intervene,
    negotiate,
    respond,
    return_goods,
    take_evidence,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FILED = _("Your exhibit is filed. Its receipt stands beside it.")
KEPT = _("Your draft is kept. Only you see it, and you can change it until it is filed.")


@dataclass(frozen=True)
class PageAct:
    """How one act is offered, and how it is called."""

    act: Act
    title: StrOrPromise
    """The button that opens the form."""
    button: StrOrPromise
    """The button that performs it."""
    done: StrOrPromise
    """What is said once it is done."""
    perform: Callable[[Case, Actor, Any, datetime], object]
    form: type[ActForm] = ConfirmForm
    look: str = ""
    """`main` for what the case waits for, `grave` for what cannot be taken back."""
    depends_on_version: bool = False
    """It is refused if the case has moved on since the page was shown."""
    called: str = ""
    """A name of its own, where one act is offered in two ways."""
    is_of_use: Callable[[Case], bool] = lambda _case: True
    """Not offered where it would have nothing to work on."""
    is_of_draft: bool = False
    """It is done to one draft, and offered beside that."""

    @property
    def name(self) -> str:
        """The act's name, or its own; its address ends in it."""
        return self.called or self.act.name

    @property
    def explanation(self) -> str:
        """The template part that says what the act means, above the fields."""
        return f"pages/acts/{self.name}.html"

    def words_of(self, result: object) -> StrOrPromise:
        """What is said once it is done, of what it returned."""
        return KEPT if self.done is FILED and isinstance(result, Draft) else self.done

    @property
    def is_multipart(self) -> bool:
        """It takes files."""
        return self.form.base_fields.keys() & {"file", "exhibits"} != set()


def _accept(case: Case, by: Actor, form: AcceptForm, at: datetime) -> None:
    respond.accept(case, by=by, return_address=form.cleaned_data.get("return_address", ""), at=at)


def _reject(case: Case, by: Actor, form: RejectForm, at: datetime) -> None:
    said = form.cleaned_data
    reason = RejectionReason(said["reason"])
    respond.reject(case, by=by, reason=reason, text=said["text"], exhibits=form.filed(), at=at)


def _intervene(case: Case, by: Actor, form: InterveneForm, at: datetime) -> None:
    intervene.intervene(case, by=by, text=form.cleaned_data["text"], at=at)


def _file_exhibit(case: Case, by: Actor, form: ExhibitForm, at: datetime) -> Exhibit | Draft:
    return (drafts.keep_draft if form.is_draft else take_evidence.file_exhibit)(case, by=by, given=form.given(), at=at)


def _quote_chat(case: Case, by: Actor, form: QuoteForm, at: datetime) -> Exhibit:
    return take_evidence.file_exhibit(case, by=by, given=form.given(), at=at)


def _change_draft(case: Case, by: Actor, form: ChangeDraftForm, at: datetime) -> Draft:
    said = form.cleaned_data
    kept = next((draft for draft in case.papers.drafts if draft.pk == said["draft"] and draft.by == by.role), None)
    given = form.given_instead_of(kept)
    return drafts.change_draft(case, by=by, draft_id=said["draft"], given=given, seen=said["seen"], at=at)


def _file_draft(case: Case, by: Actor, form: NamedDraftForm, at: datetime) -> Exhibit:
    said = form.cleaned_data
    return drafts.file_draft(case, by=by, draft_id=said["draft"], seen=said["seen"], at=at)


def _drop_draft(case: Case, by: Actor, form: NamedDraftForm, at: datetime) -> None:
    said = form.cleaned_data
    drafts.drop_draft(case, by=by, draft_id=said["draft"], seen=said["seen"], at=at)


def _reply(case: Case, by: Actor, form: ReplyForm, at: datetime) -> None:
    said = form.cleaned_data
    inquire.reply(case, by=by, inquiry_id=said["inquiry"], text=said["text"], exhibits=form.exhibits_given(), at=at)


def _rest(case: Case, by: Actor, form: ConfirmForm, at: datetime) -> None:
    take_evidence.rest(case, by=by, at=at)


def _withdraw(case: Case, by: Actor, form: ConfirmForm, at: datetime) -> None:
    respond.withdraw(case, by=by, at=at)


def _ship_return(case: Case, by: Actor, form: ShipReturnForm, at: datetime) -> None:
    said = form.cleaned_data
    return_goods.ship_return(
        case, by=by, carrier=said["carrier"], tracking_number=said["tracking_number"], cost_minor=said["cost"], at=at
    )


def _acknowledge_return(case: Case, by: Actor, form: ConfirmForm, at: datetime) -> None:
    return_goods.acknowledge_return(case, by=by, at=at)


def _dispute_return(case: Case, by: Actor, form: DisputeReturnForm, at: datetime) -> None:
    said = form.cleaned_data
    reason = return_goods.DisputeReason(said["reason"])
    return_goods.dispute_return(case, by=by, reason=reason, text=said["text"], exhibits=form.filed(), at=at)


def _appeal(case: Case, by: Actor, form: AppealForm, at: datetime) -> None:
    said = form.cleaned_data
    error = appeal.NamedError(said["error"]) if said["error"] else None
    appeal.appeal(case, by=by, grounds=said["grounds"], error=error, exhibits=form.filed(), at=at)


def _withdraw_appeal(case: Case, by: Actor, form: ConfirmForm, at: datetime) -> None:
    appeal.withdraw_appeal(case, by=by, at=at)


def _make_offer(case: Case, by: Actor, form: OfferForm, at: datetime) -> None:
    said = form.cleaned_data
    remedy, amount = Remedy(said["remedy"]), said["amount"]
    negotiate.make_offer(
        case, by=by, remedy=remedy, amount_minor=amount, text=said["text"], until=form.ends_at(), at=at
    )


def _answer_offer(case: Case, by: Actor, form: AnswerOfferForm, at: datetime) -> None:
    said = form.cleaned_data
    answer = negotiate.accept_offer if said["answer"] == form.ACCEPT else negotiate.decline_offer
    answer(case, by=by, offer_id=said["offer"], at=at)


#: In the order in which the case page offers them.
PAGE_ACTS = (
    PageAct(
        acts.ACCEPT,
        title=_("Accept the request"),
        button=_("Accept and close the case"),
        done=_("You accepted the request."),
        perform=_accept,
        form=AcceptForm,
        depends_on_version=True,
    ),
    PageAct(
        acts.REJECT,
        title=_("Refuse the request"),
        button=_("Refuse the request"),
        done=_("Your refusal is on record. The buyer may now call the platform in."),
        perform=_reject,
        form=RejectForm,
    ),
    PageAct(
        acts.INTERVENE,
        title=_("Call the platform in"),
        button=_("Call the platform in"),
        done=_("The platform has your case. An arbitrator will hear both sides."),
        perform=_intervene,
        form=InterveneForm,
        look="main",
    ),
    PageAct(
        acts.SHIP_RETURN,
        title=_("I have sent the goods back"),
        button=_("Enter the return shipment"),
        done=_("The return shipment is on record. The seller has a term to acknowledge it."),
        perform=_ship_return,
        form=ShipReturnForm,
        look="main",
    ),
    PageAct(
        acts.ACKNOWLEDGE_RETURN,
        title=_("The goods are back"),
        button=_("Acknowledge the return"),
        done=_("You acknowledged the return."),
        perform=_acknowledge_return,
        look="main",
        depends_on_version=True,
    ),
    PageAct(
        acts.DISPUTE_RETURN,
        title=_("Dispute what came back"),
        button=_("Dispute the return"),
        done=_("The return is disputed. Evidence is open for both sides."),
        perform=_dispute_return,
        form=DisputeReturnForm,
    ),
    PageAct(
        acts.APPEAL,
        title=_("Appeal against the ruling"),
        button=_("Appeal"),
        done=_("Your appeal is filed. Evidence is open for both sides, and a supervisor hears the case."),
        perform=_appeal,
        form=AppealForm,
    ),
    PageAct(
        acts.REPLY,
        title=_("Answer the question"),
        button=_("Send the answer"),
        done=_("Your answer is on file."),
        perform=_reply,
        form=ReplyForm,
        look="main",
    ),
    PageAct(
        acts.ANSWER_OFFER,
        title=_("Answer the offer"),
        button=_("Send the answer"),
        done=_("Your answer is on record."),
        perform=_answer_offer,
        form=AnswerOfferForm,
    ),
    PageAct(
        acts.FILE_EXHIBIT,
        title=_("File an exhibit"),
        button=_("File this exhibit"),
        done=FILED,
        perform=_file_exhibit,
        form=ExhibitForm,
    ),
    PageAct(
        acts.KEEP_DRAFT,
        title=_("Draft an exhibit"),
        button=_("Keep it as a draft"),
        done=KEPT,
        perform=_file_exhibit,
        form=DraftForm,
        is_of_use=lambda case: case.state not in acts.FILE_EXHIBIT.states,
    ),
    PageAct(
        acts.CHANGE_DRAFT,
        title=_("Change this draft"),
        button=_("Keep the changes"),
        done=_("Your draft is changed."),
        perform=_change_draft,
        form=ChangeDraftForm,
        is_of_draft=True,
    ),
    PageAct(
        acts.FILE_DRAFT,
        title=_("File this draft"),
        button=_("File it now"),
        done=FILED,
        perform=_file_draft,
        form=NamedDraftForm,
        is_of_draft=True,
    ),
    PageAct(
        acts.DROP_DRAFT,
        title=_("Delete this draft"),
        button=_("Delete it"),
        done=_("Your draft is deleted."),
        perform=_drop_draft,
        form=NamedDraftForm,
        look="grave",
        is_of_draft=True,
    ),
    PageAct(
        acts.FILE_EXHIBIT,
        called="quote_chat",
        title=_("Quote the chat on the platform"),
        button=_("File what is quoted"),
        done=_("What you quoted is filed, word for word as it is on record."),
        perform=_quote_chat,
        form=QuoteForm,
        is_of_use=lambda case: case.order.messages_count > 0,
    ),
    PageAct(
        acts.MAKE_OFFER,
        title=_("Offer a settlement"),
        button=_("Make this offer"),
        done=_("Your offer is made. The other side can accept or decline it; every term runs on."),
        perform=_make_offer,
        form=OfferForm,
    ),
    PageAct(
        acts.REST,
        title=_("Rest: nothing more to file"),
        button=_("I rest"),
        done=_("You have rested."),
        perform=_rest,
        depends_on_version=True,
    ),
    PageAct(
        acts.WITHDRAW,
        title=_("Withdraw the request"),
        button=_("Withdraw the request"),
        done=_("You withdrew the request."),
        perform=_withdraw,
        look="grave",
        depends_on_version=True,
    ),
    PageAct(
        acts.WITHDRAW_APPEAL,
        title=_("Withdraw the appeal"),
        button=_("Withdraw the appeal"),
        done=_("You withdrew the appeal. The first ruling is carried out."),
        perform=_withdraw_appeal,
        look="grave",
        depends_on_version=True,
    ),
)
BY_NAME = {page_act.name: page_act for page_act in PAGE_ACTS}
