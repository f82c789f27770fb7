"""Signs: what an exhibit's file gives away that whoever rules should know, and that decides nothing by itself.

Cheating with evidence is the rule and not the exception: the same photograph is filed in one case after another, a
picture is taken before the goods were bought, or worked over. But files are copied innocently too, clocks are wrong,
and what a file says of itself anybody can write. So a sign is shown to those who rule, never to the other side, and no
act reads it. The words in a picture are not read: whether a screenshot contradicts the chat as the platform keeps it,
people must see, and are pointed to it. Words that were typed as chat are compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.evidence import typed_chat
from adjudication.evidence.alike import Row, alike
from adjudication.evidence.models import Exhibit
from adjudication.orders.models import ParcelReport

#: A clock whose zone is not known may stand anywhere between these offsets from UTC.
WEST, EAST = timedelta(hours=-12), timedelta(hours=14)
#: A file written a moment after its picture was taken was not changed.
UNCHANGED_WITHIN = timedelta(minutes=5)
CLOCK_MAY_BE_WRONG_BY = timedelta(days=1)

#: Names in a file's notes of what pictures and papers are worked over with, or made from nothing.
EDITORS = (
    *("photoshop", "lightroom", "gimp", "meitu", "美图", "snapseed", "picsart", "pixelmator", "affinity", "canva"),
    *("facetune", "beautycam", "美颜", "xingtu", "醒图", "faceu", "b612", "vsco", "paint.net", "photopea", "pixlr"),
    *("stable diffusion", "midjourney", "firefly", "dall·e", "dall-e", "novelai", "comfyui"),
    *("sejda", "ilovepdf", "smallpdf", "pdfescape", "pdfelement", "pdf editor"),
)


SAME_FILE = {
    "here": _("The other side has filed the very same file in this case, as %(label)s."),
    "same order": _("The very same file is on file in case %(number)s over the same order: %(label)s (%(side)s)."),
    "elsewhere": _("The very same file is on file in case %(number)s over another order: %(label)s (%(side)s)."),
}
NEARLY_SAME = {
    "here": _("The other side has filed nearly the same picture in this case, as %(label)s."),
    "same order": _("Nearly the same picture is on file in case %(number)s over the same order: %(label)s (%(side)s)."),
    "elsewhere": _("Nearly the same picture is on file in case %(number)s over another order: %(label)s (%(side)s)."),
}
#: Where its own time falls.
MADE = {
    "clock_is_wrong": _(
        "By its own account it was made on %(made)s%(camera)s, after it was filed: its clock is wrong, or its time was "
        "changed."
    ),
    "made_before_payment": _(
        "By its own account it was made on %(made)s%(camera)s, before the order was paid on %(paid)s."
    ),
    "made_before_delivery": _(
        "By its own account it was made on %(made)s%(camera)s, after the order was paid and before the delivery on "
        "%(delivered)s."
    ),
    "made_after_delivery": _(
        "By its own account it was made on %(made)s%(camera)s, after the delivery on %(delivered)s."
    ),
    "made_after_payment": _(
        "By its own account it was made on %(made)s%(camera)s, after the order was paid on %(paid)s."
    ),
    "made_about_then": _(
        "By its own account it was made on %(made)s%(camera)s. It does not say in which time zone, so nothing follows "
        "for payment or delivery."
    ),
}
CHANGED = _("By its own account it was made on %(made)s and changed on %(changed)s.")
WORKED_OVER = _("It names %(software)s, with which pictures and papers are worked over or made.")
CHAT_IS_ON_FILE = _(
    "It is filed as platform chat. The chat as the platform keeps it is on file as %(label)s: compare the two."
)
NOT_IN_THE_CHAT = _(
    "It is typed as platform chat, and %(strange)d of its %(lines)d lines stand in no message that the platform has on "
    "record, such as: “%(line)s”"
)
MOST_OF_A_LINE = 80


@dataclass(frozen=True, slots=True)
class Found:
    """Another exhibit that a sign points to."""

    case: str
    exhibit: UUID
    label: str
    by: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: of which exhibit, which kind, and a sentence; what it points to."""

    exhibit: UUID
    label: str
    code: str
    sentence: str
    others: tuple[Found, ...] = ()


#: Code, sentence, and what it points to.
Told = tuple[str, str, tuple[Found, ...]]


def signs_of(case: Case, *, parcels: Iterable[ParcelReport]) -> list[Sign]:
    """Every sign of a case's exhibits, in the order of filing; one statement, however many there are.

    Args:
        case: looked at, so that its exhibits tell what their files give away.
        parcels: what was reported of its order's.

    """
    exhibits = [exhibit for exhibit in case.papers.exhibits if exhibit.by != Exhibit.FiledBy.PLATFORM]
    if not exhibits:
        return []
    others: dict[UUID, list[Row]] = {}
    for row in alike(case.pk):
        others.setdefault(row.mine, []).append(row)
    delivered_at = _delivered_at(case, parcels)
    frozen = [
        Found(case.number, each.pk, each.label, each.by)
        for each in case.papers.exhibits
        if each.by == Exhibit.FiledBy.PLATFORM and each.kind == Exhibit.Kind.PLATFORM_CHAT
    ]
    said = [message.text for message in case.order.papers.messages]
    return [
        Sign(exhibit.pk, exhibit.label, code, sentence, found)
        for exhibit in exhibits
        for code, sentence, found in (
            *_of_others(case, others.get(exhibit.pk, [])),
            *_of_time(exhibit, case.order.paid_at, delivered_at),
            *_of_tools(exhibit),
            *_of_chat(exhibit, frozen),
            *_of_typed_chat(exhibit, said),
        )
    ]


def _of_others(case: Case, rows: Iterable[Row]) -> Iterator[Told]:
    for row in rows:
        found = Found(row.case, row.exhibit, f"{row.by[0].upper()}{row.number}", row.by)
        place = "here" if row.case_id == case.pk else "same order" if row.order_id == case.order_id else "elsewhere"
        facts = {"label": found.label, "number": found.case, "side": Exhibit.FiledBy(row.by).label}
        told = str((SAME_FILE if row.is_same else NEARLY_SAME)[place]) % facts
        yield "same_file" if row.is_same else "nearly_same_picture", told, (found,)


def _of_time(exhibit: Exhibit, paid_at: datetime, delivered_at: datetime | None) -> Iterator[Told]:
    made_at, changed_at = exhibit.taken_at, exhibit.changed_at
    if made_at is None:
        return
    facts = {
        "made": _moment(made_at, is_zone_known=exhibit.is_zone_known),
        "camera": f" ({exhibit.camera})" if exhibit.camera else "",
        "paid": _moment(paid_at),
        "delivered": _moment(delivered_at) if delivered_at else "",
    }
    code = _place(exhibit, made_at, paid_at, delivered_at)
    yield code, str(MADE[code]) % facts, ()
    if changed_at is not None and changed_at - made_at > UNCHANGED_WITHIN:
        changed = _moment(changed_at, is_zone_known=exhibit.is_zone_known)
        yield "changed_later", str(CHANGED) % {**facts, "changed": changed}, ()


def _place(exhibit: Exhibit, made_at: datetime, paid_at: datetime, delivered_at: datetime | None) -> str:
    """Where its own time falls; only what holds in every zone its clock may stand in is said."""
    first, last = (made_at, made_at) if exhibit.is_zone_known else (made_at - EAST, made_at - WEST)
    if first > exhibit.filed_at + CLOCK_MAY_BE_WRONG_BY:
        return "clock_is_wrong"
    if last < paid_at:
        return "made_before_payment"
    if first < paid_at:
        return "made_about_then"
    if delivered_at is None:
        return "made_after_payment"
    if first >= delivered_at:
        return "made_after_delivery"
    return "made_before_delivery" if last < delivered_at else "made_about_then"


def _of_tools(exhibit: Exhibit) -> Iterator[Told]:
    lowered = exhibit.made_with.lower()
    if any(editor in lowered for editor in EDITORS):
        yield "editing_software", str(WORKED_OVER) % {"software": exhibit.made_with}, ()


def _of_chat(exhibit: Exhibit, frozen: list[Found]) -> Iterator[Told]:
    if exhibit.kind_now == Exhibit.Kind.PLATFORM_CHAT and exhibit.file_name and frozen:
        labels = ", ".join(each.label for each in frozen)
        yield "chat_is_on_file", str(CHAT_IS_ON_FILE) % {"label": labels}, tuple(frozen)


def _of_typed_chat(exhibit: Exhibit, said: list[str]) -> Iterator[Told]:
    if exhibit.kind_now != Exhibit.Kind.PLATFORM_CHAT or exhibit.is_of_record or not said:
        return
    found = typed_chat.compare(exhibit.text, said)
    if found.strange:
        facts = {"strange": len(found.strange), "lines": found.lines, "line": found.strange[0][:MOST_OF_A_LINE]}
        yield "not_in_the_chat", str(NOT_IN_THE_CHAT) % facts, ()


def _delivered_at(case: Case, parcels: Iterable[ParcelReport]) -> datetime | None:
    """When the first of the case's lines was delivered, as reported."""
    labels = {line.label for line in case.papers.lines}
    reports = [report for report in parcels if report.kind == ParcelReport.Kind.DELIVERY]
    at: list[datetime] = [r.reported_at for r in reports if not labels or labels.intersection(r.line_labels)]
    return min(at, default=None)


def _moment(at: datetime, *, is_zone_known: bool = True) -> str:
    """A moment as staff read it; one whose zone is not known as it was written."""
    if not is_zone_known:
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{localtime(at):%Y-%m-%d %H:%M %Z}"
