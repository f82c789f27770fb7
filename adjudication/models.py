"""Every room's models, for Django; the rooms themselves import from one another directly."""

from adjudication.api.models import IdempotencyKey
from adjudication.cases.desks import Desk, DeskChange, Interest
from adjudication.cases.inquiries import Asking, Inquiry
from adjudication.cases.models import Case, CaseLine
from adjudication.cases.notes import Note
from adjudication.cases.offers import Offer
from adjudication.credentials.models import AccessChange, ApiKey, Denial, RateBucket, SignInLink
from adjudication.deadlines.models import Deadline, Extension, Outage
from adjudication.escrow.models import Account, Entry, Payout, Posting
from adjudication.evidence.corrections import KindCorrection
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit, Viewing
from adjudication.journal.models import Announcement, Event
from adjudication.notifications.models import Letter
from adjudication.orders.messages import Message
from adjudication.orders.models import Line, Order, ParcelReport, Party, Shop
from adjudication.policy.models import PolicyVersion
from adjudication.reports.models import Export, Heartbeat
from adjudication.rulings.canned import CannedReason
from adjudication.rulings.drafts import RulingDraft
from adjudication.rulings.models import Finding, Proposal, Ruling
from adjudication.rulings.publications import Publication
from adjudication.staff.models import Looking, SavedFilter, Shortcuts
from adjudication.webhooks.models import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
    WebhookTurn,
)

__all__ = [
    "AccessChange",
    "Account",
    "Announcement",
    "ApiKey",
    "Asking",
    "CannedReason",
    "Case",
    "CaseLine",
    "Deadline",
    "Denial",
    "Desk",
    "DeskChange",
    "Draft",
    "Entry",
    "Event",
    "Exhibit",
    "Export",
    "Extension",
    "Finding",
    "Heartbeat",
    "IdempotencyKey",
    "Inquiry",
    "Interest",
    "KindCorrection",
    "Letter",
    "Line",
    "Looking",
    "Message",
    "Note",
    "Offer",
    "Order",
    "Outage",
    "ParcelReport",
    "Party",
    "Payout",
    "PolicyVersion",
    "Posting",
    "Proposal",
    "Publication",
    "RateBucket",
    "Ruling",
    "RulingDraft",
    "SavedFilter",
    "Shop",
    "Shortcuts",
    "SignInLink",
    "Viewing",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookTurn",
]
