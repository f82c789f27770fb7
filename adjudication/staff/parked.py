"""Let a parked term be tried again: it is swept at the next tick, and parked at once if it fails once more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication import docket
from adjudication.deadlines.models import Deadline
from adjudication.errors import NotFound, OutOfOrder
from adjudication.parties import Role
from adjudication.staff.doors import door

#: Who sees to the service, and who sees to what is late.
RETRYING = frozenset({Role.OPERATOR, Role.SUPERVISOR})


@door("POST", open_to=RETRYING, otherwise=gettext_lazy("Parked terms are for operators and supervisors."))
def retry_term(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Take the term out of the parked ones."""
    deadline = Deadline.objects.filter(pk=pk).first()
    if deadline is None:
        raise NotFound(_("There is no such term."))
    if not docket.unpark([deadline]):
        raise OutOfOrder(_("This term is not parked: it has ended, or somebody else has had it tried again."))
    messages.success(request, _("The term is tried again at the next tick."))
    return redirect("admin:adjudication_deadline_change", pk)
