"""How ``shopmart privacy`` shows receipts and deeds: as a table, or as JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from shopmart.context import OUTPUT

if TYPE_CHECKING:
    from pipelines.privacy.acting import Deed
    from warehouse.receipts import Receipt


def print_receipts(receipts: "Sequence[Receipt]", *, as_json: bool) -> None:
    """The receipts, newest first."""
    from rich.table import Table

    if as_json:
        OUTPUT.print_json(json.dumps([document(one) for one in receipts]))
        return
    if not receipts:
        OUTPUT.print("nobody has asked for anything yet")
        return
    table = Table("tenant", "asked", "request", "state", "what was done", "rows")
    for one in receipts:
        table.add_row(
            f"{one.tenant_id} {one.shop_domain}",
            f"{one.received_at:%Y-%m-%d %H:%M}",
            f"{one.topic} {one.webhook_id}",
            one.state if one.state == "done" else f"{one.state} (by {one.act_by:%Y-%m-%d})",
            one.bundle or one.deed or "",
            str(sum(one.counts.values())),
        )
    OUTPUT.print(table)


def print_deeds(deeds: "Sequence[Deed]", *, as_json: bool) -> None:
    """What was done right now, table by table."""
    if as_json:
        OUTPUT.print_json(json.dumps([_deed(deed) for deed in deeds]))
        return
    if not deeds:
        OUTPUT.print("no request waits")
    for deed in deeds:
        name = f"tenant {deed.receipt.tenant_id}: {deed.receipt.topic} {deed.receipt.webhook_id}"
        OUTPUT.print(f"{name}: {deed.problem or _rows(deed.counts)}")


def document(receipt: "Receipt") -> dict[str, object]:
    """A receipt in the words of the API: ids are texts, times have a zone."""
    return {
        "tenantId": str(receipt.tenant_id),
        "shopDomain": receipt.shop_domain,
        "topic": receipt.topic,
        "webhookId": receipt.webhook_id,
        "state": receipt.state,
        "receivedAt": receipt.received_at.isoformat(),
        "actBy": receipt.act_by.isoformat(),
        "actedAt": _moment(receipt.acted_at),
        "cleanedAt": _moment(receipt.cleaned_at),
        "deed": receipt.deed,
        "request": dict(receipt.request),
        "rows": dict(receipt.counts),
        "bundle": receipt.bundle,
        "bundledAt": _moment(receipt.bundled_at),
    }


def _deed(deed: "Deed") -> dict[str, object]:
    return {
        "tenantId": str(deed.receipt.tenant_id),
        "topic": deed.receipt.topic,
        "webhookId": deed.receipt.webhook_id,
        "rows": dict(deed.counts),
        "problem": deed.problem,
    }


def _rows(counts: Mapping[str, int]) -> str:
    told = ", ".join(f"{rows} of {table}" for table, rows in sorted(counts.items()))
    return told or "nothing was found"


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
