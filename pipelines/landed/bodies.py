"""The body of a landed event: its JSON as it will be stored, and as it is looked at."""

from collections.abc import Mapping
from typing import Any

import orjson

from pipelines.errors import BadDocument
from pipelines.text import without_nul
from warehouse.landing import LandedEvent

Body = Mapping[str, Any]


def read_body(event: LandedEvent) -> tuple[Body, str]:
    """The parsed body and its text; raises BadDocument when it is no JSON."""
    try:
        # Looked at as it will be stored: without a NUL a key can be another field's name.
        payload = without_nul(event.body.decode())
        return orjson.loads(payload), payload
    except (UnicodeDecodeError, orjson.JSONDecodeError) as error:
        raise BadDocument(f"the body is no JSON: {error}") from None
