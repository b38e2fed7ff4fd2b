"""How every process of ours logs: lines of text for people, or one JSON object a line."""

import logging
import sys

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from warehouse.settings import Settings

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"
RENAMED = {"asctime": "time", "levelname": "level", "name": "logger"}
# They tell every request, with its address, where a warning is all that matters.
TALKATIVE = ("httpx", "httpcore")


def configure_logging(settings: Settings, *, service: str) -> None:
    """Send this process's logs to stderr in the chosen form; ``service`` names it in JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings, service))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _formatter(settings: Settings, service: str) -> logging.Formatter:
    if settings.log_format == "text":
        return logging.Formatter(TEXT)
    return JsonFormatter(
        FIELDS,
        rename_fields=RENAMED,
        # uvicorn says its message a second time, in a terminal's colours.
        reserved_attrs=[*RESERVED_ATTRS, "color_message"],
        static_fields={"service": service},
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )
