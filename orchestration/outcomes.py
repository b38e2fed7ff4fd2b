"""What a sync did, told to people: a table of tenants, an asset's figures, a failure's message."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg

from warehouse.errors import UnknownTenant

if TYPE_CHECKING:
    from pipelines.sync import SyncOutcome


def read_tenant_ids(given: Sequence[str]) -> list[int] | None:
    """The tenants of a run's configuration; None stands for all of them."""
    wrong = [text for text in given if not (text.isascii() and text.isdigit())]
    if wrong:
        raise UnknownTenant(
            f"tenant_ids: {wrong[0]!r} is no tenant's id; `shopmart tenant list` shows them"
        )
    return [int(text) for text in given] or None


def failed_of(outcomes: Sequence["SyncOutcome"]) -> list["SyncOutcome"]:
    """The tenants whose sync failed."""
    return [outcome for outcome in outcomes if outcome.error]


def loaded_metadata(
    outcomes: Sequence["SyncOutcome"], resource: str
) -> dict[str, dg.MetadataValue]:
    """The figures of one raw table after a sync."""
    loaded = [outcome for outcome in outcomes if not outcome.error]
    documents = sum(outcome.counts.get(resource, 0) for outcome in loaded)
    return {
        "documents": dg.MetadataValue.int(documents),
        "tenants_synced": dg.MetadataValue.int(len(loaded)),
        "tenants_failed": dg.MetadataValue.int(len(outcomes) - len(loaded)),
        "by_tenant": outcome_table(outcomes, [resource]),
    }


def outcome_table(
    outcomes: Sequence["SyncOutcome"], resources: Sequence[str]
) -> dg.TableMetadataValue:
    """One row for each tenant: the documents of each resource, or what went wrong."""
    columns = [
        dg.TableColumn("tenant", "string"),
        *(dg.TableColumn(resource, "int") for resource in resources),
        dg.TableColumn("result", "string"),
        dg.TableColumn("cure", "string"),
    ]
    records = [dg.TableRecord(_row(outcome, resources)) for outcome in outcomes]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def failure_of(outcomes: Sequence["SyncOutcome"]) -> dg.Failure:
    """The failure of the run: which tenants, in Shopify's words, and what cures each."""
    failed = failed_of(outcomes)
    lines = [f"{len(failed)} of {len(outcomes)} tenants could not be synced."]
    lines += [_line(outcome) for outcome in failed]
    return dg.Failure(description="\n".join(lines), allow_retries=False)


def _line(outcome: "SyncOutcome") -> str:
    cure = f" Cure: {outcome.hint}." if outcome.hint else ""
    return f"Tenant {outcome.tenant_id}: {outcome.error}.{cure}".replace("..", ".")


def _row(outcome: "SyncOutcome", resources: Sequence[str]) -> dict[str, str | int]:
    counts = {resource: outcome.counts.get(resource, 0) for resource in resources}
    return {
        "tenant": str(outcome.tenant_id),
        **counts,
        "result": outcome.error or "loaded",
        "cure": outcome.hint or "",
    }
