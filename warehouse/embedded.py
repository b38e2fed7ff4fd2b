"""The embedded Postgres: a wheel's binaries behind our own launcher, on 127.0.0.1 with a password.

As a plain user the server runs in place. As root it runs as an unprivileged user; where a parent
folder is closed to that user, binaries and data move to a folder made for it. No mode of an
existing folder is ever changed.
"""

import json
import secrets
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from warehouse.embedded_place import Place, choose_place
from warehouse.errors import DatabaseUnavailable

USER = "shopmart"
DATABASE = "shopmart"
# After kill -9 the old server's lock file can stand for some two seconds.
START_PATIENCE_SECONDS = 15
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
        say = on_step or (lambda _step: None)
        self.home.mkdir(parents=True, exist_ok=True)
        place = choose_place(self.home)
        access = self._access(place)
        if not (place.data / "PG_VERSION").exists():
            say("making a database cluster")
            self._initialise(place, access["password"])
        if not self._answers(access):
            say("starting Postgres")
            access = self._launch(place, access)
        self._make_database(access)
        return url(access)

    def stop(self) -> None:
        """Stop the server, waiting for it; no error when it is not running."""
        place = choose_place(self.home)
        if (place.data / "postmaster.pid").exists():
            place.run("pg_ctl", "stop", "-D", str(place.data), "-m", "fast", "-w", "-t", "30")

    def _access(self, place: Place) -> dict[str, str]:
        file = self.home / "postgres.json"
        if file.exists() and (place.data / "PG_VERSION").exists():
            known: dict[str, str] = json.loads(file.read_text())
            return known
        if place.data.exists():
            shutil.rmtree(place.data)
        access = {"port": str(free_port()), "password": secrets.token_urlsafe(24)}
        self._keep(access)
        return access

    def _keep(self, access: dict[str, str]) -> None:
        file = self.home / "postgres.json"
        partial = file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(access))
        partial.replace(file)

    def _initialise(self, place: Place, password: str) -> None:
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

    def _launch(self, place: Place, access: dict[str, str]) -> dict[str, str]:
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while True:
            if not port_is_free(int(access["port"])):
                access = {**access, "port": str(free_port())}
                self._keep(access)
            done = place.run(
                *("pg_ctl", "start", "-D", str(place.data), "-w", "-t", "30"),
                *("-l", str(place.log), "-o", f"{SERVER_OPTIONS} -p {access['port']}"),
            )
            if done.returncode == 0:
                return access
            if time.monotonic() > deadline:
                last = place.log.read_text(errors="replace").strip().splitlines()[-3:]
                raise DatabaseUnavailable(f"Postgres does not start: {' / '.join(last)}")
            time.sleep(0.3)

    def _answers(self, access: dict[str, str]) -> bool:
        try:
            psycopg.connect(url(access, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_database(self, access: dict[str, str]) -> None:
        with psycopg.connect(url(access, "postgres"), autocommit=True) as connection:
            known = connection.execute(
                "select 1 from pg_database where datname = %s", [DATABASE]
            ).fetchone()
            if not known:
                connection.execute(f"create database {DATABASE}")


def url(access: dict[str, str], database: str = DATABASE) -> str:
    """The owner's database URL of an embedded server."""
    return f"postgresql://{USER}:{access['password']}@127.0.0.1:{access['port']}/{database}"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
