"""How things look to people, in one place: the words and colour of a state, an amount, a moment, a term's rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adjudication.cases.models import Case
from adjudication.cases.states import Outcome, State
from adjudication.money import format_amount

register = template.Library()

#: A state's colour, by the name the style sheet knows it by.
TONES: dict[str, str] = {
    State.REQUESTED: "amber",
    State.REJECTED: "red",
    State.INTERVENTION: "violet",
    State.EVIDENCE: "blue",
    State.RULING: "indigo",
    State.RULED: "teal",
    State.RETURNING: "brown",
    State.CLOSED: "grey",
}
#: A closed case takes the colour of its outcome.
OUTCOME_TONES: dict[str, str] = {Outcome.REFUNDED: "green", Outcome.PARTLY_REFUNDED: "green", Outcome.REPLACED: "green"}

#: Kinds of file, as everybody calls them.
MEDIA_NAMES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "application/pdf": "PDF",
    "video/mp4": "MP4",
}


def state_words(case: Case) -> str:
    """Name the state; of a closed case, how it ended."""
    if case.state == State.CLOSED:
        return _("Closed: %(outcome)s") % {"outcome": Outcome(case.outcome).label}
    return str(State(case.state).label)


@register.simple_tag
def state(case: Case) -> SafeString:
    """The state in words and colour."""
    tone = OUTCOME_TONES.get(case.outcome) or TONES[case.state]
    return format_html('<span class="state tone-{}">{}</span>', tone, state_words(case))


@register.simple_tag
def amount(minor: int, currency: str) -> SafeString:
    """An amount of money as the reader's language writes it."""
    return format_html('<span class="amount">{}</span>', format_amount(minor, currency))


@register.simple_tag
def moment(at: datetime, *, seconds: bool = False) -> SafeString:
    """A moment in the reader's own time (`config/reader_zone.py`), with UTC beside it; to the minute, or the second.

    `2026-03-02 17:00 (09:00 UTC)`; the date stands in the brackets too where it is another one there.
    """
    time_of_day = "%H:%M:%S" if seconds else "%H:%M"
    local, utc = timezone.localtime(at), at.astimezone(UTC)
    machine_readable, words = f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{local:%Y-%m-%d {time_of_day}}"
    if not local.utcoffset():
        return format_html('<time datetime="{}" data-moment>{} UTC</time>', machine_readable, words)
    beside = f"{utc:{time_of_day if local.date() == utc.date() else f'%Y-%m-%d {time_of_day}'}}"
    shown = '<time datetime="{}" data-moment>{} <span class="utc">({} UTC)</span></time>'
    return format_html(shown, machine_readable, words, beside)


@register.simple_tag
def left(due_at: datetime, at: datetime) -> str:
    """How long is left, in the two largest units."""
    return time_left(due_at - at)


@register.filter
def size(size_bytes: int) -> str:
    """A file's size."""
    return filesizeformat(size_bytes)


@register.filter
def media_name(media_type: str) -> str:
    """What people call a kind of file: `JPEG`, `PDF`; one that is not taken, by its media type."""
    return MEDIA_NAMES.get(media_type, media_type)


@register.simple_tag(takes_context=True)
def signed_in_party(context: dict[str, Any]) -> Any:
    """Whose pages these are: the party the view named, or that of the session; None for a stranger."""
    if "party" in context:
        return context["party"]
    request = context.get("request")
    return getattr(request, "party", None)


def time_left(span: timedelta) -> str:
    """`2 days 5 hours left`, in hours and minutes on the last day."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return _("less than a minute left") if span.total_seconds() > 0 else _("the term has ended")
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = []
    if days:
        parts.append(ngettext("%(count)d day", "%(count)d days", days) % {"count": days})
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if not days and minutes % 60:
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", minutes % 60) % {"count": minutes % 60})
    return _("%(span)s left") % {"span": " ".join(parts)}
