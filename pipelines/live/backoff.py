"""How long a stage that failed rests before it is tried again: one second, two, four, up to 30."""

import time
from collections.abc import Callable

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 30.0


class Backoff:
    """Counts failures in a row; a success forgets them."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._again_at = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the next try may begin."""
        return self._clock() >= self._again_at

    @property
    def has_failed(self) -> bool:
        """Whether the last try failed."""
        return self._failures > 0

    def failed(self) -> float:
        """Note a failure; returns for how many seconds to rest."""
        rest = min(FIRST_SECONDS * 2.0**self._failures, LONGEST_SECONDS)
        self._failures = min(self._failures + 1, 16)
        self._again_at = self._clock() + rest
        return rest

    def succeeded(self) -> None:
        """Note a success."""
        self._failures = 0
        self._again_at = 0.0
