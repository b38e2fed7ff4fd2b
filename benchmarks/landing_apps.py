"""What the landing is compared with, on the same server, loop and parser.

``hello`` reads the body and answers. ``single`` verifies the signature, too, and stores each
delivery by an INSERT and a commit of its own, in a FastAPI route as they are usually written.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
from fastapi import FastAPI, Request, Response
from starlette.responses import Response as Answer
from starlette.routing import Route

CONNECTIONS = 10
INSERT = (
    "insert into landing.webhook_events"
    " (tenant_id, webhook_id, topic, shop_domain, headers, body)"
    " values ($1, $2, $3, $4, $5::text::jsonb, $6) on conflict do nothing"
)
DONE = b'{"success":true}'


async def _hello(request: Request) -> Answer:
    await request.body()
    return Answer(DONE, media_type="application/json")


# A plain route inside FastAPI, as our landing is one.
hello = FastAPI(routes=[Route("/", _hello, methods=["POST", "GET"])])


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DSN"], max_size=CONNECTIONS) as pool:
        app.state.pool = pool
        yield


single = FastAPI(lifespan=_life)


@single.get("/")
async def _up() -> dict[str, bool]:
    return {"success": True}


@single.post("/")
async def _land(request: Request) -> Response:
    body = await request.body()
    secret = os.environ["SECRET"].encode()
    signed = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest())
    if not hmac.compare_digest(signed, request.headers["x-shopify-hmac-sha256"].encode()):
        return Response(status_code=401)
    headers = {
        name: value for name, value in request.headers.items() if name.startswith("x-shopify-")
    }
    async with request.app.state.pool.acquire() as connection:
        await connection.execute(
            INSERT,
            int(os.environ["TENANT"]),
            headers["x-shopify-webhook-id"],
            headers["x-shopify-topic"],
            headers["x-shopify-shop-domain"],
            orjson.dumps(headers).decode(),
            body,
        )
    return Response(DONE, media_type="application/json")
