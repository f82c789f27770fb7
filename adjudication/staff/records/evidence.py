"""The records around exhibits: what was asked and answered, corrected, said in the chat, handed out; read only.

Drafts have none: they are their side's alone until they are filed, and nobody else learns that there is one.
"""

from __future__ import annotations

from django.contrib.admin import display
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adjudication.cases.inquiries import Inquiry
from adjudication.cases.models import Case
from adjudication.evidence.corrections import KindCorrection
from adjudication.orders.models import Order
from adjudication.staff.reading import CaseLink, ReadOnlyAdmin, hearing_link, record_link
from adjudication.templatetags.looks import moment


class InquiryRecord(CaseLink):
    """Every question to the sides, with what each answered."""

    list_display = ("case_link", "number", "is_challenge", "made_by", "made_at", "due_at")
    list_select_related = ("case", "made_by")
    list_filter = ("is_challenge",)
    numbers_of = (("case_id", Case, "number"),)
    ordering = ("-case_id", "-number")
    readonly_fields = ("answers",)
    search_help_text = _("The beginning of a case number")

    @display(description=_("answers"))
    def answers(self, inquiry: Inquiry) -> SafeString:
        """Of each side that was asked, with its code."""
        rows = [
            (
                asking.get_side_display(),
                asking.code,
                moment(asking.replied_at) if asking.replied_at else "–",
                asking.reply,
            )
            for asking in inquiry.askings.order_by("side")
        ]
        return format_html_join("", "<p>{} {} · {} {}</p>", rows)


class CorrectionRecord(ReadOnlyAdmin):
    """Every time that staff said what an exhibit is."""

    list_display = ("case_link", "exhibit_link", "kind", "reason", "corrected_by", "corrected_at")
    list_select_related = ("exhibit__case", "corrected_by")
    list_filter = ("kind",)
    numbers_of = (("exhibit__case_id", Case, "number"),)
    search_help_text = _("The beginning of a case number")

    @display(description=_("case"))
    def case_link(self, correction: KindCorrection) -> SafeString:
        """To the case's hearing."""
        return hearing_link(correction.exhibit.case.number)

    @display(description=_("exhibit"))
    def exhibit_link(self, correction: KindCorrection) -> SafeString:
        """To the exhibit, as it was filed."""
        return record_link(correction.exhibit, correction.exhibit.label)


class ExportRecord(CaseLink):
    """Every signed file of a case that was handed out: whoever holds one can ask whether it was made here."""

    list_display = ("case_link", "role", "asker_name", "sequence", "is_whole", "manifest_sha256", "exported_at")
    list_select_related = ("case",)
    list_filter = ("role", "is_whole")
    numbers = ("manifest_sha256",)
    numbers_of = (("case_id", Case, "number"),)
    search_help_text = _("The beginning of a case number or of a manifest’s SHA-256")


class MessageRecord(CaseLink):
    """Every message of the chat on the platform, as the marketplace reported it."""

    list_display = ("order_link", "number", "by", "text", "sent_at")
    list_select_related = ("order",)
    list_filter = ("by",)
    numbers_of = (("order_id", Order, "number"),)
    ordering = ("-order_id", "number")
    search_help_text = _("The beginning of an order number")
