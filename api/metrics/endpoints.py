"""GET /tenants/{id}/metrics."""

from decimal import Decimal
from typing import Any

import asyncpg
from fastapi import APIRouter

from api.arguments import Period, Ranged, TenantId
from api.encoding import KeptAnswer
from api.metrics.schemas import EXAMPLE, Metrics
from api.schemas import errors, example
from api.services import Services, Wired
from api.serving import Composed, TenantView, answer, buyer_id, view_tenant

router = APIRouter(tags=["figures"])
LATEST_DAYS = 30


@router.get(
    "/tenants/{tenant_id}/metrics",
    response_model=Metrics,
    responses={
        **example(EXAMPLE),
        **errors(
            e404="no tenant has the id 7",
            e422="startDate: 2026-04-01 comes after endDate 2026-03-01; swap them",
        ),
    },
)
async def metrics(services: Wired, tenant_id: TenantId, period: Ranged) -> KeptAnswer:
    """Revenue, orders, buyers and days of a shop; with a range, the figures of those shop days."""
    view = await view_tenant(services, tenant_id)
    days = period.days(view.timezone)

    async def compose() -> Composed:
        return Composed(_document(view, await _ask(services, view, period)))

    return await answer(services, view, ("metrics", period.is_open, days), compose)


async def _ask(services: Services, view: TenantView, period: Period) -> asyncpg.Record | None:
    latest_days = LATEST_DAYS if period.is_open else None
    arguments = (view.currency, *period.days(view.timezone), latest_days)
    rows = await services.marts.ask("metrics", view.tenant_id, *arguments)
    return rows[0] if rows else None


def _document(view: TenantView, row: asyncpg.Record | None) -> dict[str, Any]:
    return {
        "customersCount": row["customers_count"] if row else 0,
        "ordersCount": row["orders_count"] if row else 0,
        "totalRevenue": row["total_revenue"] if row else Decimal(0),
        "topCustomers": [_top_customer(one) for one in row["top_customers"]] if row else [],
        "ordersByDate": [_day(one) for one in row["orders_by_date"]] if row else [],
        **view.provenance(currency=row["currency"] if row else None),
        "provisional": row["provisional"] if row else 0,
    }


def _top_customer(found: dict[str, Any]) -> dict[str, Any]:
    names = [part for part in (found["first_name"], found["last_name"]) if part]
    return {
        "customerId": buyer_id(found["customer_id"], found["buyer_key"]),
        "email": found["email"],
        "name": " ".join(names) or None,
        "totalSpent": Decimal(found["total_spent"]),
        "ordersCount": found["orders_count"],
    }


def _day(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": found["shop_date"],
        "orders": found["orders"],
        "revenue": Decimal(found["revenue"]),
    }
