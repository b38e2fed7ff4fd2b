"""POST /webhook/shopify, a bare ASGI endpoint: bounded read, the contract's checks, landing.

Nothing of the body is parsed here. Whatever a shop's secret signed lands, and what cannot be used
is put aside later with a reason.
"""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from api.errors import BadRequest, BadSignature, NotFound, TooLarge, TooMany, Unavailable
from api.rates import address_of
from api.services import Services
from api.webhooks.event import SIGNATURE, event_of
from api.webhooks.refusals import REFUSED
from api.webhooks.shops import Shop, Shops
from api.webhooks.verification import is_signed

REQUIRED = {
    "x-shopify-topic": "X-Shopify-Topic",
    SIGNATURE: "X-Shopify-Hmac-Sha256",
    "x-shopify-shop-domain": "X-Shopify-Shop-Domain",
}
# Shopify gives a request five seconds; what it gave up on it sends again.
PATIENCE_SECONDS = 4.5
ACKNOWLEDGED = b'{"success":true}'
ANSWER_HEADERS = [
    (b"content-length", str(len(ACKNOWLEDGED)).encode()),
    (b"content-type", b"application/json"),
]


class WebhookEndpoint:
    """The ASGI endpoint; finds its services in the app's state."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Land one delivery; raises the ApiErrors that the app answers with."""
        services: Services = scope["app"].state.services
        headers = _headers(scope)
        try:
            _check(headers)
            declared = headers.get("content-length", "")
            body = await _read(receive, declared, services.settings.max_webhook_bytes)
            await _land(services, scope, headers, body)
        except REFUSED as refusal:
            services.refusals.count(refusal, headers)
            raise
        await send({"type": "http.response.start", "status": 200, "headers": ANSWER_HEADERS})
        await send({"type": "http.response.body", "body": ACKNOWLEDGED})


async def _land(services: Services, scope: Scope, headers: dict[str, str], body: bytes) -> None:
    """Verify and store within Shopify's patience, whatever hangs on the way."""
    domain = headers["x-shopify-shop-domain"].strip().lower()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                shop = await _signer(services.shops, domain, headers[SIGNATURE], body)
            except BadSignature:
                await _count(services, scope)
                raise
            event = event_of(
                tenant_id=shop.tenant_id, shop_domain=domain, headers=headers, body=body
            )
            await services.committer.land(event)
    except TimeoutError:
        raise Unavailable("the delivery could not be stored in time") from None


async def _count(services: Services, scope: Scope) -> None:
    """Count a bad signature; raises TooMany instead of it when the address has sent too many."""
    bound = services.settings.bad_signatures_per_minute
    wait = await services.rates.take("signatures", address_of(scope), per_minute=bound)
    if wait is not None:
        raise TooMany(
            f"more than {bound} webhooks with a bad signature in a minute; check the shop's "
            "webhookSecret, or raise SHOPMART_BAD_SIGNATURES_PER_MINUTE",
            retry_after=wait,
        )


def _headers(scope: Scope) -> dict[str, str]:
    return {
        str(name, "latin-1"): str(value, "latin-1").replace("\x00", "")
        for name, value in scope["headers"]
    }


def _check(headers: dict[str, str]) -> None:
    """Raise BadRequest when a header is missing that the contract asks for."""
    # An empty signature is a wrong one; an empty topic or shop names nothing and is missing.
    missing = [
        shown
        for name, shown in REQUIRED.items()
        if name not in headers or (name != SIGNATURE and not headers[name].strip())
    ]
    if missing:
        raise BadRequest(f"the header {missing[0]} is missing; Shopify sends it")


async def _read(receive: Receive, declared: str, largest: int) -> bytes:
    """The whole body; raises TooLarge at the first byte above the bound, ClientDisconnect."""
    refusal = f"the body is above {largest} bytes; SHOPMART_MAX_WEBHOOK_BYTES sets the bound"
    if declared.isdigit() and int(declared) > largest:
        raise TooLarge(refusal)
    pieces, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece, more = message.get("body", b""), message.get("more_body", False)
        size += len(piece)
        if size > largest:
            raise TooLarge(refusal)
        pieces.append(piece)
    return b"".join(pieces)


async def _signer(shops: Shops, domain: str, signature: str, body: bytes) -> Shop:
    """The shop that signed the body; looked up afresh before a signature is called wrong."""
    given = signature.strip().encode("latin-1")
    shop = await shops.find(domain)
    if shop is not None and is_signed(body, given, shop.secrets):
        return shop
    shop = await shops.look_up(domain) if shop is not None else None
    if shop is None:
        raise NotFound("no tenant has this shop domain; connect it by POST /api/v1/tenants")
    if not is_signed(body, given, shop.secrets):
        raise BadSignature(
            "X-Shopify-Hmac-Sha256 does not fit the body and the shop's webhookSecret"
        )
    return shop
