"""Postgres's own programs, run against the configured database.

A program may be newer than the server and never older. The embedded wheel's are always there and
new enough, but speak no TLS; for that the machine's own are needed.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from warehouse.connections import Role, connect, dsn
from warehouse.embedded_place import wheel_binaries
from warehouse.errors import BackupFailed
from warehouse.settings import Settings

LONGEST_WORDS = 1_000
WITH_TLS = ("require", "verify-ca", "verify-full")
# libpq's environment variables: a password in a command line would be seen by everyone.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
}


def run_tool(settings: Settings, name: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore as the owner; raises BackupFailed with the program's last words."""
    environment = {
        _VARIABLES[key]: str(value)
        for key, value in conninfo_to_dict(dsn(settings, Role.OWNER)).items()
        if key in _VARIABLES and value is not None
    }
    done = subprocess.run(
        [str(_tool(settings, name)), *arguments],
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        words = " ".join(done.stderr.split())[-LONGEST_WORDS:]
        raise BackupFailed(f"{name} failed: {words}")


def server_major(settings: Settings) -> int:
    """The server's major version."""
    with connect(settings, Role.OWNER) as connection:
        return connection.info.server_version // 10_000


def _tool(settings: Settings, name: str) -> Path:
    if conninfo_to_dict(dsn(settings, Role.OWNER)).get("sslmode") not in WITH_TLS:
        return wheel_binaries() / name
    wanted, own = server_major(settings), shutil.which(name)
    if own and _major(own) >= wanted:
        return Path(own)
    raise BackupFailed(
        f"the server is reached by TLS, which the built-in {name} does not speak; install "
        f"PostgreSQL's client programs, version {wanted} or newer"
    )


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)(\.\d+)?", said.stdout)
    return int(found[1]) if found else 0
