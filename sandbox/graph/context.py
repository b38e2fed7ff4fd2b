"""What one request resolves against: the shop, its documents, the app, the bulk desk, warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.documents.library import Library
from sandbox.documents.parts import Json, Ref
from sandbox.drift import Drift
from sandbox.platform.installation import Installation
from sandbox.state.shop import Shop
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.bulk.desk import BulkDesk

# How far back an app without read_all_orders sees.
RECENT = timedelta(days=60)


@dataclass
class Context:
    """One request's surroundings."""

    world: World
    shop: Shop
    library: Library
    bulk: BulkDesk
    installation: Installation
    base_url: str
    drift: Drift = field(default_factory=Drift)
    search: list[dict[str, Any]] = field(default_factory=list)

    def resolve(self, value: Json) -> Json:
        """Follow a reference; what the app may not see is not there."""
        if not isinstance(value, Ref):
            return value
        return self.library.find(value) if self.sees(value) else None

    def sees(self, ref: Ref) -> bool:
        """Whether the app sees a thing at all: old orders need a scope of their own."""
        if ref.kind != "Order" or "read_all_orders" in self.installation.scopes:
            return True
        order = self.shop.orders.get(ref.number)
        return order is None or order.placed.at >= self.world.moment() - RECENT
