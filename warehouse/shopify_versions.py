"""How long Shopify serves a version of its Admin API."""

import re
from datetime import UTC, datetime

# As announced by Shopify; of any other version only the promise of twelve months is known.
ANNOUNCED = {"2026-10": datetime(2027, 10, 16, 15, tzinfo=UTC)}
VERSION = re.compile(r"(20\d\d)-(01|04|07|10)")


def supported_until(version: str) -> datetime | None:
    """The earliest end of a version's service; None for what is no stable version."""
    if version in ANNOUNCED:
        return ANNOUNCED[version]
    found = VERSION.fullmatch(version)
    return datetime(int(found[1]) + 1, int(found[2]), 1, 17, tzinfo=UTC) if found else None
