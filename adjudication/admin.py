"""What staff may look up: every record, in the staff's own site; nothing that Django's default site would add."""

from django.contrib.auth.models import User

from adjudication.cases.inquiries import Inquiry
from adjudication.cases.models import Case
from adjudication.cases.offers import Offer
from adjudication.credentials.models import AccessChange, ApiKey, Denial
from adjudication.deadlines.models import Deadline, Outage
from adjudication.escrow.models import Account, Entry, Payout, Posting
from adjudication.evidence.corrections import KindCorrection
from adjudication.evidence.models import Exhibit
from adjudication.journal.models import Event
from adjudication.notifications.models import Letter
from adjudication.orders.messages import Message
from adjudication.orders.models import Line, Order, Party, Shop
from adjudication.policy.models import PolicyVersion
from adjudication.reports.models import Export
from adjudication.rulings.models import Proposal, Ruling
from adjudication.staff.field_names import translate_fields
from adjudication.staff.records.access import AccessChangeRecord, DenialRecord
from adjudication.staff.records.cases import (
    CaseRecord,
    DeadlineRecord,
    ExhibitRecord,
    OfferRecord,
    ProposalRecord,
    RulingRecord,
)
from adjudication.staff.records.evidence import CorrectionRecord, ExportRecord, InquiryRecord, MessageRecord
from adjudication.staff.records.ledger import AccountRecord, EntryRecord, PayoutRecord, PostingRecord
from adjudication.staff.records.orders import LineRecord, OrderRecord, PartyRecord, ShopRecord
from adjudication.staff.records.service import (
    ApiKeyRecord,
    EventRecord,
    LetterRecord,
    OutageRecord,
    PolicyVersionRecord,
    StaffRecord,
)
from adjudication.staff.records.webhooks import WebhookDeliveryRecord, WebhookEndpointRecord
from adjudication.staff.site import site
from adjudication.webhooks.models import WebhookDelivery, WebhookEndpoint

site.register(Case, CaseRecord)
site.register(Exhibit, ExhibitRecord)
site.register(KindCorrection, CorrectionRecord)
site.register(Inquiry, InquiryRecord)
site.register(Export, ExportRecord)
site.register(Ruling, RulingRecord)
site.register(Offer, OfferRecord)
site.register(Proposal, ProposalRecord)
site.register(Deadline, DeadlineRecord)
site.register(Order, OrderRecord)
site.register(Line, LineRecord)
site.register(Message, MessageRecord)
site.register(Party, PartyRecord)
site.register(Shop, ShopRecord)
site.register(Entry, EntryRecord)
site.register(Posting, PostingRecord)
site.register(Account, AccountRecord)
site.register(Payout, PayoutRecord)
site.register(Event, EventRecord)
site.register(Outage, OutageRecord)
site.register(Letter, LetterRecord)
site.register(PolicyVersion, PolicyVersionRecord)
site.register(ApiKey, ApiKeyRecord)
site.register(AccessChange, AccessChangeRecord)
site.register(Denial, DenialRecord)
site.register(WebhookEndpoint, WebhookEndpointRecord)
site.register(WebhookDelivery, WebhookDeliveryRecord)
site.register(User, StaffRecord)

translate_fields(model for model in site._registry if model._meta.app_label == "adjudication")
