"""Receipts of what privacy law asks for: what was asked, what was done where, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
State = Literal["waiting", "not done", "cleaning", "to be answered", "done"]
DATA_REQUEST = "customers/data_request"
# Shopify gives an app so long to act.
TIME_TO_ACT = timedelta(days=30)
_LIST = """
select receipts.tenant_id, tenants.shop_domain, topic, webhook_id, received_at, acted_at,
    cleaned_at, deed, request, counts, bundle, bundled_at
from control.receipts as receipts
inner join control.tenants as tenants on receipts.tenant_id = tenants.tenant_id
where %s::bigint is null or receipts.tenant_id = %s
order by received_at desc, topic, webhook_id
limit %s
"""


@dataclass(frozen=True)
class Receipt:
    """One request; `counts` are rows for each table: erased, or of a request for data, found."""

    tenant_id: int
    shop_domain: str
    topic: str
    webhook_id: str
    received_at: datetime
    acted_at: datetime | None
    cleaned_at: datetime | None
    deed: str | None
    request: Mapping[str, Any]
    counts: Mapping[str, int]
    bundle: str | None
    bundled_at: datetime | None

    @property
    def act_by(self) -> datetime:
        """By when Shopify wants it done."""
        return self.received_at + TIME_TO_ACT

    @property
    def state(self) -> State:
        """How far it is; `not done` needs a person, `to be answered` a bundle."""
        if self.acted_at is None:
            return "not done" if self.deed else "waiting"
        if self.topic == DATA_REQUEST:
            return "done" if self.bundled_at else "to be answered"
        if self.topic == "app/uninstalled" or self.cleaned_at:
            return "done"
        return "cleaning"


def list_receipts(
    connection: Connection, tenant_id: int | None = None, *, limit: int = 200
) -> list[Receipt]:
    """The newest receipts of one tenant, or of all."""
    return [Receipt(*row) for row in connection.execute(_LIST, [tenant_id, tenant_id, limit])]
