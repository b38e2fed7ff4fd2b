"""What the raw tables must hold, in a few lines of Python: the newest document for each key."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipelines.documents import Document
from tests.pipelines.conftest import rows
from warehouse.settings import Settings

Key = tuple[int, int | str, str]
Held = dict[Key, tuple[datetime, datetime, int]]
START = datetime(2026, 3, 1, tzinfo=UTC)


class Model:
    """Takes documents as they arrive; an equal time replaces, an older one is refused."""

    def __init__(self) -> None:
        self.held: Held = {}

    def take(self, documents: Iterable[Document]) -> None:
        for document in documents:
            key = (document.tenant_id, document.id, document.origin)
            known = self.held.get(key)
            if known is None or document.newness >= known[:2]:
                self.held[key] = (*document.newness, version(document))


def random_batch(dice: random.Random, *, tenants: list[int], size: int = 150) -> list[Document]:
    """Few ids and few moments, so that duplicates, stale rows, ties and twins all occur."""
    return [
        Document(
            tenant_id=dice.choice(tenants),
            id=dice.randint(1, 40),
            origin=dice.choice(["admin", "webhook"]),
            updated_at=START + timedelta(hours=dice.randint(0, 12)),
            triggered_at=START + timedelta(minutes=dice.randint(0, 3)),
            parent_id=dice.choice([None, dice.randint(1, 9)]),
            payload=f'{{"version": {dice.randint(1, 10**9)}}}',
        )
        for _ in range(size)
    ]


def with_text_keys(documents: Iterable[Document]) -> list[Document]:
    """The same documents as a table that is keyed by a token has them."""
    return [
        replace(one, id=f"token-{one.id}", parent_id=one.parent_id and f"cart-{one.parent_id}")
        for one in documents
    ]


def version(document: Document) -> int:
    return int(document.payload.removeprefix('{"version": ').removesuffix("}"))


def held(settings: Settings, table: str = "orders") -> Held:
    """What the database holds in the model's form."""
    found = rows(
        settings,
        "select tenant_id, id, origin, updated_at, triggered_at, (payload ->> 'version')::int"
        f" from raw.{table}",
    )
    return {row[:3]: row[3:] for row in found}  # type: ignore[misc]


def unrecorded_loads(settings: Settings, table: str = "orders") -> int:
    """Rows of a load that dlt's bookkeeping does not know: no build would ever see them."""
    ((count,),) = rows(
        settings,
        f"select count(*) from raw.{table} where _dlt_load_id not in"
        " (select load_id from raw._dlt_loads where status = 0)",
    )
    return int(count)
