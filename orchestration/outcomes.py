"""What a sync did, told to people: a table of shops, an asset's figures, a failure's message."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dagster as dg

from warehouse.connections import Role, connect
from warehouse.errors import UnknownTenant
from warehouse.settings import Settings
from warehouse.tenants import list_tenants

if TYPE_CHECKING:
    from pipelines.sync import SyncOutcome


@dataclass(frozen=True)
class ShopSync:
    """One shop's part in a sync; ``error`` and ``cure`` are empty when it was loaded.

    ``skipped`` tells of each resource that was left out, or cut short, why it was.
    """

    tenant: str
    shop: str
    documents: Mapping[str, int]
    error: str = ""
    cure: str = ""
    skipped: Mapping[str, str] = field(default_factory=dict)


def read_tenant_ids(given: Sequence[str]) -> list[int] | None:
    """The tenants of a run's configuration; None stands for all of them."""
    wrong = [text for text in given if not (text.isascii() and text.isdigit())]
    if wrong:
        raise UnknownTenant(
            f"tenant_ids: {wrong[0]!r} is no tenant's id; `shopmart tenant list` shows them"
        )
    return [int(text) for text in given] or None


def shop_names(settings: Settings) -> dict[int, str]:
    """The shop domain of every tenant: people know a shop by it, not by our number."""
    with connect(settings, Role.LOADER) as connection:
        return {tenant.tenant_id: tenant.shop_domain for tenant in list_tenants(connection)}


def told(outcomes: Iterable["SyncOutcome"], shops: Mapping[int, str]) -> list[ShopSync]:
    """The outcomes in words and figures."""
    return [
        ShopSync(
            tenant=str(outcome.tenant_id),
            shop=shops.get(outcome.tenant_id, "unknown"),
            documents=outcome.result.counts if outcome.result else {},
            error=outcome.error or "",
            cure=outcome.hint or "",
            skipped=outcome.result.skipped if outcome.result else {},
        )
        for outcome in outcomes
    ]


def loaded_metadata(syncs: Sequence[ShopSync], resource: str) -> dict[str, dg.MetadataValue]:
    """The figures of one raw table after a sync."""
    failed = failed_of(syncs)
    documents = sum(sync.documents.get(resource, 0) for sync in syncs)
    return {
        "documents": dg.MetadataValue.int(documents),
        "shops synced": dg.MetadataValue.int(len(syncs) - len(failed)),
        "shops failed": dg.MetadataValue.int(len(failed)),
        "shops with a part left out": dg.MetadataValue.int(
            sum(resource in sync.skipped for sync in syncs)
        ),
        "by shop": shop_table(syncs, [resource]),
    }


def shop_table(syncs: Sequence[ShopSync], resources: Sequence[str]) -> dg.TableMetadataValue:
    """One row for each shop: the documents of each resource, or what went wrong."""
    columns = [
        dg.TableColumn("tenant", "string"),
        dg.TableColumn("shop", "string"),
        *(dg.TableColumn(resource, "int") for resource in resources),
        dg.TableColumn("result", "string"),
        dg.TableColumn("cure", "string"),
    ]
    records = [dg.TableRecord(_row(sync, resources)) for sync in syncs]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def failed_of(syncs: Iterable[ShopSync]) -> list[ShopSync]:
    """The shops that could not be synced."""
    return [sync for sync in syncs if sync.error]


def failure_of(syncs: Sequence[ShopSync]) -> dg.Failure:
    """The failure of the run: which shops, in Shopify's words, and what cures each."""
    failed = failed_of(syncs)
    lines = [f"{len(failed)} of {len(syncs)} shops could not be synced."]
    lines += [_line(sync) for sync in failed]
    return dg.Failure(description="\n".join(lines), allow_retries=False)


def _line(sync: ShopSync) -> str:
    cure = f" Cure: {sync.cure.rstrip('.')}." if sync.cure else ""
    return f"{sync.shop} (tenant {sync.tenant}): {sync.error.rstrip('.')}.{cure}"


def _row(sync: ShopSync, resources: Sequence[str]) -> dict[str, str | int]:
    return {
        "tenant": sync.tenant,
        "shop": sync.shop,
        **{resource: sync.documents.get(resource, 0) for resource in resources},
        "result": sync.error or _result(sync, resources),
        "cure": sync.cure,
    }


def _result(sync: ShopSync, resources: Sequence[str]) -> str:
    left_out = [f"{name}: {why}" for name, why in sync.skipped.items() if name in resources]
    return f"loaded; left out: {'; '.join(left_out)}" if left_out else "loaded"
