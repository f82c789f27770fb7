"""What somebody saw before acting: a form carries the case’s version; the act is refused if the case has moved on."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Malformed


def version_seen(request: HttpRequest) -> int:
    """The version of the case on the page that was sent.

    Raises:
        Malformed: the form does not say.

    """
    given = request.POST.get("version", "")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise Malformed(
            _("The form does not say which version of the case it was made for; open the case again."),
            Fault("version", _("must be the case’s version")),
        )
    return int(given)
