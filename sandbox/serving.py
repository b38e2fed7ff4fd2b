"""Serves a world on loopback: in a thread for tests, in the foreground for the command line."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from sandbox.errors import SandboxError
from sandbox.journal import Journal
from sandbox.server import create_app
from sandbox.world import World

HOST = "127.0.0.1"


class NotStarted(SandboxError):
    """Raised when the server thread does not come up."""


class PortTaken(SandboxError):
    """Raised when the port is in use or not ours to take."""


def listen(port: int) -> socket.socket:
    """A bound loopback socket, so that port 0 is known before serving."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
        # Listening at once: a client that reads the address may connect before uvicorn runs.
        bound.listen(128)
    except OSError as refused:
        bound.close()
        raise PortTaken(f"Port {port} cannot be had ({refused}); give another.") from None
    return bound


def server_for(
    world: World, *, bulk_seconds: float, journal: Journal | None = None
) -> uvicorn.Server:
    """A quiet server over a world."""
    config = uvicorn.Config(
        create_app(world, bulk_seconds=bulk_seconds, journal=journal),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


@contextmanager
def running(world: World, *, bulk_seconds: float = 0.1, port: int = 0) -> Iterator[str]:
    """Serve a world in a thread; yields its address."""
    bound = listen(port)
    server = server_for(world, bulk_seconds=bulk_seconds)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    if not server.started:
        raise NotStarted("The sandbox did not start within 10 seconds; is the machine overloaded?")
    try:
        yield f"http://{HOST}:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        bound.close()
