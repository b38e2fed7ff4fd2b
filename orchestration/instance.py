"""Dagster's instance: its home folder, written from the settings, and what opens it.

Its state lives in the warehouse's Postgres, in schema ``dagster``, under Dagster's own role.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from orchestration.names import LOCATION
from warehouse.connections import Role, connect, dsn
from warehouse.settings import Settings

CONFIG = Path(__file__).with_name("dagster.yaml")
STORAGE_VARIABLE = "SHOPMART_DAGSTER_STORAGE"
WORKSPACE = """\
load_from:
  - grpc_server:
      socket: {socket}
      location_name: {location}
"""
# What the kernel takes as the path of a socket, with room for the byte that ends it.
LONGEST_SOCKET = 100


def dagster_home(settings: Settings) -> Path:
    """The folder that DAGSTER_HOME names."""
    return settings.home_path / "dagster"


def workspace_file(settings: Settings) -> Path:
    """The workspace that web server and daemon share."""
    return dagster_home(settings) / "workspace.yaml"


def code_socket(settings: Settings) -> Path:
    """Where the code server listens: a socket that only its owner reaches, unlike a port.

    A home with a long path has its socket in a private folder of the system's temporary one.
    """
    path = dagster_home(settings) / "code.sock"
    if len(str(path)) <= LONGEST_SOCKET:
        return path
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"shopmart-{os.getuid()}-{digest}" / "code.sock"


def write_instance(settings: Settings) -> Path:
    """Write ``dagster.yaml`` and the workspace of one shared code server; returns the home."""
    home = dagster_home(settings)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / "dagster.yaml").write_bytes(CONFIG.read_bytes())
    socket = code_socket(settings)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    workspace = WORKSPACE.format(socket=socket, location=LOCATION)
    workspace_file(settings).write_text(workspace, encoding="utf-8")
    return home


def has_tables(settings: Settings) -> bool:
    """Whether Dagster's storages, which each make their own tables, all have them."""
    names = [f"dagster.{table}" for table in ("runs", "event_logs", "job_ticks", "asset_keys")]
    with connect(settings, Role.DAGSTER) as connection:
        ((known,),) = connection.execute(
            "select bool_and(to_regclass(name) is not null) from unnest(%s::text[]) as name",
            [names],
        ).fetchall()
    return bool(known)


def instance_environment(settings: Settings) -> dict[str, str]:
    """What a process needs in its environment to open this instance; secret: never print it."""
    return {
        "DAGSTER_HOME": str(dagster_home(settings)),
        STORAGE_VARIABLE: storage_url(settings),
    }


def storage_url(settings: Settings) -> str:
    """The storage's address; every table goes to schema ``dagster``."""
    parts = urlsplit(dsn(settings, Role.DAGSTER))
    options = "options=-csearch_path%3Ddagster"
    query = f"{parts.query}&{options}" if parts.query else options
    return urlunsplit(parts._replace(query=query))
