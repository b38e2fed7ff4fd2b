"""GET /analytics/checkouts/{tenantId} and its list."""

from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.arguments import Ranged, Sliced, TenantId
from api.checkouts.schemas import (
    FIGURES_EXAMPLE,
    LIST_EXAMPLE,
    Checkout,
    CheckoutAnalytics,
    Checkouts,
)
from api.encoding import KeptAnswer
from api.errors import Invalid
from api.listing import Listing, Wanted, serve_list
from api.schemas import errors, example, listed
from api.services import Wired
from api.serving import Composed, TenantView, answer, view_tenant

router = APIRouter(tags=["analytics"])
PATH = "/analytics/checkouts/{tenant_id}"
STATUSES = ["PENDING", "COMPLETED", "ABANDONED"]
FIGURES = {
    "totalCheckouts": "total",
    "completedCheckouts": "completed",
    "abandonedCheckouts": "abandoned",
    "pendingCheckouts": "pending",
    "conversionRate": "conversion_rate",
    "abandonmentRate": "abandonment_rate",
    "abandonedValue": "abandoned_value",
    "completedValue": "completed_value",
    "contactableAbandonedCheckouts": "contactable",
    "recoveredCheckouts": "recovered",
    "recoveredValue": "recovered_value",
    "settledAbandonmentRate": "settled_abandonment_rate",
    "recoveryRate": "recovery_rate",
}
NOT_KNOWN = {"settledAbandonmentRate": None, "recoveryRate": None}


def _status(
    status: Annotated[
        str | None,
        Query(
            description="Only those that stand so at this moment.",
            json_schema_extra={"enum": STATUSES},
        ),
    ] = None,
) -> str | None:
    if status is None or not status.strip():
        return None
    if status.strip().upper() not in STATUSES:
        raise Invalid.field("status", f"must be one of {', '.join(STATUSES)}")
    return status.strip().upper()


@router.get(
    PATH,
    response_model=CheckoutAnalytics,
    responses={
        **example(FIGURES_EXAMPLE),
        **errors(
            e404="no tenant has the id 7",
            e422="startDate: 2026-04-01 comes after endDate 2026-03-01; swap them",
        ),
    },
)
async def checkout_analytics(services: Wired, tenant_id: TenantId, period: Ranged) -> KeptAnswer:
    """What became of a shop's checkouts; with a range, of those that began in its shop days."""
    view = await view_tenant(services, tenant_id)
    days = period.days(view.timezone)

    async def compose() -> Composed:
        rows = await services.marts.ask("checkout_figures", tenant_id, view.currency, *days)
        row = rows[0] if rows else None
        return Composed(_document(view, row), row["seconds_left"] if row else None)

    return await answer(services, view, ("checkout_figures", days), compose)


@router.get(f"{PATH}/list.csv", include_in_schema=False)
@router.get(
    f"{PATH}/list",
    response_model=Checkouts,
    responses={
        **listed(LIST_EXAMPLE),
        **errors(
            e404="no tenant has the id 7",
            e422="status: must be one of PENDING, COMPLETED, ABANDONED",
        ),
    },
)
async def checkouts(
    services: Wired,
    tenant_id: TenantId,
    status: Annotated[str | None, Depends(_status)],
    part: Sliced,
    period: Ranged,
    wanted: Wanted,
) -> Response:
    """A shop's checkouts, newest first."""
    view = await view_tenant(services, tenant_id)
    asked = (*period.days(view.timezone), status)
    return await serve_list(services, view, LISTING, *asked, window=part, wanted=wanted)


def _document(view: TenantView, row: asyncpg.Record | None) -> dict[str, Any]:
    nothing = {**dict.fromkeys(FIGURES, 0), **NOT_KNOWN}
    return {
        "tenantId": str(view.tenant_id),
        "tenantName": view.name,
        "analytics": {name: row[column] for name, column in FIGURES.items()} if row else nothing,
        **view.provenance(currency=row["currency"] if row else None),
    }


def _checkout(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": row["checkout_id"],
        "shopifyCheckoutId": row["checkout_id"],
        "email": row["email"],
        "totalPrice": row["total_price"],
        "currency": row["currency"],
        "status": row["status"],
        "lineItemsCount": row["line_items_count"],
        "createdAt": row["created_at"],
        "completedAt": row["completed_at"],
        "abandonedAt": row["abandoned_at"],
        "phone": row["phone"],
        "customerId": _text(row["customer_id"]),
        "orderId": _text(row["order_id"]),
        "wasAbandoned": row["was_abandoned"],
        "isRecovered": row["is_recovered"],
        "shopDate": row["shop_date"],
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


LISTING = Listing("checkouts", Checkout, _checkout, key="checkout_id")
