"""Child processes with pid files: started, watched, stopped also after their starter was killed.

A pid file names a process by id and start time, so that a reused id is never mistaken for ours.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from shopmart.errors import ProcessError
from warehouse.logs import rotate

GRACE_SECONDS = 10.0
LOG_TAIL_LINES = 8


@dataclass(frozen=True)
class Child:
    """A started process: its pid file, log file and handle."""

    name: str
    pid_file: Path
    log_file: Path
    handle: subprocess.Popen[bytes]

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.handle.poll() is not None

    def last_words(self) -> str:
        """The end of its log, for an error message."""
        lines = self.log_file.read_text(errors="replace").strip().splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])


class Processes:
    """The children of one home folder; ``owner`` is the command that starts them."""

    def __init__(self, home: Path, *, owner: str) -> None:
        self._owner = owner
        self._pids = home / "run"
        self._logs = home / "logs"
        self._pids.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.children: list[Child] = []

    @property
    def _own_file(self) -> Path:
        return self._pids / f"{self._owner}.json"

    def start(self, name: str, argv: list[str], env: Mapping[str, str]) -> Child:
        """Start a process in a group of its own; its output goes to ``logs/<name>.log``."""
        log_file = self._logs / f"{name}.log"
        with log_file.open("ab") as log:
            handle = subprocess.Popen(
                argv,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        pid_file = self._pids / f"{name}.json"
        _write_pid_file(pid_file, handle.pid)
        child = Child(name, pid_file, log_file, handle)
        self.children.append(child)
        return child

    def rotate_logs(self) -> None:
        """Keep the logs of the children, and of those before them, within bounds."""
        for log in self._logs.glob("*.log"):
            rotate(log)

    def claim(self) -> psutil.Process | None:
        """Name this process as the home's owner; returns the living one that already is."""
        if other := owner_of(self._own_file):
            return other
        _write_pid_file(self._own_file, os.getpid())
        return None

    def release(self) -> None:
        """Take this process's own pid file away."""
        self._own_file.unlink(missing_ok=True)

    def stop_leftovers(self) -> list[str]:
        """Stop what pid files of a killed owner still name; returns the names stopped."""
        pid_files = [file for file in sorted(self._pids.glob("*.json")) if file != self._own_file]
        found = {file.stem: process for file in pid_files if (process := _living(file))}
        _stop_trees(list(found.values()))
        for pid_file in pid_files:
            pid_file.unlink(missing_ok=True)
        return list(found)

    def stop_all(self) -> None:
        """Stop the children, all at once, and wait for them."""
        running = []
        for child in self.children:
            with contextlib.suppress(psutil.NoSuchProcess):
                running.append(psutil.Process(child.handle.pid))
        _stop_trees(running)
        for child in self.children:
            child.handle.wait()
            child.pid_file.unlink(missing_ok=True)
        self.children.clear()

    def forget(self, child: Child) -> None:
        """Strike off a child that has ended, and stop what it left behind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.handle.pid, signal.SIGTERM)
        self.children.remove(child)
        child.pid_file.unlink(missing_ok=True)

    def check(self) -> None:
        """Raise ProcessError with the last words of the first child that ended."""
        for child in self.children:
            if child.ended:
                raise ProcessError(
                    f"{child.name} ended with code {child.handle.returncode}; its last words "
                    f"({child.log_file}):\n{child.last_words()}"
                )


def owner_of(pid_file: Path) -> psutil.Process | None:
    """Another process that a pid file names, when it lives."""
    found = _living(pid_file)
    return found if found and found.pid != os.getpid() else None


def _write_pid_file(pid_file: Path, pid: int) -> None:
    named = {"pid": pid, "started": psutil.Process(pid).create_time()}
    partial = pid_file.with_suffix(".partial")
    partial.write_text(json.dumps(named))
    partial.replace(pid_file)


def _living(pid_file: Path) -> psutil.Process | None:
    try:
        named = json.loads(pid_file.read_text())
        process = psutil.Process(int(named["pid"]))
        same = abs(process.create_time() - float(named["started"])) < 0.5
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, KeyError, psutil.NoSuchProcess):
        return None


def _stop_trees(processes: list[psutil.Process]) -> None:
    family: list[psutil.Process] = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            family += [process, *process.children(recursive=True)]
            process.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=GRACE_SECONDS)
    for survivor in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            survivor.kill()
    psutil.wait_procs(alive, timeout=GRACE_SECONDS)


def wait_until_up(processes: Processes, url: str, *, name: str, patience: float = 120.0) -> None:
    """Wait until a URL answers below 500; raises ProcessError when a process ends or time is up."""
    import httpx

    deadline = time.monotonic() + patience
    while True:
        processes.check()
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).status_code < 500:
                return
        if time.monotonic() > deadline:
            raise ProcessError(f"{name} does not answer at {url} after {patience:.0f} s")
        time.sleep(0.2)
