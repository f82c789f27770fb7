"""The installation itself as a Django app, so that its checks are run with all the others."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate


class InstallationConfig(AppConfig):
    """How the service is run."""

    name = "config"
    verbose_name = "Installation"

    def ready(self) -> None:
        """Register the checks; let `migrate` install the queue too, for the service's own role may not."""
        from config import checks  # noqa: F401  # registers them

        # The signal is sent for apps with models alone, and this one has none.
        post_migrate.connect(install_queue, sender=apps.get_app_config("adjudication"))


def install_queue(**kwargs: Any) -> None:
    """Install the queue where production has it in a PostgreSQL; `up` does it by itself."""
    if settings.PRODUCTION and settings.CELERY_BROKER_URL.startswith("pgmq://"):
        from config.up import install_broker

        install_broker()
