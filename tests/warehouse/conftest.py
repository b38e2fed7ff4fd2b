"""Homes for embedded servers that a test may stop, kill and damage."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from warehouse.embedded import EmbeddedPostgres


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home folder that every user may pass through; its server is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="shopmart-home-"))
    folder.chmod(0o755)
    yield folder / "home"
    EmbeddedPostgres(folder / "home").stop()
    shutil.rmtree(folder)


@pytest.fixture
def started(open_home: Path) -> tuple[Path, str]:
    """A home whose server runs, and its URL; a table holds one row."""
    url = EmbeddedPostgres(open_home).start()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 42 as answer")
    return open_home, url
