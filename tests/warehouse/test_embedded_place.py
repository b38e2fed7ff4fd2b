"""Where the embedded Postgres runs: as root, as a plain user, changing the mode of no folder."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.warehouse.servers import PLAIN_USER, answer, as_plain_user, server_of
from warehouse.embedded import EmbeddedPostgres
from warehouse.embedded_place import choose_place, data_folder, wheel_binaries
from warehouse.errors import DatabaseUnavailable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
# A fork beside pytest's own threads is what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def start_use_and_stop(home: Path) -> None:
    """What a plain user does: start, write, start again, read, stop."""
    url = EmbeddedPostgres(home).start()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 42 as answer")
    EmbeddedPostgres(home).stop()
    assert answer(EmbeddedPostgres(home).start()) == 42
    assert server_of(home).uids().effective == os.geteuid()
    EmbeddedPostgres(home).stop()


@as_root
def test_as_root_the_server_runs_as_an_unprivileged_user(started: tuple[Path, str]) -> None:
    assert server_of(started[0]).uids().effective != 0


@as_root
def test_a_plain_user_runs_it_in_place(open_home: Path) -> None:
    open_home.mkdir()
    os.chown(open_home, PLAIN_USER, PLAIN_USER)
    assert as_plain_user(start_use_and_stop, open_home) == 0
    assert (open_home / "postgres" / "PG_VERSION").exists()


@as_root
def test_a_plain_user_with_a_home_closed_to_others_runs_it_there(open_home: Path) -> None:
    open_home.mkdir(mode=0o700)
    os.chown(open_home, PLAIN_USER, PLAIN_USER)
    assert as_plain_user(start_use_and_stop, open_home, umask=0o077) == 0
    assert stat.S_IMODE(open_home.stat().st_mode) == 0o700


@pytest.fixture
def closed_home(tmp_path: Path) -> Iterator[Path]:
    """A home in a folder that only its owner may enter; what was made elsewhere is removed."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    yield home
    EmbeddedPostgres(home).stop()
    if not data_folder(home).is_relative_to(closed):
        shutil.rmtree(data_folder(home).parent)


def modes_above(folder: Path) -> dict[Path, int]:
    """The mode of every parent folder."""
    return {parent: parent.stat().st_mode for parent in folder.parents}


@as_root
def test_as_root_a_closed_home_stays_closed_and_the_data_stands_elsewhere(
    closed_home: Path,
) -> None:
    before = modes_above(closed_home)
    url = EmbeddedPostgres(closed_home).start()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 42 as answer")
    EmbeddedPostgres(closed_home).stop()
    assert answer(EmbeddedPostgres(closed_home).start()) == 42
    assert modes_above(closed_home) == before
    assert not data_folder(closed_home).is_relative_to(closed_home)


@as_root
def test_as_root_a_strict_umask_closes_nothing_that_the_server_needs(closed_home: Path) -> None:
    before = os.umask(0o077)
    try:
        with psycopg.connect(EmbeddedPostgres(closed_home).start()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        os.umask(before)


@as_root
def test_as_root_a_home_that_was_closed_later_does_not_lose_its_data(
    started: tuple[Path, str],
) -> None:
    home, _ = started
    EmbeddedPostgres(home).stop()
    home.chmod(0o700)
    with pytest.raises(DatabaseUnavailable, match="was moved or closed"):
        EmbeddedPostgres(home).start()
    assert not data_folder(home).parent.exists()
    home.chmod(0o755)
    assert answer(EmbeddedPostgres(home).start()) == 42


@as_root
def test_binaries_closed_to_the_servers_user_are_copied_for_it(
    open_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = wheel_binaries().parent.parent
    closed = tmp_path / "site"
    closed.mkdir(mode=0o700)
    for folder in (here, here.parent / f"{here.name}.libs"):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(closed)
        binaries = choose_place(open_home).binaries
        assert not binaries.is_relative_to(closed)
        assert choose_place(open_home).binaries == binaries
        try:
            with psycopg.connect(EmbeddedPostgres(open_home).start()) as connection:
                assert connection.execute("select 1").fetchone() == (1,)
            EmbeddedPostgres(open_home).stop()
        finally:
            shutil.rmtree(binaries.parents[2])
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
