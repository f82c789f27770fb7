"""The one Django app of this service; its rooms are folders, its history is one line of migrations."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdjudicationConfig(AppConfig):
    """Everything that hears a case."""

    name = "adjudication"
    verbose_name = _("Adjudication")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Find the payment provider: one that is not there is told at the start, not at the first payment.

        Sign-ins that fail are listened for from here on.
        """
        from django.contrib.auth.signals import user_login_failed

        from adjudication.escrow.provider import provider_named

        provider_named()
        user_login_failed.connect(_sign_in_failed, dispatch_uid="adjudication")


def _sign_in_failed(**told: Any) -> None:
    """Have it written down; what serves pages is loaded for it and not before."""
    from adjudication.staff.sign_in import failed

    failed(**told)
