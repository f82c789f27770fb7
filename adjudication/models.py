"""Every room's models, for Django; the rooms themselves import from one another directly."""

from adjudication.api.models import IdempotencyKey
from adjudication.cases.desks import Desk, Interest
from adjudication.cases.models import Case, CaseLine
from adjudication.cases.notes import Note
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
from adjudication.rulings.publications import Publication
from adjudication.staff.models import CannedReason, Presence, RulingDraft, SavedFilter

__all__ = [
    "Account",
    "Announcement",
    "ApiKey",
    "CannedReason",
    "Case",
    "CaseLine",
    "Deadline",
    "Desk",
    "Entry",
    "Event",
    "Exhibit",
    "Extension",
    "Finding",
    "Heartbeat",
    "IdempotencyKey",
    "Interest",
    "Letter",
    "Line",
    "Note",
    "Offer",
    "Order",
    "Outage",
    "ParcelReport",
    "Party",
    "Payout",
    "PolicyVersion",
    "Posting",
    "Presence",
    "Proposal",
    "Publication",
    "Ruling",
    "RulingDraft",
    "SavedFilter",
    "Shop",
    "SignInLink",
    "Viewing",
]
