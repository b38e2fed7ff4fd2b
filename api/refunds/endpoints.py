"""GET /analytics/refunds/{tenantId} and its list."""

from typing import Any

import asyncpg
from fastapi import APIRouter
from starlette.responses import Response

from api.arguments import Ranged, Sliced, TenantId
from api.encoding import KeptAnswer
from api.listing import Listing, Wanted, serve_list
from api.refunds.schemas import (
    FIGURES_EXAMPLE,
    LIST_EXAMPLE,
    Refund,
    RefundAnalytics,
    Refunds,
)
from api.schemas import errors, example, listed
from api.services import Wired
from api.serving import Composed, TenantView, answer, view_tenant

router = APIRouter(tags=["analytics"])
PATH = "/analytics/refunds/{tenant_id}"


@router.get(
    PATH,
    response_model=RefundAnalytics,
    responses={
        **example(FIGURES_EXAMPLE),
        **errors(
            e404="no tenant has the id 7",
            e422="startDate: 2026-04-01 comes after endDate 2026-03-01; swap them",
        ),
    },
)
async def refund_analytics(services: Wired, tenant_id: TenantId, period: Ranged) -> KeptAnswer:
    """What a shop paid back; with a range, in those shop days."""
    view = await view_tenant(services, tenant_id)
    days = period.days(view.timezone)

    async def compose() -> Composed:
        rows = await services.marts.ask("refund_figures", tenant_id, view.currency, *days)
        return Composed(_document(view, rows[0] if rows else None))

    return await answer(services, view, ("refund_figures", days), compose)


@router.get(f"{PATH}/list.csv", include_in_schema=False)
@router.get(
    f"{PATH}/list",
    response_model=Refunds,
    responses={
        **listed(LIST_EXAMPLE),
        **errors(e404="no tenant has the id 7", e422="limit: must be at most 250"),
    },
)
async def refunds(
    services: Wired, tenant_id: TenantId, part: Sliced, period: Ranged, wanted: Wanted
) -> Response:
    """A shop's refunds, newest first."""
    view = await view_tenant(services, tenant_id)
    days = period.days(view.timezone)
    return await serve_list(services, view, LISTING, *days, window=part, wanted=wanted)


def _document(view: TenantView, row: asyncpg.Record | None) -> dict[str, Any]:
    return {
        "tenantId": str(view.tenant_id),
        "tenantName": view.name,
        "analytics": {
            "totalRefunds": row["refunds"] if row else 0,
            "totalRefundAmount": row["amount"] if row else 0,
            "averageRefundAmount": row["average_amount"] if row else 0,
            "pendingRefundAmount": row["pending_amount"] if row else 0,
        },
        **view.provenance(currency=row["currency"] if row else None),
    }


def _refund(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": str(row["refund_id"]),
        "shopifyRefundId": str(row["refund_id"]),
        "shopifyOrderId": str(row["order_id"]),
        "amount": row["amount"],
        "currency": row["currency"],
        "reason": row["reason"],
        "createdAt": row["created_at"],
        "orderName": row["order_name"],
        "shopDate": row["shop_date"],
        "pendingAmount": row["pending_amount"],
        "goodsAmount": row["goods_amount"],
        "shippingAmount": row["shipping_amount"],
        "taxAmount": row["tax_amount"],
        "adjustmentAmount": row["adjustment_amount"],
        "quantity": row["quantity"],
        "restockedQuantity": row["restocked_quantity"],
        "daysToRefund": row["days_to_refund"],
        "isFull": row["is_full"],
    }


LISTING = Listing("refunds", Refund, _refund, key="refund_id")
