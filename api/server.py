"""Serving the app with uvicorn; while authentication is off, to this machine only."""

import ipaddress
import logging

import uvicorn

from api.app import create_app
from warehouse.errors import ConfigurationError
from warehouse.settings import Settings

# Shopify gives a request five seconds; what is under way at a stop is answered within them.
GRACE_SECONDS = 6
IDLE_SECONDS = 65

log = logging.getLogger("shopmart.api")


def serve(settings: Settings) -> None:
    """Serve until stopped; raises ConfigurationError for an address that others could reach."""
    server = make_server(settings)
    log.warning(
        "authentication is off: whoever reaches http://%s:%d reads every tenant",
        settings.api_host,
        settings.api_port,
    )
    server.run()


def make_server(settings: Settings) -> uvicorn.Server:
    """The server, not yet running; raises ConfigurationError."""
    check_address(settings)
    config = uvicorn.Config(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        # Its lines go the way of all our logs, in their form.
        log_config=None,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return uvicorn.Server(config)


def check_address(settings: Settings) -> None:
    """Raise ConfigurationError unless only this machine can reach the address."""
    if not _is_loopback(settings.api_host):
        raise ConfigurationError(
            f"SHOPMART_API_HOST: {settings.api_host} can be reached from other machines, but "
            "authentication is off; set it to 127.0.0.1 and put what authenticates in front"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
