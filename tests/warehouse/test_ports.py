"""Ports of this machine: what is free can be taken, what is taken is seen."""

import socket

from warehouse.ports import free_port, port_is_free


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    assert port_is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not port_is_free(port)
    assert port_is_free(port)
