"""The records of the service itself: the journal, policy versions, API keys (never their secrets), and the staff."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.contrib.admin import display
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.credentials import changes
from adjudication.credentials.models import ApiKey
from adjudication.credentials.staff import staff_roles
from adjudication.deadlines.models import Outage
from adjudication.journal.models import Event
from adjudication.orders.models import Order
from adjudication.policy import versions
from adjudication.policy.models import PolicyVersion
from adjudication.reports.wording import event_words
from adjudication.staff import fresh
from adjudication.staff.doors import who
from adjudication.staff.reading import CaseLink, ReadOnlyAdmin


class EventRecord(CaseLink):
    """The journal: every event, with the hash that chains it to the one before."""

    list_display = ("occurred_at", "words", "kind", "sequence", "case_link", "order_link")
    list_select_related = ("case", "order")
    list_filter = ("kind",)
    numbers_of = (("case_id", Case, "number"), ("order_id", Order, "number"))
    readonly_fields = ("hash_shown", "previous_shown")
    hidden = frozenset({"hash", "previous"})
    search_help_text = _("The beginning of a case or order number")

    @display(description=_("event"))
    def words(self, event: Event) -> str:
        """What happened, in words."""
        return event_words(event.kind)

    @display(description=_("hash"))
    def hash_shown(self, event: Event) -> str:
        """In hexadecimal."""
        return bytes(event.hash).hex()

    @display(description=_("previous hash"))
    def previous_shown(self, event: Event) -> str:
        """In hexadecimal; none for the first."""
        return bytes(event.previous).hex() or "–"


class OutageRecord(ReadOnlyAdmin):
    """Every outage, noticed or declared; one is declared on a page of its own (`staff/outages.py`)."""

    list_display = ("began_at", "ended_at", "grace_ends_at", "cause", "extended_terms", "note")
    readonly_fields = ("extended_terms",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outage]:
        """With the number of terms each extended."""
        found: QuerySet[Outage] = super().get_queryset(request).annotate(extended=Count("extensions"))
        return found

    @display(description=_("extended terms"))
    def extended_terms(self, outage: Outage) -> int:
        """How many."""
        extended: int = outage.extended  # type: ignore[attr-defined]  # annotated
        return extended


class LetterRecord(ReadOnlyAdmin):
    """Every letter: to whom, about which event, whether it has left."""

    list_display = ("event", "party", "state", "attempts", "next_try_at", "sent_at")
    list_select_related = ("event", "party")
    list_filter = ("state",)


class PolicyVersionRecord(ReadOnlyAdmin):
    """Every policy version; a new one is loaded by `manage.py policy load` or the API."""

    list_display = ("version", "loaded_at", "loaded_by")
    list_select_related = ("loaded_by",)
    readonly_fields = ("in_full",)
    hidden = frozenset({"tables"})

    @display(description=_("every number in force"))
    def in_full(self, policy: PolicyVersion) -> SafeString:
        """As TOML."""
        return format_html('<pre class="source">{}</pre>', versions.show(policy.version))


class ApiKeyRecord(ReadOnlyAdmin):
    """Every API key, without its secret or the secret's hash; made by `manage.py create_api_key`."""

    list_display = ("name", "prefix", "scopes_shown", "user", "party", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("user", "party")
    numbers = ("prefix", "name")
    hidden = frozenset({"secret_hash"})
    search_help_text = _("The beginning of a name or prefix")

    @display(description=_("scopes"))
    def scopes_shown(self, key: ApiKey) -> str:
        """In a row."""
        return ", ".join(key.scopes)


class StaffRecord(UserAdmin, ModelAdmin):  # type: ignore[misc,type-arg]  # Unfold carries no types
    """The members of staff: read by all, changed by superusers; made by `manage.py create_staff`."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "roles", "is_active", "is_superuser", "last_login")
    list_filter = ("groups", "is_active")
    list_fullwidth = True
    search_fields = ("username", "first_name", "last_name")
    fieldsets = (
        (None, {"fields": ("username", "password", "first_name", "last_name", "email")}),
        (_("Role"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their groups, all at once."""
        found: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return found

    @display(description=_("roles"))
    def roles(self, user: User) -> str:
        """Their groups."""
        return ", ".join(group.name for group in user.groups.all()) or "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A password's hash is nobody's business who cannot change it."""
        shown = super().get_fieldsets(request, obj)
        if obj is None or request.user.is_superuser:
            return shown
        return [(title, {**part, "fields": [f for f in part["fields"] if f != "password"]}) for title, part in shown]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """All four roles see who works here."""
        return bool(staff_roles(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """All four roles see who works here."""
        return bool(staff_roles(request.user))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Superusers."""
        return self._may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Superusers."""
        return self._may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: the journal names them; make them inactive instead."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None."""
        return {}

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Never through the password."""
        return "password" not in lookup and bool(super().lookup_allowed(lookup, value, request))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Who may come in changes with a fresh second factor alone."""
        if (asked := _asked_again(request)) is not None:
            return asked
        answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return answer

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Look at it before; the roles are saved later, and then it is noted what has changed."""
        form.before = changes.of(obj.pk)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles; who changed whose access stays on record."""
        super().save_related(request, form, formsets, change)
        changes.note(form.instance, before=form.before, by=who(request), at=clock.now())

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Give somebody another password, with a fresh second factor, on record."""
        if (asked := _asked_again(request)) is not None:
            return asked
        user = self.get_object(request, unquote(id))
        with changes.recorded(user, by=who(request)) if user else nullcontext():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer

    def _may_change(self, request: HttpRequest) -> bool:
        return bool(staff_roles(request.user)) and bool(getattr(request.user, "is_superuser", False))


def _asked_again(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for the second factor again, where something is sent by a superuser and it is not fresh."""
    return fresh.asked_again(request) if request.method == "POST" and who(request).is_superuser else None
