"""Runs the command line as a user would, with only the settings that a test gives."""

import os
import subprocess
import sys
from pathlib import Path

from warehouse.connections import Role, dsn
from warehouse.settings import Settings

SHOPMART = [sys.executable, "-c", "from shopmart.cli import main; main()"]


def shopmart(
    *arguments: str,
    settings: Settings | None = None,
    cwd: Path | None = None,
    timeout: float = 60,
    errors: str | None = None,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """One command's exit code and what it said."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SHOPMART_")}
    if settings is not None:
        environment["SHOPMART_DATABASE_URL"] = dsn(settings, Role.OWNER)
        environment["SHOPMART_SECRET_KEY"] = settings.encryption_keys[0]
        environment["SHOPMART_HOME"] = str(settings.home_path)
    return subprocess.run(
        [*SHOPMART, *arguments],
        env={**environment, **env},
        cwd=cwd or Path.cwd(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors=errors,
        timeout=timeout,
        check=False,
    )
