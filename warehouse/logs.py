"""How every process of ours logs: lines of text for people, or one JSON object a line; how much."""

import logging
import os
import shutil
import sys
from pathlib import Path

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from warehouse.settings import Settings

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"
RENAMED = {"asctime": "time", "levelname": "level", "name": "logger"}
# They tell every request, with its address, where a warning is all that matters.
TALKATIVE = ("httpx", "httpcore")
# A log has at most this much, and as much again in each of those kept beside it.
LONGEST_LOG_BYTES = 10_000_000
KEPT_LOGS = 3


def configure_logging(settings: Settings, *, service: str) -> None:
    """Send this process's logs to stderr in the chosen form; ``service`` names it in JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings, service))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def rotate(log: Path) -> None:
    """Put a log that has grown too long aside, as ``name.1``, and drop the oldest put aside.

    Its writer appends to the open file, so the file is copied and emptied, not renamed.
    """
    if not log.exists() or log.stat().st_size <= LONGEST_LOG_BYTES:
        return
    for number in range(KEPT_LOGS, 1, -1):
        if (newer := _aside(log, number - 1)).exists():
            newer.replace(_aside(log, number))
    shutil.copy(log, _aside(log, 1))
    os.truncate(log, 0)


def _aside(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


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
