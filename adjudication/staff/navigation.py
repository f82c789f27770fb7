"""The sidebar: the day's work first, then the records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from adjudication.credentials.staff import staff_roles
from adjudication.parties import Role
from adjudication.staff.accounts import LOOKING_AFTER
from adjudication.staff.doors import READERS
from adjudication.staff.figures import COUNTING
from adjudication.staff.keys import KEEPING
from adjudication.staff.policies import KNOWING
from adjudication.staff.records.access import OVERSEEING


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Its groups of links, as Unfold takes them."""
    return [
        {
            "items": [
                {"title": _("Today"), "icon": "today", "link": reverse("admin:index")},
                {"title": _("Queue"), "icon": "inbox", "link": reverse("admin:queue")},
                {"title": _("Desks"), "icon": "chair_alt", "link": reverse("admin:desks")},
                {"title": _("To be published"), "icon": "campaign", "link": reverse("admin:publications")},
                {
                    "title": _("Figures"),
                    "icon": "monitoring",
                    "link": reverse("admin:figures"),
                    "permission": _holds(COUNTING),
                },
                {"title": _("Canned reasons"), "icon": "edit_note", "link": reverse("admin:canned_reasons")},
            ]
        },
        {
            "title": _("Disputes"),
            "separator": True,
            "items": [
                _records(_("Cases"), "gavel", "case"),
                _records(_("Exhibits"), "attach_file", "exhibit"),
                _records(_("Corrected kinds"), "edit_note", "kindcorrection"),
                _records(_("Inquiries"), "contact_support", "inquiry"),
                _records(_("Rulings"), "balance", "ruling"),
                _records(_("Proposed rulings"), "rule", "proposal"),
                _records(_("Offers"), "handshake", "offer"),
                _records(_("Deadlines"), "timer", "deadline"),
                _records(_("Journal"), "history_edu", "event"),
                _records(_("Signed files"), "folder_zip", "export"),
            ],
        },
        {
            "title": _("Marketplace"),
            "separator": True,
            "items": [
                _records(_("Orders"), "shopping_bag", "order"),
                _records(_("Order lines"), "list", "line"),
                _records(_("Chat on the platform"), "chat", "message"),
                _records(_("Parties"), "group", "party"),
                _records(_("Shops"), "storefront", "shop"),
            ],
        },
        {
            "title": _("Ledger"),
            "separator": True,
            "items": [
                _records(_("Entries"), "receipt_long", "entry"),
                _records(_("Postings"), "swap_horiz", "posting"),
                _records(_("Accounts"), "account_balance", "account"),
                _records(_("Payouts"), "payments", "payout"),
            ],
        },
        {
            "title": _("Service"),
            "separator": True,
            "items": [
                {**_records(_("Policies"), "rule", "policyversion"), "permission": _holds(READERS - KNOWING)},
                {
                    "title": _("Policies"),
                    "icon": "rule",
                    "link": reverse("admin:policies"),
                    "permission": _holds(KNOWING),
                },
                {"title": _("Outages"), "icon": "power_off", "link": reverse("admin:outages")},
                _records(_("Letters"), "mail", "letter"),
                _records(_("Webhook endpoints"), "webhook", "webhookendpoint"),
                _records(_("Webhook deliveries"), "send", "webhookdelivery"),
                {**_records(_("API keys"), "key", "apikey"), "permission": _holds(READERS - KEEPING)},
                {
                    "title": _("API keys"),
                    "icon": "key",
                    "link": reverse("admin:keys"),
                    "permission": _holds(KEEPING),
                },
                {"title": _("Staff"), "icon": "badge", "link": reverse("admin:auth_user_changelist")},
                {
                    "title": _("Staff accounts"),
                    "icon": "lock_person",
                    "link": reverse("admin:accounts"),
                    "permission": _holds(LOOKING_AFTER),
                },
                {"title": _("Your second factor"), "icon": "phonelink_lock", "link": reverse("admin:second_factor")},
                _records(_("Changes of access"), "vpn_key", "accesschange"),
                {**_records(_("Denied tries"), "gpp_bad", "denial"), "permission": _holds(OVERSEEING)},
            ],
        },
    ]


def _records(title: Any, icon: str, model: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:adjudication_{model}_changelist")}


def _holds(roles: frozenset[Role]) -> Callable[[HttpRequest], bool]:
    """Shown to those alone whom the page lets in."""
    return lambda request: bool(staff_roles(request.user) & roles)
