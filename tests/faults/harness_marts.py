"""What a disturbed warehouse must equal: the undisturbed one's marts and documents, row for row.

Keys that we draw at random name other numbers in each run; they must name the same rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from pipelines.pending import pending
from pipelines.resources import RESOURCES
from tests.proofs.marts import Row, differing, rows_of
from warehouse.settings import Settings

# When and by which load a document came differs between runs, what it says does not.
_DOCUMENTS = """
select tenant_id, id::text, origin, updated_at, parent_id::text, md5(payload::text)
from raw.{table} order by tenant_id, id, origin
"""
_UNRECORDED = """
select count(*) from raw.{table} where _dlt_load_id not in (
    select load_id from raw._dlt_loads where status = 0
)
"""
_LANDED = """
select events.webhook_id, events.verdict
from landing.webhook_events as events
left join control.load_batches as batches on events.load_batch = batches.batch_id
where batches.loaded_at is not null
"""


@dataclass(frozen=True)
class Snapshot:
    """Every mart of every tenant, and every raw document."""

    marts: Mapping[int, Mapping[str, list[Row]]]
    documents: Mapping[str, list[tuple[Any, ...]]]


def snapshot(settings: Settings, tenants: list[int]) -> Snapshot:
    """The warehouse as it stands."""
    return Snapshot(
        {tenant: rows_of(settings, tenant) for tenant in tenants},
        {one.name: documents_of(settings, one.name) for one in RESOURCES},
    )


def documents_of(settings: Settings, table: str) -> list[tuple[Any, ...]]:
    """Each document of a raw table: tenant, id, origin, time, parent and a hash of its text."""
    return read(settings, _DOCUMENTS.format(table=table))


def differences(settings: Settings, ours: Snapshot, undisturbed: Snapshot) -> list[str]:
    """What a warehouse lacks, has too much, or has otherwise than the undisturbed one."""
    found: list[str] = []
    for tenant, by_mart in undisturbed.marts.items():
        for mart, rows in by_mart.items():
            unlike = differing(settings, mart, ours.marts[tenant][mart], rows)
            found += [f"tenant {tenant}, {mart}.{name}: {how}" for name, how in unlike.items()]
        if not found:
            found += _other_buyers(ours.marts[tenant], by_mart)
    for table, documents in undisturbed.documents.items():
        odd = set(ours.documents[table]) ^ set(documents)
        found += [f"raw.{table}: {sorted(odd, key=str)[0]}"] if odd else []
    return found


def missing(settings: Settings, acknowledged: set[str]) -> list[str]:
    """What was acknowledged or loaded and has not come through, in words; nothing if all is well.

    `acknowledged` are the ids of webhooks whose landing has committed.
    """
    verdicts = dict(read(settings, _LANDED))
    lost = acknowledged - verdicts.keys()
    aside = [one for one, verdict in verdicts.items() if verdict not in ("loaded", "kept")]
    unrecorded = {
        one.name: count
        for one in RESOURCES
        if (count := read(settings, _UNRECORDED.format(table=one.name))[0][0])
    }
    waiting = {
        group: found for group in ("live", "all") if (found := pending(settings, group=group))
    }
    told = {
        "webhooks that no load has finished": sorted(lost),
        "webhooks put aside": aside,
        "rows of loads that never finished": unrecorded,
        "still waiting": waiting,
    }
    return [f"{what}: {found}" for what, found in told.items() if found]


def read(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """What the database holds, seen by its owner."""
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:  # type: ignore[union-attr]
        return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]


def _other_buyers(ours: Mapping[str, list[Row]], theirs: Mapping[str, list[Row]]) -> list[str]:
    """Orders that stand under one buyer here and under two there, or the other way round."""
    known: dict[object, object] = {}
    there = {row["order_id"]: row["buyer_key"] for row in theirs["orders"]}
    for row in ours["orders"]:
        other = there[row["order_id"]]
        if known.setdefault(row["buyer_key"], other) != other:
            return [f"orders.buyer_key: order {row['order_id']} is of another buyer"]
    if len(set(known.values())) != len(known):
        return ["orders.buyer_key: two buyers here are one there"]
    return []
