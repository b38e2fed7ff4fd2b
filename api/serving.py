"""How a figure is served: the tenant as it stands, a kept answer or one question, X-Cache."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.encoding import JsonAnswer, encode
from api.errors import NotFound
from api.services import Services


@dataclass(frozen=True)
class TenantView:
    """A tenant as its answers depend on it; any change of it makes every kept answer void."""

    tenant_id: int
    currency: str | None
    coverage_from: datetime | None
    timezone: str
    shop_day: date
    data_version: int
    built_at: datetime | None

    def provenance(self, *, currency: str | None = None) -> dict[str, Any]:
        """What stands beside every figure: where it comes from and how far it reaches."""
        return {
            "currency": currency or self.currency,
            "timezone": self.timezone,
            "freshAsOf": self.built_at,
            "coverageFrom": self.coverage_from,
            "basis": "shopify",
        }


async def view_tenant(services: Services, tenant_id: int) -> TenantView:
    """The tenant; raises NotFound, Unavailable."""
    rows = await services.marts.ask("tenant", tenant_id)
    if not rows:
        raise NotFound(f"no tenant has the id {tenant_id}")
    return TenantView(**rows[0])


async def answer(
    services: Services,
    view: TenantView,
    question: Hashable,
    compose: Callable[[], Awaitable[dict[str, Any]]],
) -> JsonAnswer:
    """The kept answer to this question, else the composed one."""

    async def compute() -> bytes:
        return encode(await compose())

    body, was_kept = await services.answers.get((view, question), compute)
    return JsonAnswer(body, headers={"X-Cache": "HIT" if was_kept else "MISS"})


def buyer_id(customer_id: int | None, buyer_key: object) -> str | None:
    """Shopify's id of a customer; a guest's is ``guest:<key>``."""
    if customer_id is not None:
        return str(customer_id)
    return f"guest:{buyer_key}" if buyer_key is not None else None
