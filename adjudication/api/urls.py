"""The addresses of the API, as the contract names them."""

from __future__ import annotations

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter
from drf_spectacular.views import SpectacularSwaggerSplitView

from adjudication.api import (
    bundles,
    cases,
    exhibits,
    feed,
    fields,
    inquiries,
    links,
    messages,
    money,
    offers,
    orders,
    policies,
    proof,
    rulings,
    signs,
    webhooks,
)
from adjudication.api.doors import Nowhere
from adjudication.api.schema_door import SchemaDoor


class CaseNumber(StringConverter):
    """Only what a case number can look like gets as far as the database."""

    regex = "[0-9]{4}-[0-9]{6,12}-[0-9]{2}"


class OrderNumber(StringConverter):
    """Only what an order can be registered under."""

    regex = fields.NAME_OF_AN_ORDER


class PolicyNumber(StringConverter):
    """A policy version: 1, 2, 3 and so on."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:  # type: ignore[override]  # a converter may convert
        """As a number."""
        return int(value)


class RowNumber(StringConverter):
    """The number of a row that has no other name."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:  # type: ignore[override]  # a converter may convert
        """As a number."""
        return int(value)


register_converter(CaseNumber, "api_case_number")
register_converter(OrderNumber, "api_order_number")
register_converter(PolicyNumber, "api_policy_number")
register_converter(RowNumber, "api_row_number")

app_name = "api"
CASE = "cases/<api_case_number:number>"
ORDER = "orders/<api_order_number:order_number>"
ENDPOINT = "webhook-endpoints/<uuid:endpoint_id>"

urlpatterns = [
    path("orders", orders.OrdersDoor.as_view(), name="orders"),
    path(ORDER, orders.OrderDoor.as_view(), name="order"),
    path(f"{ORDER}/shipments", orders.ShipmentsDoor.as_view(), name="shipments"),
    path(f"{ORDER}/deliveries", orders.DeliveriesDoor.as_view(), name="deliveries"),
    path(f"{ORDER}/refusals", orders.RefusalsDoor.as_view(), name="refusals"),
    path(f"{ORDER}/receipt", orders.ReceiptDoor.as_view(), name="receipt"),
    path(f"{ORDER}/messages", messages.MessagesDoor.as_view(), name="messages"),
    path("cases", cases.CasesDoor.as_view(), name="cases"),
    path(CASE, cases.CaseDoor.as_view(), name="case"),
    *(path(f"{CASE}/{below}", view.as_view(), name=below) for below, view in cases.act_views()),
    path(f"{CASE}/exhibits", exhibits.ExhibitsDoor.as_view(), name="exhibits"),
    path(f"{CASE}/signs", signs.SignsDoor.as_view(), name="signs"),
    path(f"{CASE}/rulings", rulings.RulingsDoor.as_view(), name="rulings"),
    path(f"{CASE}/questions", rulings.QuestionsDoor.as_view(), name="questions"),
    path(f"{CASE}/events", feed.CaseEventsDoor.as_view(), name="case-events"),
    path(f"{CASE}/ledger", money.LedgerDoor.as_view(), name="ledger"),
    path(f"{CASE}/bundle", bundles.BundleDoor.as_view(), name="bundle"),
    path(f"{CASE}/links", links.LinksDoor.as_view(), name="links"),
    path(f"{CASE}/checklist", proof.ChecklistDoor.as_view(), name="checklist"),
    path(f"{CASE}/manifest", proof.ManifestDoor.as_view(), name="manifest"),
    path("exhibits/<uuid:exhibit_id>", exhibits.ExhibitDoor.as_view(), name="exhibit"),
    path("exhibits/<uuid:exhibit_id>/file", exhibits.ExhibitFileDoor.as_view(), name="exhibit-file"),
    path("exhibits/<uuid:exhibit_id>/pages/<int:page>", exhibits.ExhibitPageDoor.as_view(), name="exhibit-page"),
    path("exhibits/<uuid:exhibit_id>/thumbnail", exhibits.ExhibitThumbnailDoor.as_view(), name="exhibit-thumbnail"),
    path(f"{CASE}/rulings/<uuid:proposal_id>/confirm", rulings.ConfirmDoor.as_view(), name="confirm"),
    path(f"{CASE}/rulings/<uuid:proposal_id>/send-back", rulings.SendBackDoor.as_view(), name="send-back"),
    path(f"{CASE}/inquiries", inquiries.InquiriesDoor.as_view(), name="inquiries"),
    path("inquiries/<uuid:inquiry_id>/reply", inquiries.ReplyDoor.as_view(), name="reply"),
    path("exhibits/<uuid:exhibit_id>/kind", exhibits.ExhibitKindDoor.as_view(), name="exhibit-kind"),
    path(f"{CASE}/offers", offers.OffersDoor.as_view(), name="offers"),
    path("offers/<uuid:offer_id>/accept", offers.AcceptOfferDoor.as_view(), name="accept-offer"),
    path("offers/<uuid:offer_id>/decline", offers.DeclineOfferDoor.as_view(), name="decline-offer"),
    path("events", feed.FeedDoor.as_view(), name="feed"),
    path("payouts", money.PayoutsDoor.as_view(), name="payouts"),
    path("payouts/<uuid:payout_id>/paid", money.PaidDoor.as_view(), name="payout-paid"),
    path("payouts/<uuid:payout_id>/failed", money.FailedDoor.as_view(), name="payout-failed"),
    path("policies", policies.PoliciesDoor.as_view(), name="policies"),
    path("policies/<api_policy_number:version>", policies.PolicyDoor.as_view(), name="policy"),
    path("webhook-endpoints", webhooks.EndpointsDoor.as_view(), name="webhook-endpoints"),
    path(ENDPOINT, webhooks.EndpointDoor.as_view(), name="webhook-endpoint"),
    path(f"{ENDPOINT}/deliveries", webhooks.DeliveriesDoor.as_view(), name="webhook-deliveries"),
    path(f"{ENDPOINT}/replay", webhooks.ReplayRangeDoor.as_view(), name="webhook-replay-range"),
    path(f"{ENDPOINT}/ping", webhooks.PingDoor.as_view(), name="webhook-ping"),
    path(f"{ENDPOINT}/rotate-secret", webhooks.RotateDoor.as_view(), name="webhook-rotate-secret"),
    path("deliveries/<api_row_number:delivery_id>/replay", webhooks.ReplayDoor.as_view(), name="webhook-replay"),
    path("signing-key", bundles.SigningKeyDoor.as_view(), name="signing-key"),
    path("schema/", SchemaDoor.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    re_path("", Nowhere.as_view()),
]
