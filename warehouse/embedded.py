"""The embedded Postgres: a wheel's binaries behind our own launcher, on 127.0.0.1 with a password.

As a plain user the server runs in place. As root it runs as an unprivileged user; where a parent
folder is closed to that user, binaries and data move to a folder made for it. No mode of an
existing folder is ever changed.
"""

import fcntl
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from warehouse.embedded_access import DATABASE, USER, Access, access_to, keep
from warehouse.embedded_place import Place, choose_place, data_folder, log_file
from warehouse.embedded_server import give_up_reused_pid, running_port
from warehouse.errors import DatabaseUnavailable
from warehouse.logs import rotate
from warehouse.ports import free_port, port_is_free

# After kill -9 the old server's lock file can stand for some two seconds, and recovery comes next.
START_PATIENCE_SECONDS = 30
SERVER_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=100"
    " -c shared_buffers=256MB -c password_encryption=scram-sha-256 -c timezone=UTC"
    " -c max_wal_size=2GB -c checkpoint_timeout=15min -c wal_compression=on"
)


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A Postgres of our own whose data, port and password live under ``home``."""

    home: Path

    def start(self, *, on_step: Callable[[str], None] | None = None) -> str:
        """Start it if it is not running, make it if it is not there; returns its database URL.

        Raises DatabaseUnavailable with the server's own last words.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with _alone(self.home):
                access = self._started(on_step or (lambda _step: None))
        except OSError as error:
            raise DatabaseUnavailable(
                f"the embedded Postgres cannot use {error.filename or self.home}: "
                f"{error.strerror}; set SHOPMART_HOME to a folder of your own"
            ) from None
        _make_database(access)
        return access.url()

    @property
    def is_running(self) -> bool:
        """Whether the server runs at this moment."""
        return running_port(data_folder(self.home)) is not None

    def stop(self) -> None:
        """Stop the server, waiting for it; no error when it is not running."""
        if not self.home.is_dir():
            return
        with _alone(self.home):
            data = data_folder(self.home)
            for mode in ("fast", "immediate"):
                if running_port(data) is not None:
                    place = choose_place(self.home)
                    place.run("pg_ctl", "stop", "-D", str(data), "-m", mode, "-t", "30")

    def rotate_log(self) -> None:
        """Keep the server's own log within bounds."""
        rotate(log_file(data_folder(self.home)))

    def _started(self, say: Callable[[str], None]) -> Access:
        access = access_to(self.home, data_folder(self.home), port=free_port())
        place = choose_place(self.home)
        if not (place.data / "PG_VERSION").exists():
            say("making a database cluster")
            _initialise(place, access.password)
        if running_port(place.data) is None:
            say("starting Postgres")
            _launch(place, access.port)
        found = replace(access, port=running_port(place.data) or access.port)
        keep(self.home, found)
        return found


def _initialise(place: Place, password: str) -> None:
    unfinished = place.data.with_name(place.data.name + ".partial")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    pwfile = place.secret_file(password)
    try:
        done = place.run(
            *("initdb", "-D", str(unfinished), "-U", USER, "--pwfile", str(pwfile)),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
        )
    finally:
        pwfile.unlink()
    if done.returncode:
        raise DatabaseUnavailable(f"the database cluster cannot be made: {done.stderr.strip()}")
    unfinished.rename(place.data)


def _launch(place: Place, port: int) -> None:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while running_port(place.data) is None:
        give_up_reused_pid(place.data)
        if not port_is_free(port):
            port = free_port()
        place.run(
            *("pg_ctl", "start", "-D", str(place.data), "-w", "-t", str(START_PATIENCE_SECONDS)),
            *("-l", str(place.log), "-o", f"{SERVER_OPTIONS} -p {port}"),
        )
        if time.monotonic() > deadline:
            said = place.log.read_text(errors="replace") if place.log.exists() else ""
            last = " / ".join(said.strip().splitlines()[-3:])
            raise DatabaseUnavailable(f"Postgres does not start: {last}; see {place.log}")
        time.sleep(0.1)


def _make_database(access: Access) -> None:
    with _first_connection(access) as connection:
        known = connection.execute(
            "select 1 from pg_database where datname = %s", [DATABASE]
        ).fetchone()
        if not known:
            try:
                connection.execute(f"create database {DATABASE}")
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                return  # another process was quicker


def _first_connection(access: Access) -> psycopg.Connection[tuple[object, ...]]:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while True:
        try:
            return psycopg.connect(access.url("postgres"), autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                cause = " ".join(str(error).split())
                raise DatabaseUnavailable(
                    f"the embedded Postgres does not answer: {cause}"
                ) from None
        time.sleep(0.1)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    # Two commands that start at once would each make a cluster, or note a port of their own.
    with (home / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
