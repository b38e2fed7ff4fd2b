"""Copies of the warehouse's code, older or changed in one thing, run in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

from warehouse.connections import Role, dsn
from warehouse.settings import Settings

MIGRATE = """
import sys
import warehouse.migrate
from warehouse.errors import WarehouseError
from warehouse.settings import load_settings
assert warehouse.migrate.__file__.startswith(sys.argv[1]), warehouse.migrate.__file__
try:
    print(" ".join(warehouse.migrate.migrate(load_settings())))
except WarehouseError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def start_migration(folder: Path, settings: Settings) -> subprocess.Popen[str]:
    """Begin to migrate with the ``warehouse`` package that stands in this folder."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "SHOPMART_DATABASE_URL": dsn(settings, Role.OWNER),
        "SHOPMART_SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    return subprocess.Popen(
        [sys.executable, "-c", MIGRATE, str(folder)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def migrate_with(folder: Path, settings: Settings) -> list[str]:
    """Migrate with the code in this folder; returns the names applied, raises with its words."""
    process = start_migration(folder, settings)
    said, complaint = process.communicate(timeout=120)
    if process.returncode:
        raise RuntimeError(complaint)
    return said.split()
