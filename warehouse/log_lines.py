"""Standard streams whose every line is one JSON object, and what no line may hold.

Libraries print to them, warn and die on them in forms of their own. A line that is a JSON object
already passes as it is, any other becomes the message of one.
"""

import io
import json
import re
import sys
import threading
from datetime import UTC, datetime
from typing import TextIO

# Shopify's tokens and keys by their own prefixes, a password in an address, a bearer's key.
SECRETS = re.compile(
    r"(?P<before>://[^\s:/@\x22']+:)[^\s@/\x22'\\]+(?=@)"
    r"|(?P<token>\bshp[a-z]{2}_)\w{8,}"
    r"|(?P<bearer>\bBearer )[\w.~+/=-]{8,}"
)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def without_secrets(text: str) -> str:
    """A line without what would open something: the last resort behind not logging it at all."""
    return SECRETS.sub(lambda found: f"{''.join(filter(None, found.groups()))}***", text)


class JsonLines(io.TextIOBase):
    """Wraps a stream; ``name`` is told as the logger, ``service`` as the process."""

    def __init__(self, stream: TextIO, *, name: str, service: str) -> None:
        self.stream = stream
        self._name, self._service = name, service
        # Of each thread: two that print at once must not end up in one line.
        self._begun = threading.local()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream."""
        return self.stream.encoding

    def writable(self) -> bool:
        """It is for writing only."""
        return True

    def isatty(self) -> bool:
        """Nobody looks at JSON in colours."""
        return False

    def fileno(self) -> int:
        """The stream's own, which a child process inherits."""
        return self.stream.fileno()

    def write(self, text: str) -> int:
        """Pass on every line that is complete."""
        *lines, rest = f"{getattr(self._begun, 'text', '')}{text}".split("\n")
        self._begun.text = rest
        for line in lines:
            if line.strip():
                self.stream.write(f"{self._told(line)}\n")
        return len(text)

    def flush(self) -> None:
        """Flush the stream; a line that is not complete waits for its end."""
        self.stream.flush()

    def _told(self, line: str) -> str:
        line = without_secrets(COLOURS.sub("", line).rstrip("\r"))
        if line.startswith("{") and _is_object(line):
            return line
        return json.dumps(
            {
                "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S%z"),
                "level": "INFO",
                "logger": self._name,
                "message": line,
                "service": self._service,
            },
            ensure_ascii=False,
        )


def is_wrapped() -> bool:
    """Whether this process prints JSON already."""
    return isinstance(sys.stderr, JsonLines)


def wrap_streams(*, service: str) -> None:
    """Make every line that this process prints a JSON object; once is enough."""
    if not isinstance(sys.stdout, JsonLines):
        sys.stdout = JsonLines(sys.stdout, name="stdout", service=service)
    if not isinstance(sys.stderr, JsonLines):
        sys.stderr = JsonLines(sys.stderr, name="stderr", service=service)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
