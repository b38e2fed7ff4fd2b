"""Looking at embedded servers from outside, also as another user."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import psutil
import psycopg

from warehouse.embedded_place import data_folder

PLAIN_USER = 65_534


def answer(url: str) -> object:
    """The row that ``started`` put in."""
    with psycopg.connect(url) as connection:
        row = connection.execute("select answer from kept").fetchone()
    return row and row[0]


def server_of(home: Path) -> psutil.Process:
    """The process of a home's server."""
    pidfile = data_folder(home) / "postmaster.pid"
    return psutil.Process(int(pidfile.read_text().splitlines()[0]))


def as_plain_user(work: Callable[[Path], None], home: Path, *, umask: int = 0o022) -> int:
    """Do the work in a forked child as an unprivileged user; returns its exit code.

    A fork, not a new interpreter: the interpreter itself can stand in a folder closed to others.
    """

    def child() -> None:
        try:
            os.umask(umask)
            os.setgroups([])
            os.setgid(PLAIN_USER)
            os.setuid(PLAIN_USER)
            work(home)
            os._exit(0)
        finally:
            os._exit(1)

    process = get_context("fork").Process(target=child)
    process.start()
    process.join(timeout=120)
    return process.exitcode if process.exitcode is not None else -1
