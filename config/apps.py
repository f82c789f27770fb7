"""The installation itself as a Django app, so that its checks are run with all the others."""

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    """How the service is run."""

    name = "config"
    verbose_name = "Installation"

    def ready(self) -> None:
        """Register the checks."""
        from config import checks  # noqa: F401
