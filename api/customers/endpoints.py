"""GET /tenants/{id}/customers."""

from typing import Any

import asyncpg
from fastapi import APIRouter
from starlette.responses import Response

from api.arguments import Paged, TenantId
from api.customers.schemas import EXAMPLE, Customer, Customers
from api.listing import Listing, Wanted, serve_list
from api.schemas import errors, listed
from api.services import Wired
from api.serving import buyer_id, view_tenant

router = APIRouter(tags=["figures"])
PATH = "/tenants/{tenant_id}/customers"


@router.get(f"{PATH}.csv", include_in_schema=False)
@router.get(
    PATH,
    response_model=Customers,
    responses={
        **listed(EXAMPLE),
        **errors(e404="no tenant has the id 7", e422="limit: must be at most 250"),
    },
)
async def customers(services: Wired, tenant_id: TenantId, page: Paged, wanted: Wanted) -> Response:
    """A shop's buyers, guests among them, biggest spender first."""
    view = await view_tenant(services, tenant_id)
    return await serve_list(services, view, LISTING, window=page, wanted=wanted)


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


LISTING = Listing("customers", Customer, _customer, key="buyer_key")
