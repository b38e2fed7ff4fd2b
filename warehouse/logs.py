"""How every process of ours logs: lines of text for people, or one JSON object a line; how much."""

import logging
import os
import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from warehouse.log_lines import without_secrets, wrap_streams
from warehouse.settings import Settings

LOG = logging.getLogger(__name__)
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"
RENAMED = {"asctime": "time", "levelname": "level", "name": "logger"}
# They tell every request with its address, or each of their own parts, where a warning is all that
# matters.
TALKATIVE = ("httpx", "httpcore", "alembic")
# A log has at most this much, and as much again in each of those kept beside it.
LONGEST_LOG_BYTES = 10_000_000
KEPT_LOGS = 3


def configure_logging(settings: Settings, *, service: str) -> None:
    """Send this process's logs to stderr in the chosen form; ``service`` names it in JSON.

    As JSON, what others print, warn of or die of comes in that form as well.
    """
    if settings.log_format == "json":
        wrap_streams(service=service)
        logging.captureWarnings(True)
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings, service))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def rotate(log: Path) -> None:
    """Put a log that has grown too long aside, as ``name.1``, and drop the oldest put aside.

    Its writer appends to the open file, so the file is copied and emptied, not renamed; where the
    disk has no room for the copy it is only emptied.
    """
    if not log.exists() or log.stat().st_size <= LONGEST_LOG_BYTES:
        return
    for number in range(KEPT_LOGS, 1, -1):
        if (newer := _aside(log, number - 1)).exists():
            newer.replace(_aside(log, number))
    try:
        shutil.copy(log, _aside(log, 1))
    except OSError as error:
        LOG.warning("%s could not be put aside and is emptied: %s", log, error.strerror)
        with suppress(OSError):
            _aside(log, 1).unlink(missing_ok=True)
    os.truncate(log, 0)


def _aside(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


def _formatter(settings: Settings, service: str) -> logging.Formatter:
    if settings.log_format == "text":
        return _TextFormatter(TEXT)
    return JsonFormatter(
        FIELDS,
        rename_fields=RENAMED,
        # uvicorn says its message a second time, in a terminal's colours.
        reserved_attrs=[*RESERVED_ATTRS, "color_message"],
        static_fields={"service": service},
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )


class _TextFormatter(logging.Formatter):
    """Lines for people, without what would open something."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return without_secrets(super().format(record))


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    LOG.critical("the process ends of what nobody foresaw", exc_info=(kind, error, trace))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is None or issubclass(found.exc_type, SystemExit):
        return
    name = found.thread.name if found.thread else "unknown"
    LOG.critical(
        "the thread %s ends of what nobody foresaw",
        name,
        exc_info=(found.exc_type, found.exc_value, found.exc_traceback),
    )
