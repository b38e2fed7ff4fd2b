"""GET /tenants/{id}/orders."""

from typing import Any

import asyncpg
from fastapi import APIRouter
from starlette.responses import Response

from api.arguments import Paged, Ranged, TenantId
from api.listing import Listing, Wanted, serve_list
from api.orders.schemas import EXAMPLE, Order, Orders
from api.schemas import errors, listed
from api.services import Wired
from api.serving import buyer_id, view_tenant

router = APIRouter(tags=["figures"])
PATH = "/tenants/{tenant_id}/orders"


@router.get(f"{PATH}.csv", include_in_schema=False)
@router.get(
    PATH,
    response_model=Orders,
    responses={
        **listed(EXAMPLE),
        **errors(e404="no tenant has the id 7", e422="limit: must be at most 250"),
    },
)
async def orders(
    services: Wired, tenant_id: TenantId, page: Paged, period: Ranged, wanted: Wanted
) -> Response:
    """A shop's orders, newest first by the time they were processed."""
    view = await view_tenant(services, tenant_id)
    days = period.days(view.timezone)
    return await serve_list(services, view, LISTING, *days, window=page, wanted=wanted)


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


LISTING = Listing("orders", Order, _order, key="order_id")
