"""The records of cases: the case itself, its exhibits, rulings and deadlines; read only."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import EmptyFieldListFilter, display
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.explain import counted, explain, extended
from adjudication.deadlines.models import Deadline
from adjudication.evidence.models import Exhibit
from adjudication.orders.models import Order, Party
from adjudication.reports.wording import rule_words
from adjudication.rulings.models import Ruling
from adjudication.staff.reading import CaseLink, ReadOnlyAdmin, amount, hearing_link, record_link
from adjudication.staff.wording import state_badge
from adjudication.templatetags.looks import moment

#: So many of those who fetched an original are listed.
MOST_VIEWINGS = 20


class CaseRecord(ReadOnlyAdmin):
    """Every case."""

    list_display = ("number", "state_shown", "reason", "claim", "order_link", "shop", "arbitrator", "updated_at")
    list_select_related = ("order", "shop__party", "arbitrator")
    list_filter = ("state", "outcome", "reason", "forum", "is_overdue")
    numbers = ("number",)
    numbers_of = (("order_id", Order, "number"), ("buyer_id", Party, "external_id"), ("shop_id", Party, "external_id"))
    ordering = ("-updated_at", "-id")
    readonly_fields = ("heard_at", "records")
    hidden = frozenset({"head", "drafts_count"})
    search_help_text = _("The beginning of a case, order, buyer or shop number")

    @display(description=_("state"), ordering="state")
    def state_shown(self, case: Case) -> SafeString:
        """In words and colour."""
        return state_badge(State(case.state))

    @display(description=_("claim"), ordering="amount_minor")
    def claim(self, case: Case) -> SafeString:
        """As money."""
        return amount(case.amount_minor, case.currency)

    @display(description=_("order"))
    def order_link(self, case: Case) -> SafeString:
        """To the order."""
        return record_link(case.order, case.order.number)

    @display(description=_("hearing page"))
    def heard_at(self, case: Case) -> SafeString:
        """To the page on which it is heard."""
        return hearing_link(case.number)

    @display(description=_("records"))
    def records(self, case: Case) -> SafeString:
        """To what else is on record for it."""
        return records_of(case.number, kinds=("exhibit", "inquiry", "ruling", "deadline", "event", "entry", "payout"))


def records_of(number: str, *, kinds: Sequence[str]) -> SafeString:
    """Links to the lists of these kinds of record, searched for a case's or order's number."""
    links = []
    for kind in kinds:
        named = apps.get_model("adjudication", kind)._meta.verbose_name_plural
        links.append((reverse(f"admin:adjudication_{kind}_changelist"), urlencode({"q": number}), named))
    return format_html_join(" · ", '<a class="plain-link" href="{}?{}">{}</a>', links)


class ExhibitRecord(CaseLink):
    """Every exhibit; its file is fetched from the hearing page's own view."""

    list_display = ("label", "title", "case_link", "kind", "by", "is_admissible", "file", "filed_at")
    list_select_related = ("case",)
    list_filter = ("kind", "by", "is_admissible")
    numbers = ("sha256",)
    numbers_of = (("case_id", Case, "number"),)
    ordering = ("-case_id", "-number")
    readonly_fields = ("file", "fetched")
    hidden = frozenset({"file_name", "picture_hash", "is_zone_known"})
    search_help_text = _("The beginning of a case number or of a file’s SHA-256")

    @display(description=_("exhibit"), ordering="number")
    def label(self, exhibit: Exhibit) -> str:
        """B1, S2, P3."""
        return exhibit.label

    @display(description=_("file"))
    def file(self, exhibit: Exhibit) -> SafeString | str:
        """To the file, as a download."""
        if not exhibit.sha256:
            return "–"
        address = reverse("admin:exhibit_file", args=[exhibit.pk])
        return format_html('<a class="plain-link" href="{}">{}</a>', address, exhibit.media_type)

    @display(description=_("original fetched"))
    def fetched(self, exhibit: Exhibit) -> SafeString | str:
        """By whom and when, the latest first."""
        viewings = exhibit.viewings.order_by("-pk")[:MOST_VIEWINGS]
        rows = [(viewing.get_role_display(), viewing.viewer_id, moment(viewing.viewed_at)) for viewing in viewings]
        return format_html_join(mark_safe("<br>"), "{} {} · {}", rows) or "–"  # our own literal


class RulingRecord(CaseLink):
    """Every ruling; immutable."""

    list_display = ("case_link", "instance", "winner", "remedy", "buyer_minor", "rule_cited", "decided_by", "issued_at")
    list_select_related = ("case", "decided_by")
    list_filter = ("winner", "remedy", "rule", "decided_as")
    numbers_of = (("case_id", Case, "number"),)
    ordering = ("-case_id", "-instance")
    readonly_fields = ("findings",)
    search_help_text = _("The beginning of a case number")

    @display(description=_("rule"), ordering="rule")
    def rule_cited(self, ruling: Ruling) -> str:
        """In words."""
        return rule_words(ruling.rule)

    @display(description=_("findings"))
    def findings(self, ruling: Ruling) -> SafeString:
        """Each finding in a line."""
        found = ruling.findings.select_related("exhibit").order_by("exhibit__number")
        return format_html_join(
            "",
            "<p>{}{}: {}, {} – {}</p>",
            (
                (f.exhibit.label, " ★" if f.is_cited else "", f.get_supports_display(), f.get_weight_display(), f.note)
                for f in found
            ),
        )


class DeadlineRecord(CaseLink):
    """Every term, running or ended; each explains itself."""

    change_form_outer_before_template = "staff/parked.html"
    list_display = ("kind", "case_link", "order_link", "binds", "if_silent", "due_at", "end", "parked_at")
    list_select_related = ("case", "order")
    list_filter = ("kind", "end", "binds", ("parked_at", EmptyFieldListFilter))
    numbers_of = (("case_id", Case, "number"), ("order_id", Order, "number"))
    readonly_fields = ("explanation", "rule", "extensions_told")
    search_help_text = _("The beginning of a case or order number")

    @display(description=_("explanation"))
    def explanation(self, deadline: Deadline) -> str:
        """In two sentences."""
        return explain(deadline)

    @display(description=_("rule"))
    def rule(self, deadline: Deadline) -> str:
        """By which rule, since when."""
        return counted(deadline)

    @display(description=_("extensions"))
    def extensions_told(self, deadline: Deadline) -> SafeString | str:
        """Each in a sentence."""
        found = deadline.extensions.select_related("by", "outage").order_by("extended_at")
        return format_html_join("", "<p>{}</p>", ((extended(extension),) for extension in found)) or "–"


class OfferRecord(CaseLink):
    """Every proposed settlement."""

    list_display = ("case_link", "by", "remedy", "amount_minor", "until", "state", "made_at")
    list_select_related = ("case",)
    list_filter = ("by", "remedy", "state")
    numbers_of = (("case_id", Case, "number"),)
    ordering = ("-case_id", "-made_at")
    search_help_text = _("The beginning of a case number")


class ProposalRecord(CaseLink):
    """Every ruling that was proposed to a second person."""

    list_display = ("case_link", "instance", "proposed_by", "state", "answered_by", "proposed_at")
    list_select_related = ("case", "proposed_by", "answered_by")
    list_filter = ("state",)
    numbers_of = (("case_id", Case, "number"),)
    ordering = ("-case_id", "-proposed_at")
    search_help_text = _("The beginning of a case number")
