"""GET /tenants/{id}/customers."""

from typing import Any

import asyncpg
from fastapi import APIRouter

from api.arguments import Paged, TenantId
from api.customers.schemas import EXAMPLE, Customers
from api.encoding import JsonAnswer
from api.schemas import Pagination, errors, example
from api.services import Wired
from api.serving import answer, buyer_id, view_tenant

router = APIRouter(tags=["figures"])


@router.get(
    "/tenants/{tenant_id}/customers",
    response_model=Customers,
    responses={
        **example(EXAMPLE),
        **errors(e404="no tenant has the id 7", e422="limit: must be at most 250"),
    },
)
async def customers(services: Wired, tenant_id: TenantId, page: Paged) -> JsonAnswer:
    """A shop's buyers, guests among them, biggest spender first."""
    view = await view_tenant(services, tenant_id)

    async def compose() -> dict[str, Any]:
        rows = await services.marts.ask("customers", tenant_id, page.limit, page.offset)
        total = rows[0]["total_count"] if rows else 0
        return {
            "customers": [_customer(row) for row in rows if row["buyer_key"] is not None],
            "pagination": Pagination.document(page=page.page, limit=page.limit, total_count=total),
            **view.provenance(),
        }

    return await answer(services, view, ("customers", page), compose)


def _customer(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": buyer_id(row["customer_id"], row["buyer_key"]),
        "email": row["email"],
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "totalSpent": row["total_spent"],
        "currency": row["currency"],
        "ordersCount": row["orders_count"],
        "createdAt": row["created_at"],
    }
