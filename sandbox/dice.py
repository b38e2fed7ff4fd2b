"""The one source of chance: the same words give the same rolls at every start."""

from __future__ import annotations

import random


def dice(*words: object) -> random.Random:
    """Rolls that belong to these words."""
    # Repeatable on purpose: nothing of the sandbox guards anything.
    return random.Random(":".join(str(word) for word in words))  # noqa: S311
