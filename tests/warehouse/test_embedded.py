"""The embedded Postgres: quick to start, safe with data, and no danger to what was there before."""

import json
import os
import signal
import socket
import stat
from multiprocessing import get_context
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.warehouse.servers import answer, server_of
from warehouse.embedded import EmbeddedPostgres
from warehouse.embedded_access import Access
from warehouse.embedded_place import data_folder
from warehouse.embedded_server import running_port
from warehouse.errors import DatabaseUnavailable

# A fork beside pytest's own threads is what one of these tests is about.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def test_a_second_start_finds_the_running_server_and_does_nothing(
    started: tuple[Path, str],
) -> None:
    home, url = started
    steps: list[str] = []
    process = server_of(home)
    assert EmbeddedPostgres(home).start(on_step=steps.append) == url
    assert (steps, server_of(home)) == ([], process)


def test_the_first_start_tells_its_steps_and_a_later_one_makes_no_new_cluster(
    open_home: Path,
) -> None:
    first: list[str] = []
    EmbeddedPostgres(open_home).start(on_step=first.append)
    EmbeddedPostgres(open_home).stop()
    later: list[str] = []
    EmbeddedPostgres(open_home).start(on_step=later.append)
    assert first == ["making a database cluster", "starting Postgres"]
    assert later == ["starting Postgres"]


def test_after_kill_9_it_starts_again_with_its_data(started: tuple[Path, str]) -> None:
    home, url = started
    server = server_of(home)
    with psycopg.connect(url):  # an open backend outlives its server for a moment
        server.send_signal(signal.SIGKILL)
        psutil.wait_procs([server], timeout=10)
        again = EmbeddedPostgres(home).start()
    assert answer(again) == 42
    assert server_of(home).pid != server.pid


def test_a_taken_port_is_not_fought_over(started: tuple[Path, str]) -> None:
    home, url = started
    port = psycopg.conninfo.conninfo_to_dict(url)["port"]
    EmbeddedPostgres(home).stop()
    with socket.create_server(("127.0.0.1", int(str(port)))):
        again = EmbeddedPostgres(home).start()
    assert again != url
    assert answer(again) == 42
    assert EmbeddedPostgres(home).start() == again


def test_a_note_of_another_port_is_set_right_by_the_running_server(
    started: tuple[Path, str],
) -> None:
    home, url = started
    note = home / "postgres.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "port": 1}))
    assert EmbeddedPostgres(home).start() == url


def test_a_process_id_that_now_belongs_to_another_program_is_no_obstacle(
    started: tuple[Path, str],
) -> None:
    home, _ = started
    pidfile = data_folder(home) / "postmaster.pid"
    lines = pidfile.read_text().splitlines()
    server = server_of(home)
    server.send_signal(signal.SIGKILL)
    psutil.wait_procs([server], timeout=10)
    pidfile.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    assert running_port(pidfile.parent) is None
    assert answer(EmbeddedPostgres(home).start()) == 42


def test_no_one_gets_in_without_the_password_and_no_socket_is_open(
    started: tuple[Path, str],
) -> None:
    home, url = started
    password = json.loads((home / "postgres.json").read_text())["password"]
    for wrong in ("", ":wrong"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(f":{password}", wrong))
    listening = {
        connection.laddr.ip
        for connection in server_of(home).net_connections("all")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    with psycopg.connect(url) as connection:
        shown = connection.execute("show unix_socket_directories").fetchone()
    assert shown == ("",)


def test_the_password_is_readable_by_its_owner_only_and_shown_by_nothing(
    started: tuple[Path, str],
) -> None:
    home, url = started
    assert stat.S_IMODE((home / "postgres.json").stat().st_mode) == 0o600
    assert "secret" not in repr(Access(port=1, password="secret", data="d"))
    password = json.loads((home / "postgres.json").read_text())["password"]
    assert password in url
    assert not any(password in part for part in server_of(home).cmdline())


def test_data_whose_password_is_lost_is_never_thrown_away(started: tuple[Path, str]) -> None:
    home, _ = started
    EmbeddedPostgres(home).stop()
    note = (home / "postgres.json").read_text()
    for damage in (None, "{", "[]", "{}"):
        (home / "postgres.json").unlink()
        if damage is not None:
            (home / "postgres.json").write_text(damage)
        else:
            (home / "postgres.json").unlink(missing_ok=True)
        with pytest.raises(DatabaseUnavailable, match=r"postgres\.json is (lost|damaged)"):
            EmbeddedPostgres(home).start()
        (home / "postgres.json").write_text(note)
    assert answer(EmbeddedPostgres(home).start()) == 42


def test_an_initdb_that_was_killed_is_begun_again(open_home: Path) -> None:
    EmbeddedPostgres(open_home).start()
    EmbeddedPostgres(open_home).stop()
    data = data_folder(open_home)
    half_made = data.with_name("postgres.partial")
    data.rename(half_made)
    (half_made / "PG_VERSION").unlink()
    with psycopg.connect(EmbeddedPostgres(open_home).start()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not half_made.exists()


def start_and_tell(home: Path, told: "os.PathLike[str]") -> None:
    """Start and write the URL down."""
    Path(told).write_text(EmbeddedPostgres(home).start())


def test_two_commands_that_start_at_once_share_one_server(open_home: Path, tmp_path: Path) -> None:
    told = [tmp_path / "one", tmp_path / "two"]
    context = get_context("fork")
    processes = [context.Process(target=start_and_tell, args=(open_home, file)) for file in told]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=120)
    assert told[0].read_text() == told[1].read_text()
    with psycopg.connect(told[0].read_text()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_stopping_what_does_not_run_is_no_error(open_home: Path) -> None:
    EmbeddedPostgres(open_home).stop()
    assert not open_home.exists()
    EmbeddedPostgres(open_home).start()
    EmbeddedPostgres(open_home).stop()
    EmbeddedPostgres(open_home).stop()


def test_a_home_that_is_a_file_is_named_with_the_setting_that_cures_it(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(DatabaseUnavailable, match=r"home: .*; set SHOPMART_HOME"):
        EmbeddedPostgres(tmp_path / "home").start()
