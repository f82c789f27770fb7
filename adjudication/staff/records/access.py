"""The records of the door: what was denied, and who gave or took a way in; read only."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from adjudication.credentials import denials
from adjudication.credentials.models import AccessChange, Denial
from adjudication.credentials.staff import staff_roles
from adjudication.parties import Role
from adjudication.staff.reading import ReadOnlyAdmin, hearing_link

#: Why somebody was denied: the refusals' codes, and those of the sign-in.
WHYS = (
    *("no_standing", "method_not_allowed", "not_found", "invalid", "unprocessable", "inadmissible_citation"),
    *("out_of_order", "stale", "too_late", "too_early", "unauthenticated", "conflict", "evidence_refused"),
    *("idempotency_mismatch", "too_large", "unsupported_media_type", "storage_full", "unbalanced", "not_whole"),
    *("wrong_password", "wrong_code", "unknown_name", "locked_out", "no_role", denials.MORE),
)
#: Who looks after those who act here.
OVERSEEING = frozenset({Role.SUPERVISOR, Role.AUDITOR})


class WhyFilter(SimpleListFilter):
    """By the refusal's code; the codes are known, so that no list is read for them."""

    title = _("why")
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Each that a line can have."""
        return [(why, why) for why in WHYS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Denial]) -> QuerySet[Denial]:
        """Those of this code."""
        return queryset.filter(why=self.value()) if self.value() else queryset


class WhereFilter(SimpleListFilter):
    """At the door, on the pages, or by a key."""

    title = _("where")
    parameter_name = "where"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The three of them."""
        return [("sign_in", _("signing in")), ("pages", _("on the pages")), ("api", _("by an API key"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Denial]) -> QuerySet[Denial]:
        """Those there."""
        at_the_door, by_key = Q(act="sign_in"), Q(act__contains=" api ")
        chosen = {"sign_in": at_the_door, "api": by_key, "pages": ~at_the_door & ~by_key}
        return queryset.filter(chosen.get(self.value() or "", Q()))


class DenialRecord(ReadOnlyAdmin):
    """What staff tried and were denied; for supervisors and auditors alone."""

    list_display = ("last_at", "user", "act", "case_shown", "why", "tries", "told", "address")
    list_select_related = ("user",)
    list_filter = (WhyFilter, WhereFilter)
    ordering = ("-last_at", "-id")
    numbers = ("case_number",)
    numbers_of = (("user_id", User, "username"),)
    search_help_text = _("The beginning of a case number or of a username")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Supervisors and auditors."""
        return bool(staff_roles(request.user) & OVERSEEING)

    @display(description=_("case"), ordering="case_number")
    def case_shown(self, denial: Denial) -> str:
        """To the hearing of the case it was about."""
        return hearing_link(denial.case_number) if denial.case_number else "–"


class AccessChangeRecord(ReadOnlyAdmin):
    """Every account, role, password, key, second factor and lock that was given or taken."""

    list_display = ("at", "kind", "about", "roles_shown", "by_whom", "reason")
    list_select_related = ("user", "key", "by")
    list_filter = ("kind",)
    ordering = ("-at", "-id")

    @display(description=_("whose"))
    def about(self, change: AccessChange) -> str:
        """Whose way in, or which key."""
        return str(change.user or change.key)

    @display(description=_("roles"))
    def roles_shown(self, change: AccessChange) -> str:
        """What this person may act as from then on."""
        return change.roles_told or "–"

    @display(description=_("by"))
    def by_whom(self, change: AccessChange) -> str:
        """Who did it."""
        return str(change.by or _("a command on the server"))
