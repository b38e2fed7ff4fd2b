"""Ports for the demo's servers: the wanted one, or a named replacement when it is taken."""

from collections.abc import Callable

from warehouse.ports import free_port, port_is_free


def port_or_another(wanted: int, *, name: str, say: Callable[[str], None]) -> int:
    """The wanted port when nobody listens there, else a free one; says so."""
    if port_is_free(wanted):
        return wanted
    chosen = free_port()
    say(f"port {wanted} of {name} is taken by another program; using {chosen}")
    return chosen
