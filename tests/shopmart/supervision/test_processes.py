"""Supervised processes: stopped with their families, found again after kill -9, never mistaken."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from shopmart.errors import ProcessError
from shopmart.supervision.ports import port_or_another
from shopmart.supervision.processes import Processes, wait_until_up
from warehouse.ports import free_port, port_is_free

SLEEPER = [sys.executable, "-c", "import time; time.sleep(120)"]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time;"
    "sleeper = [sys.executable, '-c', 'import time; time.sleep(120)'];"
    "print(subprocess.Popen(sleeper).pid, flush=True); time.sleep(120)",
]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(120)",
]


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_stopping_ends_children_and_their_children(tmp_path: Path) -> None:
    processes = Processes(tmp_path, owner="demo")
    child = processes.start("parent", PARENT, {})
    while not child.log_file.read_text().strip():
        time.sleep(0.05)
    grandchild = int(child.log_file.read_text())
    processes.stop_all()
    assert gone(child.handle.pid) and gone(grandchild)
    assert not child.pid_file.exists()


def test_a_process_that_ignores_sigterm_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopmart.supervision.processes.GRACE_SECONDS", 0.5)
    processes = Processes(tmp_path, owner="demo")
    child = processes.start("stubborn", STUBBORN, {})
    time.sleep(0.5)
    processes.stop_all()
    assert gone(child.handle.pid)


def test_what_a_killed_starter_left_is_stopped_by_the_next_start(tmp_path: Path) -> None:
    starter = (
        "import sys, time; from pathlib import Path;"
        "from shopmart.supervision.processes import Processes;"
        f"p = Processes(Path({str(tmp_path)!r}), owner='demo'); p.claim();"
        f"print(p.start('orphan', {SLEEPER!r}, {{}}).handle.pid, flush=True); time.sleep(120)"
    )
    first = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    orphan = int(first.stdout.readline())
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()
    assert not gone(orphan)
    second = Processes(tmp_path, owner="demo")
    assert second.claim() is None
    assert second.stop_leftovers() == ["orphan"]
    assert gone(orphan)


def test_a_reused_id_with_another_start_time_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEPER)
    processes = Processes(tmp_path, owner="demo")
    named = {"pid": stranger.pid, "started": psutil.Process(stranger.pid).create_time() - 100}
    (tmp_path / "run" / "api.json").write_text(json.dumps(named))
    assert processes.stop_leftovers() == []
    assert not gone(stranger.pid)
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("content", ["", "{", '{"pid": "x"}', '{"pid": 999999999, "started": 1}'])
def test_a_broken_pid_file_stops_nothing_and_is_removed(tmp_path: Path, content: str) -> None:
    processes = Processes(tmp_path, owner="demo")
    pid_file = tmp_path / "run" / "api.json"
    pid_file.write_text(content)
    assert processes.stop_leftovers() == []
    assert not pid_file.exists()


def test_a_second_demo_of_one_home_is_told_of_the_first(tmp_path: Path) -> None:
    holder = subprocess.Popen(SLEEPER)
    Processes(tmp_path, owner="demo")
    named = {"pid": holder.pid, "started": psutil.Process(holder.pid).create_time()}
    (tmp_path / "run" / "demo.json").write_text(json.dumps(named))
    other = Processes(tmp_path, owner="demo").claim()
    assert other is not None and other.pid == holder.pid
    holder.kill()
    holder.wait()
    assert Processes(tmp_path, owner="demo").claim() is None
    assert json.loads((tmp_path / "run" / "demo.json").read_text())["pid"] == os.getpid()


def test_a_process_that_ends_by_itself_is_reported_with_its_last_words(tmp_path: Path) -> None:
    processes = Processes(tmp_path, owner="demo")
    processes.start(
        "brief", [sys.executable, "-c", "print('no disk left'); raise SystemExit(3)"], {}
    )
    with pytest.raises(ProcessError, match="brief ended with code 3") as caught:
        wait_until_up(processes, f"http://127.0.0.1:{free_port()}/", name="brief", patience=20)
    assert "no disk left" in str(caught.value)
    processes.stop_all()


def test_a_taken_port_is_named_and_another_chosen() -> None:
    said: list[str] = []
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        chosen = port_or_another(taken, name="the API", say=said.append)
    assert chosen != taken and port_is_free(chosen)
    assert said == [f"port {taken} of the API is taken by another program; using {chosen}"]
