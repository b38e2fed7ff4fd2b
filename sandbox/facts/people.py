"""What happens to customer records and to the shop itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CustomerSaved:
    """A customer record was made or changed; the newest one stands."""

    at: datetime
    customer_id: int
    created_at: datetime
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    tags: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class CustomerDeleted:
    """A customer record without orders was erased."""

    at: datetime
    customer_id: int


@dataclass(frozen=True)
class CustomersMerged:
    """Two records became one: what the deleted one owned belongs to the kept one."""

    at: datetime
    kept_id: int
    deleted_id: int


@dataclass(frozen=True)
class ShopChanged:
    """The shop has another name or lives in another zone from here on."""

    at: datetime
    name: str
    timezone: str


CustomerFact = CustomerSaved | CustomerDeleted | CustomersMerged
