"""Webhooks over HTTP: an owner's endpoints, what was sent there, and sending it again.

The marketplace's key sees the marketplace's endpoints, as an operator's does; a party's key that party's own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, OpenApiWebhook, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication.api import documented
from adjudication.api.doors import Door
from adjudication.api.forms import NothingForm
from adjudication.api.idempotency import answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.api.webhook_forms import (
    DeliveryAnswer,
    DeliveryQuery,
    EndpointAnswer,
    EndpointChangeForm,
    EndpointForm,
    NewEndpointAnswer,
    ReplayAnswer,
    ReplayForm,
    RotateForm,
    SentAnswer,
)
from adjudication.credentials.models import Scope
from adjudication.errors import NotFound
from adjudication.parties import Role
from adjudication.webhooks import endpoints
from adjudication.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

TAGS = ["webhooks"]


class WebhookDoor(Door):
    """What the doors below have in common."""

    def require_owner(self) -> int | None:
        """Whose endpoints the key sees: a party's own, or the marketplace's (None).

        Raises:
            NoStanding: staff but operators, or a key without the scope.

        """
        self.caller.require_role(Role.MARKETPLACE, Role.BUYER, Role.SELLER, Role.OPERATOR)
        self.caller.require_scope(Scope.WEBHOOKS)
        return self.caller.party_id

    def endpoint(self, endpoint_id: UUID) -> WebhookEndpoint:
        """The endpoint, if it is one of the owner's."""
        return endpoints.find(endpoint_id, party_id=self.require_owner())


class EndpointsDoor(WebhookDoor):
    """`webhook-endpoints`."""

    answers_with_a_secret = True

    @documented.listing(
        "List the webhook endpoints, newest first",
        EndpointAnswer,
        query=PageQuery,
        name="WebhookEndpointPage",
        tags=TAGS,
        operation_id="list_webhook_endpoints",
    )
    def get(self, request: Request) -> Response:
        """Those of the marketplace, or of the party whose key it is."""
        return page(
            request,
            endpoints.of_owner(self.require_owner()),
            key=("created_at", "id"),
            newest_first=True,
            asked=self.filters(PageQuery),
            answer=EndpointAnswer.write_all,
        )

    @documented.changing(
        "Make a webhook endpoint; its secret is shown this once",
        NewEndpointAnswer,
        form=EndpointForm,
        tags=TAGS,
        operation_id="create_webhook_endpoint",
    )
    @answered_once
    def post(self, request: Request) -> Response:
        """It hears of what happens from now on."""
        owner = self.require_owner()
        endpoint, secret = endpoints.create(party_id=owner, **self.form(EndpointForm))
        return Response(NewEndpointAnswer.write(endpoint, secret=secret), status=201)


class EndpointDoor(WebhookDoor):
    """`webhook-endpoints/{id}`."""

    @documented.reading("Read a webhook endpoint", EndpointAnswer, tags=TAGS, operation_id="read_webhook_endpoint")
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """Without its secret."""
        return Response(EndpointAnswer.write(self.endpoint(endpoint_id)))

    @documented.changing(
        "Change a webhook endpoint, or switch it off and on",
        EndpointAnswer,
        form=EndpointChangeForm,
        status=200,
        tags=TAGS,
        operation_id="change_webhook_endpoint",
    )
    @answered_once
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """Switched off, what is due is parked, and what happens meanwhile is not noted."""
        endpoint = self.endpoint(endpoint_id)
        given = self.form(EndpointChangeForm)
        all_types = "types" in given and given["types"] is None
        return Response(EndpointAnswer.write(endpoints.change(endpoint, all_types=all_types, **given)))

    @extend_schema(
        summary="Remove a webhook endpoint",
        responses={204: OpenApiResponse(None, "removed"), **documented.problems(*documented.ALWAYS, 503)},
        tags=TAGS,
        operation_id="remove_webhook_endpoint",
    )
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """What was sent stays on record."""
        endpoints.remove(self.endpoint(endpoint_id))
        return Response(status=204)


class RotateDoor(WebhookDoor):
    """`webhook-endpoints/{id}/rotate-secret`."""

    answers_with_a_secret = True

    @documented.changing(
        "Sign with a new secret, shown this once; for a while with the old one too",
        NewEndpointAnswer,
        form=RotateForm,
        status=200,
        tags=TAGS,
        operation_id="rotate_webhook_secret",
    )
    @answered_once
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Two are valid at most: rotated again within the overlap, the oldest ends at once."""
        endpoint = self.endpoint(endpoint_id)
        overlap = timedelta(seconds=self.form(RotateForm)["overlap_seconds"])
        rotated, secret = endpoints.rotate(endpoint, overlap=overlap)
        return Response(NewEndpointAnswer.write(rotated, secret=secret))


class PingDoor(WebhookDoor):
    """`webhook-endpoints/{id}/ping`."""

    @documented.changing(
        "Have a ping sent, to see whether the receiver answers",
        DeliveryAnswer,
        form=NothingForm,
        status=202,
        tags=TAGS,
        operation_id="ping_webhook_endpoint",
    )
    @answered_once
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """It is sent within seconds, like everything else; look at the deliveries for what came of it."""
        endpoint = self.endpoint(endpoint_id)
        self.form(NothingForm)
        return Response(_written(endpoints.ping(endpoint)), status=202)


class DeliveriesDoor(WebhookDoor):
    """`webhook-endpoints/{id}/deliveries`."""

    @documented.listing(
        "List what was sent to an endpoint, newest first, with every try",
        DeliveryAnswer,
        query=DeliveryQuery,
        name="WebhookDeliveryPage",
        tags=TAGS,
        operation_id="list_webhook_deliveries",
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """By state and type, if asked."""
        endpoint = self.endpoint(endpoint_id)
        asked = self.filters(DeliveryQuery)
        rows = _in_full().filter(endpoint=endpoint)
        if state := asked.get("state"):
            rows = rows.filter(state=state)
        if kind := asked.get("type"):
            rows = rows.filter(kind=kind)
        return page(
            request,
            rows,
            key=("id",),
            newest_first=True,
            asked=asked,
            answer=DeliveryAnswer.write_all,
        )


class ReplayRangeDoor(WebhookDoor):
    """`webhook-endpoints/{id}/replay`."""

    @documented.changing(
        "Send again what was noted in a stretch of time",
        ReplayAnswer,
        form=ReplayForm,
        status=202,
        tags=TAGS,
        operation_id="replay_webhook_range",
    )
    @answered_once
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """The same ids and bytes; in the order of each case, as far as they are due together."""
        endpoint = self.endpoint(endpoint_id)
        replayed, more = endpoints.replay_range(endpoint, **self.form(ReplayForm))
        return Response({"replayed": replayed, "more": more}, status=202)


class ReplayDoor(WebhookDoor):
    """`deliveries/{id}/replay`."""

    @documented.changing(
        "Send one delivery again",
        DeliveryAnswer,
        form=NothingForm,
        status=202,
        tags=TAGS,
        operation_id="replay_webhook_delivery",
    )
    @answered_once
    def post(self, request: Request, delivery_id: int) -> Response:
        """The same id and the same bytes."""
        owner = self.require_owner()
        found = WebhookDelivery.objects.filter(pk=delivery_id, endpoint__in=endpoints.of_owner(owner))
        delivery = found.select_related("endpoint").first()
        if delivery is None:
            raise NotFound(_("There is no such delivery."))
        self.form(NothingForm)
        endpoints.replay(delivery)
        return Response(_written(delivery), status=202)


def _in_full() -> QuerySet[WebhookDelivery]:
    tries = Prefetch("attempts_made", WebhookAttempt.objects.order_by("number"))
    return WebhookDelivery.objects.select_related("message").prefetch_related(tries)


def _written(delivery: WebhookDelivery) -> Any:
    return DeliveryAnswer.write(_in_full().get(pk=delivery.pk))


SENT = OpenApiWebhook(
    name="event",
    decorator=extend_schema(
        summary="What is sent to an endpoint",
        description=(
            "Headers and signature are those of Standard Webhooks: `webhook-id`, `webhook-timestamp`, "
            "`webhook-signature`. Any 2xx within ten seconds accepts it; 410 switches the endpoint off; anything else "
            "is tried again for three days."
        ),
        request=SentAnswer,
        responses={
            "2XX": OpenApiResponse(description="Accepted."),
            410: OpenApiResponse(description="Nothing more is to be sent."),
        },
        tags=TAGS,
    ),
)
