"""The landing endpoint as OpenAPI shows it; its route is bare, so the framework cannot tell."""

from typing import Any

from api.schemas import errors


def path_item() -> dict[str, Any]:
    """The entry of ``paths``."""
    return {
        "post": {
            "tags": ["webhooks"],
            "operationId": "land_webhook",
            "summary": "Land a webhook",
            "description": "Shopify's raw body and headers; answered once the event is durable.",
            "parameters": [
                _header("X-Shopify-Topic", "orders/updated", required=True),
                _header("X-Shopify-Hmac-Sha256", "base64 of HMAC-SHA256", required=True),
                _header("X-Shopify-Shop-Domain", "alpine-tea.myshopify.com", required=True),
                _header("X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"),
                _header("X-Shopify-Event-Id", "98880550-7158-44d4-b7cd-2c97c8a091b5"),
                _header("X-Shopify-API-Version", "2026-10"),
                _header("X-Shopify-Triggered-At", "2026-03-31T20:15:09.123456789Z"),
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "responses": {"200": _acknowledged(), **_refusals()},
        }
    }


def _header(name: str, example: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "schema": {"type": "string"},
        "example": example,
    }


def _acknowledged() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["success"],
        "additionalProperties": False,
        "properties": {"success": {"const": True}},
    }
    content = {"application/json": {"schema": schema, "example": {"success": True}}}
    return {"description": "The event is durable", "content": content}


def _refusals() -> dict[str, Any]:
    refusals = errors(
        e400="the header X-Shopify-Topic is missing; Shopify sends it",
        e413="the body is above 20000000 bytes; SHOPMART_MAX_WEBHOOK_BYTES sets the bound",
        e404="no tenant has this shop domain; connect it by POST /api/v1/tenants",
        e401="X-Shopify-Hmac-Sha256 does not fit the body and the shop's webhookSecret",
        e429="more than 60 webhooks with a bad signature in a minute; check the shop's "
        "webhookSecret, or raise SHOPMART_BAD_SIGNATURES_PER_MINUTE",
    )
    schema = {"$ref": "#/components/schemas/Problem"}
    for refusal in refusals.values():
        del refusal["model"]
        refusal["content"]["application/problem+json"]["schema"] = schema
    return {str(status): refusal for status, refusal in refusals.items()}
