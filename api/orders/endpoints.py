"""GET /tenants/{id}/orders."""

from typing import Any

import asyncpg
from fastapi import APIRouter

from api.arguments import Paged, Ranged, TenantId
from api.encoding import JsonAnswer
from api.orders.schemas import EXAMPLE, Orders
from api.schemas import Pagination, errors, example
from api.services import Wired
from api.serving import answer, buyer_id, view_tenant

router = APIRouter(tags=["figures"])


@router.get(
    "/tenants/{tenant_id}/orders",
    response_model=Orders,
    responses={
        **example(EXAMPLE),
        **errors(e404="no tenant has the id 7", e422="limit: must be at most 250"),
    },
)
async def orders(services: Wired, tenant_id: TenantId, page: Paged, period: Ranged) -> JsonAnswer:
    """A shop's orders, newest first by the time they were processed."""
    view = await view_tenant(services, tenant_id)
    days = period.days(view.timezone)

    async def compose() -> dict[str, Any]:
        rows = await services.marts.ask("orders", tenant_id, *days, page.limit, page.offset)
        total = rows[0]["total_count"] if rows else 0
        return {
            "orders": [_order(row) for row in rows if row["order_id"] is not None],
            "pagination": Pagination.document(page=page.page, limit=page.limit, total_count=total),
            **view.provenance(),
        }

    return await answer(services, view, ("orders", page, days), compose)


def _order(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": str(row["order_id"]),
        "orderNumber": row["order_number"],
        "name": row["order_name"],
        "total": row["total_price"],
        "currency": row["currency"],
        "customerId": buyer_id(row["customer_id"], row["buyer_key"]),
        "createdAt": row["created_at"],
        "processedAt": row["processed_at"],
        "shopDate": row["shop_date"],
        "financialStatus": row["financial_status"],
        "cancelled": row["is_cancelled"],
        "provisional": row["is_provisional"],
    }
