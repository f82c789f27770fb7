"""Every room's models, for Django; the rooms themselves import from one another directly."""

from adjudication.api.models import IdempotencyKey
from adjudication.cases.models import Case, CaseLine
from adjudication.cases.offers import Offer
from adjudication.credentials.models import ApiKey, SignInLink
from adjudication.deadlines.models import Deadline, Extension, Outage
from adjudication.escrow.models import Account, Entry, Payout, Posting
from adjudication.evidence.models import Exhibit, Viewing
from adjudication.journal.models import Announcement, Event
from adjudication.notifications.models import Letter
from adjudication.orders.models import Line, Order, ParcelReport, Party, Shop
from adjudication.policy.models import PolicyVersion
from adjudication.reports.models import Heartbeat
from adjudication.rulings.models import Finding, Proposal, Ruling
from adjudication.webhooks.models import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
    WebhookTurn,
)

__all__ = [
    "Account",
    "Announcement",
    "ApiKey",
    "Case",
    "CaseLine",
    "Deadline",
    "Entry",
    "Event",
    "Exhibit",
    "Extension",
    "Finding",
    "Heartbeat",
    "IdempotencyKey",
    "Letter",
    "Line",
    "Offer",
    "Order",
    "Outage",
    "ParcelReport",
    "Party",
    "Payout",
    "PolicyVersion",
    "Posting",
    "Proposal",
    "Ruling",
    "Shop",
    "SignInLink",
    "Viewing",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookTurn",
]
