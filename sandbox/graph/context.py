"""What one request resolves against: the shop, its documents, its bulk desk, the warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.documents.library import Library
from sandbox.documents.parts import Json, Ref
from sandbox.state.shop import Shop
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.bulk.desk import BulkDesk


@dataclass
class Context:
    """One request's surroundings."""

    world: World
    shop: Shop
    library: Library
    bulk: BulkDesk
    base_url: str
    search: list[dict[str, Any]] = field(default_factory=list)

    def resolve(self, value: Json) -> Json:
        """Follow a reference."""
        return self.library.find(value) if isinstance(value, Ref) else value
