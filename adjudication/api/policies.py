"""Policies over HTTP: every version can be read; an operator loads the next."""

from __future__ import annotations

from typing import Any

import tomli_w
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication.api import documented
from adjudication.api.doors import Door
from adjudication.api.fields import Answer, Instant
from adjudication.api.idempotency import answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.credentials.models import Scope
from adjudication.errors import Fault, Malformed, NotFound
from adjudication.parties import Role
from adjudication.policy import versions
from adjudication.policy.models import PolicyVersion

#: What a policy is made of; which numbers and words it takes, the policy itself judges.
TABLES = {
    "type": "object",
    "properties": {name: {"type": "object"} for name in versions.VERSION_1},
    "additionalProperties": False,
    "minProperties": 1,
}


class PolicyAnswer(Answer):
    """A policy version: every number and table in force under it."""

    version = serializers.IntegerField()
    loaded_at = Instant()
    tables = serializers.SerializerMethodField()

    def get_tables(self, row: Any) -> dict[str, Any]:
        """As in a policy file: terms in seconds, limits in minor units."""
        return dict(row.tables)


class PoliciesDoor(Door):
    """`policies`."""

    @documented.listing(
        "List the policy versions, the one in force first",
        PolicyAnswer,
        query=PageQuery,
        name="PolicyPage",
        tags=["policies"],
        operation_id="list_policies",
    )
    def get(self, request: Request) -> Response:
        """For everyone with a key."""
        return page(
            request,
            PolicyVersion.objects.all(),
            key=("version",),
            newest_first=True,
            asked=self.filters(PageQuery),
            answer=PolicyAnswer.write_all,
        )

    @documented.changing(
        "Load the next policy version: the tables of a policy file, only what differs from version 1",
        {201: PolicyAnswer, 200: PolicyAnswer},
        form={"application/json": TABLES},
        tags=["policies"],
        operation_id="load_policy",
    )
    @answered_once
    def post(self, request: Request) -> Response:
        """What is in force already is answered with 200, and nothing is added."""
        self.caller.require_role(Role.MARKETPLACE, Role.OPERATOR)
        self.caller.require_scope(Scope.POLICIES_WRITE)
        if not (tables := dict(self.content())):
            raise Malformed(_("Name at least one table, such as terms_seconds; what is left out is version 1’s."))
        policy, is_new = versions.load(_as_toml(tables), user_id=self.caller.key.user_id)
        return Response(_written(policy.version), status=201 if is_new else 200)


class PolicyDoor(Door):
    """`policies/{version}`."""

    @documented.reading("Read a policy version", PolicyAnswer, tags=["policies"], operation_id="read_policy")
    def get(self, request: Request, version: int) -> Response:
        """For everyone with a key."""
        if not PolicyVersion.objects.filter(pk=version).exists():
            raise NotFound(_("There is no policy version %(version)s.") % {"version": version})
        return Response(_written(version))


def _written(version: int) -> Any:
    return PolicyAnswer.write(PolicyVersion.objects.get(pk=version))


def _as_toml(tables: dict[str, Any]) -> str:
    try:
        return tomli_w.dumps(tables)
    except (TypeError, ValueError) as error:
        raise Malformed(
            _("A policy is made of tables, texts, whole numbers and lists; null is none of them."),
            Fault("", _("cannot be written as TOML")),
        ) from error
