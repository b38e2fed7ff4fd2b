"""Ports for servers: the wanted one, a named replacement, or an error that names the setting."""

from collections.abc import Callable

from shopmart.errors import ProcessError
from warehouse.ports import free_port, port_is_free


def port_or_another(wanted: int, *, name: str, say: Callable[[str], None]) -> int:
    """The wanted port when nobody listens there, else a free one; says so."""
    if port_is_free(wanted):
        return wanted
    chosen = free_port()
    say(f"port {wanted} of {name} is taken by another program; using {chosen}")
    return chosen


def must_be_free(port: int, *, name: str, setting: str) -> None:
    """Raise ProcessError when another program listens on the port that a server is told to use."""
    if not port_is_free(port):
        raise ProcessError(
            f"port {port} of {name} is taken by another program; stop it, or set {setting}"
        )
