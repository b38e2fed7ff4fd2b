"""The knobs of webhook deliveries: where they go and how badly they behave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.errors import BadParameter
from sandbox.wishes import number, only, text, truth_value, whole

TRIES = 8
# Eight tries in four hours, each pause twice the one before.
_FIRST_PAUSE = 4 * 3600 / (2 ** (TRIES - 1) - 1)


@dataclass
class Knobs:
    """What goes wrong on the way, as shares from 0 to 1.

    `late` webhooks are held back until a flush asks for them; `time_factor` is how many of
    Shopify's seconds pass in one of ours between two tries.
    """

    url: str | None = None
    enabled: bool = False
    duplicates: float = 0.0
    shuffle: int = 0
    late: float = 0.0
    bad_signatures: float = 0.0
    tries: int = TRIES
    time_factor: float = 600.0

    def turn(self, wishes: dict[str, Any]) -> None:
        """Take in posted wishes; what is not named stays."""
        only(wishes, tuple(vars(self)))
        url = text(wishes, "url") if "url" in wishes else self.url
        if url is not None and not url.startswith(("http://", "https://")):
            raise BadParameter(f"url is {url!r}; give an address that starts with http.")
        enabled = truth_value(wishes, "enabled", self.enabled)
        duplicates = number(wishes, "duplicates", self.duplicates, low=0, high=1)
        shuffle = whole(wishes, "shuffle", self.shuffle, high=10_000)
        late = number(wishes, "late", self.late, low=0, high=1)
        share_forged = number(wishes, "bad_signatures", self.bad_signatures, low=0, high=1)
        tries = whole(wishes, "tries", self.tries, low=1, high=20)
        factor = number(wishes, "time_factor", self.time_factor, low=1, high=1_000_000)
        self.url, self.enabled, self.duplicates = url, enabled, duplicates
        self.shuffle, self.bad_signatures, self.tries = shuffle, share_forged, tries
        self.late, self.time_factor = late, factor

    def pause_after(self, tries: int) -> float:
        """The seconds until the next try."""
        return float(_FIRST_PAUSE * 2 ** (tries - 1) / self.time_factor)
