#!/usr/bin/env python
"""Every command starts here, with a database: the given one, that of a running `up`, or one started for the command."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.embedded_postgres import EmbeddedPostgresError, available
from config.paths import data_dir

WITHOUT_DATABASE = {
    *("up", "help", "version", "check", "diffsettings", "makemessages", "compilemessages", "collectstatic"),
    *("findstatic", "spectacular", "signing_key", "verify_bundle"),
}
HELP = {"-h", "--help", "--version"}


def database_for(arguments: list[str]) -> AbstractContextManager[None]:
    """What the command needs around it; a given DATABASE_URL is never touched."""
    command = arguments[0] if arguments else "help"
    if os.environ.get("DATABASE_URL") or command in WITHOUT_DATABASE or _ask_for_help(arguments):
        return nullcontext()
    return available(data_dir())


def require_signing_key(arguments: list[str]) -> None:
    """Refuse to tell a key that this very command would have made, away from where the service keeps its own."""
    kept = data_dir() / "signing_key"
    given = os.environ.get("SIGNING_KEY") or os.environ.get("DATABASE_URL")  # with a database the command itself says
    if not (given or kept.exists() or _ask_for_help(arguments)):
        raise ImproperlyConfigured(
            f"There is no signing key in {kept.parent}: it is made when the service is first started there "
            "(manage.py up). If it runs with another DATA_DIR, or with SIGNING_KEY, set that here too."
        )


def _ask_for_help(arguments: list[str]) -> bool:
    return "".join(arguments[:1]).startswith("-") or not HELP.isdisjoint(arguments)


def main() -> None:
    """Run the command of the command line."""
    if sys.argv[1:2] == ["verify_bundle"]:  # for whoever has nothing of ours but a file: no settings, no database
        from adjudication.reports.bundle import verify

        sys.exit(verify.main(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if sys.argv[1:2] == ["up"]:
            from config.up import announce

            announce(sys.argv[2:])
        if sys.argv[1:2] == ["signing_key"]:
            require_signing_key(sys.argv[1:])
        if sys.argv[1:2] == ["migrate"]:
            os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")  # changing a large table takes its time
        with database_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EmbeddedPostgresError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(2 if sys.argv[1:2] == ["audit"] else 1)  # an audit that could not check has not found a violation


if __name__ == "__main__":
    main()
