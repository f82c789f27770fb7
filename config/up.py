"""`manage.py up`: everything on one machine, in the order in which each part needs the one before it."""

import argparse
import fcntl
import http.client
import io
import os
import socket
import sys
import time
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from config.console import Console
from config.embedded_postgres import EmbeddedPostgres
from config.paths import BASE_DIR, data_dir, writable_folder
from config.supervisor import Stopped, Supervisor

PORT_PATIENCE_SECONDS = 2.0  # what was killed a moment ago may still be letting go of the port
BACKGROUND_WAITS_SECONDS = 10.0
LATE_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said on the command line."""
    parser.add_argument("--port", default="8000", help="The port of the web pages and the API (8000).")
    parser.add_argument("--host", default="127.0.0.1", help="The address to listen on (127.0.0.1: this machine alone).")
    parser.add_argument("--data", metavar="DIR", help="The data directory (DATA_DIR, or `data` beside manage.py).")
    parser.add_argument("--no-demo", action="store_true", help="Without demo data and demo sign-in.")
    parser.add_argument("--policy", metavar="FILE", type=Path, help="A policy file to load as the next version.")


def announce(arguments: list[str]) -> None:
    """Put into the environment what the settings of this process and of its children must know beforehand."""
    parser = argparse.ArgumentParser(prog="manage.py up", add_help=False)
    add_arguments(parser)
    said, _ = parser.parse_known_args(arguments)
    if said.data:
        os.environ["DATA_DIR"] = said.data
    os.environ["DATA_DIR"] = str(data_dir())
    os.environ["STARTED_BY_UP"] = "1"
    os.environ["DEMO"] = "0" if said.no_demo else "1"
    os.environ["DATABASE_STATEMENT_TIMEOUT"] = "0"  # for migrations; the children get their own


class Up:
    """One run of the command."""

    def __init__(self, *, host: str, port: str, demo: bool, policy: Path | None) -> None:
        """Nothing is started yet; raises CommandError for a port that is none."""
        if not port.isdecimal() or not 1 <= int(port) <= 65535:
            raise CommandError(f"--port must be a number from 1 to 65535, not {port!r}.")
        self.host, self.port, self.demo, self.policy = host, int(port), demo, policy
        self.began_at = time.monotonic()
        self.console = Console()
        self.demo_says = ""
        self.next_look_at = 0.0
        self.background = self.late = False

    def run(self) -> None:
        """Prepare, serve until asked to stop, stop; raises CommandError with one sentence where it cannot begin."""
        lock = self._take_data_directory()
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        self._require_free_port()
        supervisor = Supervisor(self.console)
        try:
            self._prepare_database(supervisor)
            self._start_web(supervisor)
            supervisor.preparing = False
            supervisor.run(until_ready=lambda: self._ready(supervisor))
        except Stopped:
            pass
        finally:
            stopping_at = time.monotonic()
            self.console.say("up", "stopping")
            connection.close()
            supervisor.stop()
            self.console.say("up", f"stopped in {time.monotonic() - stopping_at:.1f} s")
            os.close(lock)

    def _take_data_directory(self) -> int:
        file = settings.DATA_DIR / "up.lock"
        try:
            writable_folder(settings.DATA_DIR)
            lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CommandError(str(error)) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = file.read_text()
            raise CommandError(f"Another `up` (process {owner}) already uses {settings.DATA_DIR}.") from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        return lock

    def _require_free_port(self) -> None:
        until = time.monotonic() + PORT_PATIENCE_SECONDS
        while True:
            try:
                family, kind, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
                with socket.socket(family, kind) as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(address)
                return
            except OSError as error:
                if time.monotonic() > until or isinstance(error, PermissionError | socket.gaierror):
                    raise CommandError(
                        f"Cannot listen on {self.host} port {self.port}: {error.strerror}; choose another with --port."
                    ) from None
                time.sleep(0.1)

    def _prepare_database(self, supervisor: Supervisor) -> None:
        if not os.environ.get("DATABASE_URL"):
            server = EmbeddedPostgres(settings.DATA_DIR)
            supervisor.start_database(server)
            os.environ |= {"DATABASE_URL": server.url(), "DATABASE_EMBEDDED": "1"}
            self.console.say("up", f"database runs after {self._seconds()}")
        try:
            if settings.PRODUCTION:
                call_command("check", databases=["default"], stdout=io.StringIO())
            if settings.CELERY_BROKER_URL.startswith("pgmq://"):
                install_broker()
            call_command("migrate", verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {' '.join(str(error).split())}") from error
        self.console.say("up", f"database is up to date after {self._seconds()}")
        if self.policy:
            call_command("policy", "load", str(self.policy))
        if self.demo:
            says = io.StringIO()
            try:
                call_command("demo", stdout=says)
                self.console.say("up", f"demo data is there after {self._seconds()}")
            except CommandError as error:
                self.console.say("up", f"no demo data: {error}")
            self.demo_says = says.getvalue()
        connection.close()

    def _start_web(self, supervisor: Supervisor) -> None:
        granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host]
        granian += ["--port", str(self.port), "--workers", "1", "--blocking-threads", "16", "--no-ws"]
        granian += ["--workers-kill-timeout", "4", "--log-level", "error", "config.wsgi:application"]
        supervisor.start("web", granian, self._environment())

    def _start_background(self, supervisor: Supervisor) -> None:
        celery = [sys.executable, "-m", "celery", "--quiet", "--app", "config"]
        worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        supervisor.start("worker", [*celery, *worker, "--loglevel", "WARNING"], self._environment())
        supervisor.start("beat", [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"], self._environment())
        sweep = [sys.executable, str(BASE_DIR / "manage.py"), "sweep", "--loop"]
        supervisor.start("sweep", sweep, self._environment())  # the second path, should the other two fall silent

    def _environment(self) -> dict[str, str]:
        ours = {"PUBLIC_URL": self._address("")} | os.environ | {"PYTHONUNBUFFERED": "1"}
        if self.demo:
            ours = {"DEMO_SHOP_ADDRESS": self._address("")} | ours
        del ours["DATABASE_STATEMENT_TIMEOUT"]
        if ours.pop(
            "PYTHONDONTWRITEBYTECODE", ""
        ):  # not beside the sources then, but starting without it takes thrice as long
            ours["PYTHONPYCACHEPREFIX"] = str(settings.DATA_DIR / "bytecode")
        return ours

    def _ready(self, supervisor: Supervisor) -> bool:
        """Look whether the service is ready; says so once, and once that it is late.

        What works in the background starts when the web process answers: with few processors it is there sooner.
        """
        if time.monotonic() < self.next_look_at:
            return False
        self.next_look_at = time.monotonic() + 0.2
        status = self._answer("/ready")
        if not self.background and (status or time.monotonic() - self.began_at > BACKGROUND_WAITS_SECONDS):
            self.background = True
            self._start_background(supervisor)
        if status == 200:
            self._welcome()
            return True
        if not self.late and time.monotonic() - self.began_at > LATE_SECONDS:
            self.late = True
            self.console.say("up", f"not ready after {self._seconds()}; see {self._address('/ready')}")
        return False

    def _answer(self, path: str) -> int:
        """The HTTP status of the answer, of /live where there is no /ready; 0 without an answer."""
        named = next((host for host in settings.ALLOWED_HOSTS if host != "*"), "localhost").lstrip(".")
        web = http.client.HTTPConnection(self._reachable_host(), self.port, timeout=1)
        try:
            web.request("GET", path, headers={"Host": named})
            status = web.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            web.close()
        return self._answer("/live") if status == 404 and path != "/live" else status

    def _welcome(self) -> None:
        self.console.say("up", f"ready after {self._seconds()}; Ctrl-C stops everything")
        tour = [("/demo/", "tour")] if self.demo else []
        for path, what in (*tour, ("/", "parties"), ("/admin/", "staff"), ("/api/v1/docs/", "API")):
            self.console.say("up", f"  {what:<8} {self._address(path)}")
        self.console.say("up", self.demo_says)

    def _reachable_host(self) -> str:
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # compared, not bound

    def _address(self, path: str) -> str:
        host = self._reachable_host()
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}{path}"

    def _seconds(self) -> str:
        return f"{time.monotonic() - self.began_at:.1f} s"


def install_broker() -> None:
    """Install the message queue as plain SQL, once: its makers do not foresee that it is installed again."""
    from pgmq.install import install_pgmq_from_sql

    from config.celery import broker_dsn

    try:
        with psycopg.connect(broker_dsn(), connect_timeout=10) as raw:
            raw.execute("SELECT pg_advisory_xact_lock(hashtext('install pgmq'))")
            if raw.execute("SELECT to_regnamespace('pgmq') IS NULL").fetchone() == (True,):
                install_pgmq_from_sql(conn=raw)
    except psycopg.OperationalError as error:
        raise ImproperlyConfigured(f"The broker does not answer: {' '.join(str(error).split())}") from error
