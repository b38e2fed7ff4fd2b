"""How a figure is served: the tenant as it stands, a kept answer or one question, X-Cache."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from api.answers import Computed
from api.encoding import KeptAnswer, encode
from api.errors import NotFound
from api.services import Services


@dataclass(frozen=True)
class TenantView:
    """A tenant as its answers depend on it; any change of it makes every kept answer void."""

    tenant_id: int
    name: str
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


class Composed(NamedTuple):
    """A document, and for how many seconds it holds; None: until the next build."""

    document: dict[str, Any]
    seconds: float | None = None


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
    compose: Callable[[], Awaitable[Composed]],
) -> KeptAnswer:
    """The kept answer to this question, else the composed one."""

    async def compute() -> Computed:
        composed = await compose()
        return Computed(encode(composed.document), composed.seconds)

    body, was_kept = await services.answers.get((view, question), compute)
    services.meters.answered(was_kept=was_kept)
    return KeptAnswer(body, was_kept=was_kept)


def buyer_id(customer_id: int | None, buyer_key: object) -> str | None:
    """Shopify's id of a customer; a guest's is ``guest:<key>``."""
    if customer_id is not None:
        return str(customer_id)
    return f"guest:{buyer_key}" if buyer_key is not None else None
