"""A folder for what a shop exports."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.settings import Settings
from warehouse.tenants import Tenant


@contextmanager
def export_folder(settings: Settings, tenant: Tenant) -> Iterator[Path]:
    """A folder for what Shopify exports, gone at the end: it holds people's data.

    It is locked while its process lives, so that one which a killed process left can be told.
    """
    parent = settings.home_path / "exports"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"tenant-{tenant.tenant_id}-", dir=parent))
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield folder
    finally:
        os.close(descriptor)
        shutil.rmtree(folder, ignore_errors=True)
