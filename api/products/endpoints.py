"""GET /tenants/{id}/products."""

from typing import Any

import asyncpg
from fastapi import APIRouter
from starlette.responses import Response

from api.arguments import Paged, TenantId
from api.listing import Listing, Wanted, serve_list
from api.products.schemas import EXAMPLE, Product, Products
from api.schemas import errors, listed
from api.services import Wired
from api.serving import view_tenant

router = APIRouter(tags=["figures"])
PATH = "/tenants/{tenant_id}/products"


@router.get(f"{PATH}.csv", include_in_schema=False)
@router.get(
    PATH,
    response_model=Products,
    responses={
        **listed(EXAMPLE),
        **errors(e404="no tenant has the id 7", e422="limit: must be at most 250"),
    },
)
async def products(services: Wired, tenant_id: TenantId, page: Paged, wanted: Wanted) -> Response:
    """The products that a shop lists, newest first; what it deleted is not among them."""
    view = await view_tenant(services, tenant_id)
    return await serve_list(services, view, LISTING, window=page, wanted=wanted)


def _product(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": str(row["product_id"]),
        "shopifyProductId": str(row["product_id"]),
        "title": row["title"],
        "vendor": row["vendor"],
        "productType": row["product_type"],
        "price": row["price"],
        "currency": row["currency"],
        "createdAt": row["created_at"],
        "handle": row["handle"],
        "status": row["status"],
        "inventoryQuantity": row["inventory_quantity"],
        "unitsSold": row["units_sold"],
        "totalSales": row["total_sales"],
    }


LISTING = Listing("products", Product, _product, key="product_id")
