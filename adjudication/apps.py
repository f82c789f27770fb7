"""The one Django app of this service; its rooms are folders, its history is one line of migrations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdjudicationConfig(AppConfig):
    """Everything that hears a case."""

    name = "adjudication"
    verbose_name = _("Adjudication")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Find the payment provider: one that is not there is told at the start, not at the first payment."""
        from adjudication.escrow.provider import provider_named

        provider_named()
