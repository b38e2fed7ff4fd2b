"""GET and POST /tenants, GET and PATCH /tenants/{id}."""

from collections.abc import AsyncGenerator
from typing import Any

from fastapi import APIRouter
from pydantic import SecretStr
from starlette.responses import Response

from api.arguments import TenantId
from api.encoding import JsonAnswer
from api.errors import Invalid
from api.listing import Wanted
from api.schemas import as_text, errors, example
from api.services import Wired
from api.tables import CsvAnswer, Table
from api.tenants.schemas import (
    DETAILS_EXAMPLE,
    EXAMPLE,
    NewTenant,
    TenantAnswer,
    TenantChange,
    TenantDetails,
)
from warehouse.secrets import Credentials
from warehouse.tenants import Tenant, add_tenant, get_tenant, list_tenants, update_tenant

router = APIRouter(tags=["tenants"])
INDISPENSABLE = {"name": "name", "webhook_secret": "webhookSecret"}


@router.get("/tenants.csv", include_in_schema=False)
@router.get("/tenants", response_model=list[TenantAnswer], responses=example([EXAMPLE]) | errors())
async def all_tenants(services: Wired, wanted: Wanted) -> Response:
    """Every connected shop, oldest first."""
    tenants = await services.control.run(list_tenants)
    if wanted.csv:
        table = Table("tenants", list(EXAMPLE), _tenant)
        return await CsvAnswer.begun(table, _at_once(tenants))
    return JsonAnswer([_tenant(one) for one in tenants])


async def _at_once(tenants: list[Tenant]) -> AsyncGenerator[list[Tenant], None]:
    yield tenants


@router.post(
    "/tenants",
    status_code=201,
    response_model=TenantAnswer,
    responses={
        201: {"content": {"application/json": {"example": as_text(EXAMPLE)}}},
        **errors(
            e400="webhookSecret: is missing",
            e409="shopDomain: alpine-tea.myshopify.com is connected already",
            e422="shopDomain: 'tea' is no shop domain; write it like my-shop.myshopify.com",
        ),
    },
)
async def connect_shop(services: Wired, new: NewTenant) -> JsonAnswer:
    """Connect a shop. Its webhooks land from here on; a sync reads what it had before."""
    given = _opened(new.model_dump(exclude={"name", "shop_domain"}))
    # A form sends what was left empty as an empty text.
    credentials = Credentials(**{name: value or None for name, value in given.items()})  # type: ignore[arg-type]
    tenant = await services.control.run(
        lambda connection: add_tenant(
            connection,
            services.control.sealer,
            name=new.name,
            shop_domain=new.shop_domain,
            credentials=credentials,
        )
    )
    return JsonAnswer(_tenant(tenant), 201)


@router.get(
    "/tenants/{tenant_id}",
    response_model=TenantDetails,
    responses=example(DETAILS_EXAMPLE) | errors(e404="no tenant has the id 7"),
)
async def one_tenant(services: Wired, tenant_id: TenantId) -> JsonAnswer:
    """One connected shop; never its secrets."""
    tenant = await services.control.run(lambda connection: get_tenant(connection, tenant_id))
    return JsonAnswer(_details(tenant))


@router.patch(
    "/tenants/{tenant_id}",
    response_model=TenantDetails,
    responses={
        **example(DETAILS_EXAMPLE),
        **errors(
            e400="body: is no JSON; send one JSON object",
            e404="no tenant has the id 7",
            e422="webhookSecret: cannot be taken away; give the new one",
        ),
    },
)
async def change_tenant(services: Wired, tenant_id: TenantId, change: TenantChange) -> JsonAnswer:
    """Change the name or rotate credentials; the webhook secret before the new one stays valid."""
    given = _opened(change.model_dump(exclude_unset=True))
    for name, field in INDISPENSABLE.items():
        if name in given and given[name] is None:
            raise Invalid.field(field, "cannot be taken away; give the new one")
    new_name = given.pop("name", None)
    tenant = await services.control.run(
        lambda connection: update_tenant(
            connection, services.control.sealer, tenant_id, name=new_name, credentials=given
        )
    )
    return JsonAnswer(_details(tenant))


def _opened(given: dict[str, Any]) -> dict[str, str | None]:
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in given.items()
    }


def _tenant(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": str(tenant.tenant_id),
        "name": tenant.name,
        "shopDomain": tenant.shop_domain,
        "createdAt": tenant.created_at,
    }


def _details(tenant: Tenant) -> dict[str, Any]:
    return {
        **_tenant(tenant),
        "hasAccessToken": tenant.has_access_token,
        "status": tenant.status,
        "pauseReason": tenant.pause_reason,
    }
