"""Records are read here and never written: no role, and no forged request, changes one through the admin.

Lists stay fast on large tables: nothing is counted, rows are joined rather than fetched one by one, and a search looks
a number up from its beginning through an index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.contrib.admin import display
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import DateTimeField, Field, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from adjudication.credentials.staff import staff_roles
from adjudication.money import format_amount
from adjudication.staff.field_names import MONEY
from adjudication.templatetags.looks import moment

READING = frozenset({"GET", "HEAD"})

#: How many orders, cases or parties one search goes through.
MOST_FOUND = 500


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold carries no types
    """A model whose rows staff may read."""

    actions = None
    list_per_page = 50
    list_fullwidth = True
    list_filter_submit = True
    show_full_result_count = False
    paginator = InfinitePaginator
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    search_help_text = _("The beginning of a number")

    numbers: ClassVar[Sequence[str]] = ()
    """Own fields that a search looks up from the beginning."""
    numbers_of: ClassVar[Sequence[tuple[str, type[Model], str]]] = ()
    """(own foreign key, its model, the model's field): likewise, one step away."""
    hidden: ClassVar[frozenset[str]] = frozenset()
    """Fields that nobody sees or filters by, whatever is asked."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """All four roles read everything."""
        return bool(staff_roles(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for each record."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A list is read: a forged action or edit is refused."""
        _require_reading(request)
        answer: HttpResponse = super().changelist_view(request, extra_context)
        return answer

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A record is read."""
        _require_reading(request)
        answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return answer

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What Django knows of it, which is nothing: nobody changes a record here."""
        _require_reading(request)
        answer: HttpResponse = super().history_view(request, object_id, extra_context)
        return answer

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """The columns, in people's form."""
        return [self._shown(column) for column in super().get_list_display(request)]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[Any]:
        """What the record says of itself, then every field but the hidden ones, in people's form."""
        fields = [field for field in self.model._meta.concrete_fields if field.name not in self.hidden]
        return [*self.readonly_fields, *(in_peoples_form(field) for field in fields)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[Any]:
        """All of them."""
        return list(self.get_fields(request, obj))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A hidden field cannot be guessed at through a filter either."""
        return lookup.split("__")[0] not in self.hidden and super().lookup_allowed(lookup, value, request)

    def get_search_fields(self, request: HttpRequest) -> Sequence[str]:
        """Name what is searched, so that the search box is shown."""
        return [*self.numbers, *(key for key, _model, _field in self.numbers_of)]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows whose own number, or whose order's, case's or party's, begins with the term."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Q(pk__in=[])
        for field in self.numbers:
            found |= Q(**{f"{field}__startswith": term})
        for key, model, field in self.numbers_of:
            # Looked up first: joined into one condition, neither index could be used.
            rows = model._default_manager.filter(**{f"{field}__startswith": term}).values_list("pk", flat=True)
            found |= Q(**{f"{key}__in": list(rows[:MOST_FOUND])})
        return queryset.filter(found), False

    def _shown(self, column: Any) -> Any:
        try:
            return in_peoples_form(self.model._meta.get_field(column))
        except FieldDoesNotExist:  # a column that the record makes itself
            return column


Shown = Callable[[Any], Any]


@cache
def in_peoples_form(field: Field[Any, Any]) -> str | Shown:
    """How a field is shown: smallest units as money, a moment with its UTC beside it, the rest as the admin does."""
    name = field.name

    if isinstance(field, DateTimeField):

        @display(description=field.verbose_name, ordering=name)
        def shown(record: Any) -> SafeString | str:
            at: datetime | None = getattr(record, name)
            return moment(at, seconds=True) if at else "–"

        shown.__name__ = name  # by it the admin finds the field's help text
        return shown
    if name in MONEY:

        @display(description=MONEY[name], ordering=name)
        def as_money(record: Any) -> SafeString | str:
            minor: int | None = getattr(record, name)
            return "–" if minor is None else amount(minor, _currency_of(record))

        return as_money
    return str(name)


def _currency_of(record: Any) -> str:
    """The record's own currency, or that of what it belongs to."""
    for holder in (record, *(getattr(record, name, None) for name in ("order", "case", "entry"))):
        currency: str | None = getattr(holder, "currency", None)
        if currency:
            return currency
    raise AttributeError(f"{record!r} names no currency")


class CaseLink(ReadOnlyAdmin):
    """A record of a case or an order that leads to both."""

    @display(description=_("case"), ordering="case_id")
    def case_link(self, record: Any) -> SafeString | str:
        """To the case's hearing."""
        return hearing_link(record.case.number) if record.case_id else "–"

    @display(description=_("order"), ordering="order_id")
    def order_link(self, record: Any) -> SafeString | str:
        """To the order."""
        return record_link(record.order, record.order.number) if record.order_id else "–"


def record_link(record: Model, label: Any) -> SafeString:
    """A link to a record's own page."""
    address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    return format_html('<a class="plain-link" href="{}">{}</a>', address, label)


def hearing_link(number: str) -> SafeString:
    """A link to the page on which the case is heard."""
    return format_html('<a class="plain-link" href="{}">{}</a>', reverse("admin:hearing", args=[number]), number)


def amount(minor: int, currency: str) -> SafeString:
    """An amount for a column of figures."""
    return format_html('<span class="figure">{}</span>', format_amount(minor, currency))


def _require_reading(request: HttpRequest) -> None:
    if request.method not in READING:
        raise PermissionDenied(_("Records are read here and never changed."))
