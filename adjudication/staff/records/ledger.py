"""The records of money: entries, postings, accounts and payouts; read only."""

from __future__ import annotations

from django.contrib.admin import display
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.escrow import balances
from adjudication.escrow.models import Account, Entry, Payout, Posting
from adjudication.money import format_amount
from adjudication.orders.models import Order
from adjudication.staff.reading import CaseLink, ReadOnlyAdmin, amount, record_link
from adjudication.templatetags.looks import moment


class EntryRecord(CaseLink):
    """Every entry, with its postings."""

    list_display = ("reference", "case_link", "order_link", "total", "occurred_at")
    list_select_related = ("case", "order")
    numbers = ("reference",)
    numbers_of = (("case_id", Case, "number"), ("order_id", Order, "number"))
    readonly_fields = ("postings_shown",)
    search_help_text = _("The beginning of a reference, case or order number")

    @display(description=_("total"), ordering="total_minor")
    def total(self, entry: Entry) -> SafeString:
        """The sum of either side."""
        return amount(entry.total_minor, entry.currency)

    @display(description=_("postings"))
    def postings_shown(self, entry: Entry) -> SafeString:
        """Debits and credits, a line each."""
        return format_html_join(
            "",
            "<p>{} {} {}</p>",
            (
                (
                    _("debit") if posting.debit_minor else _("credit"),
                    record_link(posting.account, posting.account.get_kind_display()),
                    amount(posting.debit_minor or posting.credit_minor, entry.currency),
                )
                for posting in entry.postings.select_related("account").order_by("id")
            ),
        )


class PostingRecord(ReadOnlyAdmin):
    """Every posting."""

    list_display = ("entry_link", "account_link", "debit", "credit", "occurred_at")
    list_select_related = ("entry", "account")
    list_filter = ("account__kind",)
    numbers_of = (("entry_id", Entry, "reference"),)
    search_help_text = _("The beginning of an entry’s reference")

    @display(description=_("entry"), ordering="entry_id")
    def entry_link(self, posting: Posting) -> SafeString:
        """To the entry."""
        return record_link(posting.entry, posting.entry.reference)

    @display(description=_("account"))
    def account_link(self, posting: Posting) -> SafeString:
        """To the account."""
        return record_link(posting.account, posting.account.get_kind_display())

    @display(description=_("debit"))
    def debit(self, posting: Posting) -> SafeString | str:
        """As money."""
        return amount(posting.debit_minor, posting.entry.currency) if posting.debit_minor else ""

    @display(description=_("credit"))
    def credit(self, posting: Posting) -> SafeString | str:
        """As money."""
        return amount(posting.credit_minor, posting.entry.currency) if posting.credit_minor else ""

    @display(description=_("occurred at"))
    def occurred_at(self, posting: Posting) -> SafeString:
        """When its entry was made."""
        return moment(posting.entry.occurred_at, seconds=True)


class AccountRecord(ReadOnlyAdmin):
    """Every account."""

    list_display = ("kind", "owner_id", "currency")
    list_filter = ("kind", "currency")
    readonly_fields = ("balance",)

    @display(description=_("balance"))
    def balance(self, account: Account) -> str:
        """Credits less debits; cash and receivables stand on the other side and are shown as debit."""
        minor = balances.of_account(Account.Kind(account.kind), account.owner_id, account.currency)
        side = _("credit") if minor >= 0 else _("debit")
        return f"{side} {format_amount(abs(minor), account.currency)}"


class PayoutRecord(CaseLink):
    """Every payout: what has left, what waits, what failed and why."""

    list_display = ("payee", "amount_shown", "state", "case_link", "order_link", "attempts", "created_at", "paid_at")
    list_select_related = ("payee", "case", "order")
    list_filter = ("state", "currency")
    numbers_of = (("case_id", Case, "number"), ("order_id", Order, "number"))
    ordering = ("-entry_id",)
    search_help_text = _("The beginning of a case or order number")

    @display(description=_("amount"), ordering="amount_minor")
    def amount_shown(self, payout: Payout) -> SafeString:
        """As money."""
        return amount(payout.amount_minor, payout.currency)
