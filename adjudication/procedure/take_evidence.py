"""Take evidence: exhibits are filed, a side rests, evidence closes for both at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from adjudication.cases.inquiries import Inquiry
from adjudication.cases.models import Case
from adjudication.cases.offers import lapse_offers
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import EvidenceRefused, Fault
from adjudication.evidence import drafts
from adjudication.evidence.checklists import checked_facts
from adjudication.evidence.drafts import Draft
from adjudication.evidence.frozen import chat_words
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import CLOCK, SIDES, Actor, Role
from adjudication.policy import versions
from adjudication.procedure import acts, manifest
from adjudication.procedure.issue import rule_by_default
from adjudication.rulings.defaults import at_close_of_evidence


@act
def file_exhibit(case: Case, *, by: Actor, given: ExhibitGiven, at: datetime) -> Exhibit:
    """File one item for a side; from now on it is never changed or deleted, and the other side sees it.

    Off-platform chat is put on file as inadmissible: read, never cited.

    Raises:
        EvidenceRefused: see `put_on_file`; or the side's quota is used up.

    """
    require(acts.FILE_EXHIBIT, case, by, at=at)
    require_room(case, by.role, given)
    return put_on_file(case, by=by, given=given, at=at)


@act
def put_on_file(
    case: Case,
    *,
    by: Actor,
    given: ExhibitGiven,
    at: datetime,
    side: str = "",
    exhibit_id: UUID | None = None,
    is_of_record: bool = False,
    inquiry: Inquiry | None = None,
) -> Exhibit:
    """The item is an exhibit from now on, whoever caused it; whether there is room is for the act to say.

    Args:
        case: taken up.
        by: who files it: a side, the platform, or the clock for a side.
        given: what is filed; the words of one that quotes messages are filled in from the platform's record.
        at: when.
        side: whose it is, where somebody else files it.
        exhibit_id: of the draft that it was.
        is_of_record: its words are the platform's own record.
        inquiry: what it answers.

    Raises:
        EvidenceRefused: no title, neither text nor file, facts that are not asked for, it replaces another's, or it
            quotes what is not on record.

    """
    if given.messages:
        given, is_of_record = _quoted(case, given), True
    side = side or by.role
    _require_content(given)
    facts = checked(case, side, given)
    case.exhibits_count += 1
    exhibit = Exhibit(
        id=exhibit_id or uuid4(),
        case=case,
        number=case.exhibits_count,
        by=side,
        instance=case.instance,
        kind=given.kind,
        title=given.title.strip(),
        text=given.text,
        facts=list(facts),
        replaces_id=given.replaces,
        is_admissible=given.kind != Exhibit.Kind.OFF_PLATFORM_CHAT,
        is_of_record=is_of_record,
        inquiry=inquiry,
        filed_at=at,
    )
    exhibit.last_correction = None
    if given.file is not None:
        exhibit.file_name, exhibit.original_name = given.file.name, given.file.original_name
        exhibit.media_type, exhibit.size_bytes = given.file.media_type, given.file.size_bytes
        exhibit.sha256 = given.file.sha256
        exhibit.pages, exhibit.pages_shown = given.file.pages, given.file.pages_shown
        given.file.traces.put_on(exhibit)
    case.papers.exhibits.append(exhibit)
    case.papers.new_exhibits.append(exhibit)
    told: dict[str, Any] = {"is_of_record": True} if is_of_record else {}
    if inquiry is not None:
        told["inquiry"] = str(inquiry.pk)
    record(
        case,
        "exhibit.filed",
        by=by,
        at=at,
        exhibit=str(exhibit.pk),
        label=exhibit.label,
        kind=str(exhibit.kind),
        words_sha256=manifest.words_sha256(exhibit),
        file_sha256=exhibit.sha256,
        size_bytes=exhibit.size_bytes,
        is_admissible=exhibit.is_admissible,
        **told,
    )
    return exhibit


@act
def count_as_filed(case: Case, *, sides: Sequence[Role], by: Actor, at: datetime) -> None:
    """What these sides have drafted counts as filed now, in the order in which it was first kept.

    What has neither text nor file is nothing to be filed: it goes, and nobody else is told that it was there.
    """
    for draft in [draft for draft in case.papers.drafts if draft.by in sides]:
        if draft.is_fit:
            drafts.take_out(case, draft)
            put_on_file(case, by=by, side=draft.by, given=draft.to_be_filed, at=at, exhibit_id=draft.pk)
        else:
            drafts.let_go(case, [draft])


@act
def rest(case: Case, *, by: Actor, at: datetime) -> None:
    """A side files no more, and what it has drafted counts as filed; when both have said so, evidence closes."""
    require(acts.REST, case, by, at=at)
    if by.role is Role.BUYER:
        case.buyer_rests = True
    else:
        case.seller_rests = True
    count_as_filed(case, sides=[by.role], by=by, at=at)
    record(case, "case.rested", by=by, at=at, side=str(by.role))
    if case.buyer_rests and case.seller_rests:
        schedule.meet(case, at=at)
        close_evidence(case, by=by, at=at)


@act
def hear_evidence(case: Case, *, at: datetime) -> None:
    """Open the evidence term of this instance, counted from the act that called for it."""
    schedule.open_term(
        case,
        Deadline.Kind.EVIDENCE,
        binds="both",
        if_silent=Deadline.Silence.EVIDENCE_CLOSES,
        at=at,
        counted_from=case.heard_from,
    )


@act
def close_evidence(case: Case, *, by: Actor = CLOCK, at: datetime) -> None:
    """Evidence closes for both sides at once; the ruling's term counts from where evidence did.

    What is still drafted counts as filed. What the record alone decides is ruled at once.
    """
    count_as_filed(case, sides=SIDES, by=by, at=at)
    case.close_evidence()
    lapse_offers(case, at=at)
    default = at_close_of_evidence(case)
    if default is None:
        schedule.open_term(
            case,
            Deadline.Kind.RULING,
            binds="arbitrator",
            if_silent=Deadline.Silence.MOVED_TO_SUPERVISOR,
            at=at,
            counted_from=case.heard_from,
        )
    frozen = manifest.entries(case.papers.exhibits)
    record(case, "case.evidence_closed", by=by, at=at, instance=case.instance, manifest=frozen)
    if default is not None:
        rule_by_default(case, default, at=at)


def _require_content(given: ExhibitGiven) -> None:
    if not given.title.strip():
        raise EvidenceRefused(_("Give the exhibit a title."), Fault("title", _("must not be empty"), "title_required"))
    if given.file is None and not given.text.strip():
        raise EvidenceRefused(
            _("An exhibit has a text, a file, or both."), Fault("file", _("or a text is needed"), "content_required")
        )


def _quoted(case: Case, given: ExhibitGiven) -> ExhibitGiven:
    """The messages that are quoted, and those around each, word for word as they are on record."""
    if given.kind != Exhibit.Kind.PLATFORM_CHAT or given.file is not None or given.text.strip():
        raise EvidenceRefused(
            _("Quoted messages are an exhibit of their own, of platform chat; its words come from the record."),
            Fault("messages", _("go with a title alone, and kind platform_chat"), "quoted_alone"),
        )
    on_record = {message.number for message in case.order.papers.messages}
    if unknown := sorted(set(given.messages) - on_record):
        raise EvidenceRefused(
            _("The record of this order’s chat has no message %(numbers)s.")
            % {"numbers": ", ".join(f"#{number}" for number in unknown)},
            Fault("messages", _("names messages on record"), "unknown_message"),
        )
    return replace(given, text=chat_words(case.order.papers.messages, quoted=given.messages), messages=())


def require_room(case: Case, side: str, given: ExhibitGiven, *, instead_of: Draft | None = None) -> None:
    """Refuse what is more than a side may file in all, its drafts counted.

    Args:
        case: taken up.
        side: whose item it is.
        given: the item.
        instead_of: the draft whose place it takes.

    Raises:
        EvidenceRefused: it is.

    """
    most = versions.get(case.policy_version_id).number("evidence", "bytes_per_side")
    used = sum(each.size_bytes for each in drafts.counted(case, side) if each != instead_of)
    if given.file is not None and used + given.file.size_bytes > most:
        raise EvidenceRefused(
            _("Each side may file %(most)d MB in all; this would be more.") % {"most": most // 2**20},
            Fault("file", _("is more than is left"), "quota_used_up"),
        )


def checked(case: Case, side: str, given: ExhibitGiven) -> tuple[str, ...]:
    """Return the facts the item names, in the order of the checklist; what it corrects is judged too.

    Raises:
        EvidenceRefused: a fact that is not asked of the side, or it corrects what the side has not filed.

    """
    own = [exhibit for exhibit in case.papers.exhibits if exhibit.by == side]
    if given.replaces is not None and all(exhibit.pk != given.replaces for exhibit in own):
        raise EvidenceRefused(
            _("A correction names an exhibit that this side has filed in this case."),
            Fault("replaces", _("is not an exhibit of this side"), "unknown_exhibit"),
        )
    return checked_facts(case.reason, side, given.facts)
