"""Inquire: the arbitrator asks a side, or both; each answers once, until the inquiry is due. No term moves for it.

An inquiry that stays open stops nobody from ruling: the arbitrator decides on what is on file (DOMAIN section 5).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.inquiries import Asking, Inquiry, new_code
from adjudication.cases.models import Case
from adjudication.cases.standing import require, require_standing, require_turn
from adjudication.deadlines import schedule
from adjudication.errors import EvidenceRefused, Fault, Malformed, NoStanding, NotFound, OutOfOrder
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.kinds import PICTURES
from adjudication.journal.chain import digest, timestamp
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import SIDES, Actor, Role
from adjudication.policy import versions
from adjudication.procedure import acts
from adjudication.procedure.take_evidence import put_on_file


@act
def inquire(
    case: Case, *, by: Actor, to: Collection[Role], text: str, is_challenge: bool = False, at: datetime
) -> Inquiry:
    """Ask one side or both; with a challenge, for a photo of the goods together with a code that each side gets.

    It can be answered for as long as the policy says, and never beyond the ruling's term.

    Raises:
        Malformed: nobody is asked, or nothing.

    """
    require(acts.INQUIRE, case, by, at=at)
    sides, text = [side for side in SIDES if side in to], text.strip()
    if not sides:
        raise Malformed(_("Say whom you ask."), Fault("to", _("must name the buyer, the seller, or both")))
    if not text:
        raise Malformed(_("Say what you ask; both sides read it."), Fault("text", _("must not be empty")))
    due_at = at + timedelta(seconds=versions.get(case.policy_version_id).number("inquiries", "reply_seconds"))
    ruling_ends_at = schedule.ruling_ends_at(case)
    case.inquiries_count += 1
    inquiry = Inquiry(
        case=case,
        number=case.inquiries_count,
        instance=case.instance,
        text=text,
        is_challenge=is_challenge,
        made_as=by.role.value,
        made_by_id=by.id,
        made_at=at,
        due_at=min(due_at, ruling_ends_at) if ruling_ends_at else due_at,
    )
    inquiry.asked = [
        Asking(inquiry=inquiry, side=side.value, code=new_code() if is_challenge else "") for side in sides
    ]
    case.papers.inquiries.append(inquiry)
    case.papers.new_inquiries.append(inquiry)
    record(
        case,
        "inquiry.made",
        by=by,
        at=at,
        inquiry=str(inquiry.pk),
        number=inquiry.number,
        to=inquiry.to,
        until=timestamp(inquiry.due_at),
        is_challenge=is_challenge,
        text_sha256=digest(text),
    )
    return inquiry


@act
def reply(
    case: Case,
    *,
    by: Actor,
    inquiry_id: UUID,
    text: str = "",
    exhibits: Sequence[ExhibitGiven] = (),
    at: datetime,
) -> Inquiry:
    """The asked side answers, once; exhibits that come with it are filed though evidence has closed.

    They are marked with the inquiry and do not count towards the side's quota.

    Raises:
        NotFound: there is no such inquiry in this case.
        NoStanding: another side is asked.
        OutOfOrder: this side has answered it.
        TooLate: it was due.
        EvidenceRefused: neither words nor exhibits, more exhibits than the policy takes, or no photo where one is
            asked for.

    """
    inquiry = next((each for each in case.papers.inquiries if each.pk == inquiry_id), None)
    asking = _asking(case, inquiry, by)
    require_turn(acts.REPLY, case, by, at=at)
    if inquiry is None or asking is None:
        raise NotFound(_("There is no such inquiry in this case."))
    _require_waiting(case, inquiry, asking, at=at)
    most = versions.get(case.policy_version_id).number("inquiries", "exhibits_per_reply")
    text = text.strip()
    if not text and not exhibits:
        raise EvidenceRefused(
            _("An answer has words, exhibits, or both."), Fault("text", _("or an exhibit is needed"), "reply_required")
        )
    if len(exhibits) > most:
        raise EvidenceRefused(
            _("With one answer %(most)d exhibits are taken.") % {"most": most},
            Fault("exhibits", _("are more than are taken"), "too_many_exhibits"),
        )
    if inquiry.is_challenge and not any(_is_photo(given) for given in exhibits):
        raise EvidenceRefused(
            _("This inquiry asks for a photo of the goods that shows the code; send it with the answer."),
            Fault("exhibits", _("must have a photo among them"), "photo_required"),
        )
    asking.reply, asking.replied_at = text, at
    if inquiry not in case.papers.new_inquiries:
        case.papers.replied.append(asking)
    filed = [put_on_file(case, by=by, given=given, at=at, inquiry=inquiry) for given in exhibits]
    record(
        case,
        "inquiry.answered",
        by=by,
        at=at,
        inquiry=str(inquiry.pk),
        number=inquiry.number,
        text_sha256=digest(text),
        exhibits=[exhibit.label for exhibit in filed],
    )
    return inquiry


def _asking(case: Case, inquiry: Inquiry | None, by: Actor) -> Asking | None:
    """What this side is asked; that another side is asked is judged before whose turn it is."""
    require_standing(acts.REPLY, case, by)
    asking = inquiry.asking(by.role) if inquiry else None
    if inquiry is not None and asking is None:
        raise NoStanding(_("An inquiry is answered by the side that is asked."))
    return asking


def _require_waiting(case: Case, inquiry: Inquiry, asking: Asking, *, at: datetime) -> None:
    if asking.replied_at is not None:
        raise OutOfOrder(_("This side has answered the inquiry already."))
    if inquiry.instance != case.instance:
        raise OutOfOrder(_("This inquiry was made in an earlier hearing."))
    if at >= inquiry.ends_at:
        raise acts.answered_too_late(inquiry)


def _is_photo(given: ExhibitGiven) -> bool:
    return given.file is not None and given.file.media_type in PICTURES
