"""The app, assembled: routes, errors, the front of every request, the life of its services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from api import cors, handlers, health
from api.checkouts import detection
from api.checkouts import endpoints as checkouts
from api.customers import endpoints as customers
from api.documentation import openapi, page
from api.events import endpoints as events
from api.front import Front
from api.gate import Gate
from api.metrics import endpoints as metrics
from api.orders import endpoints as orders
from api.products import endpoints as products
from api.refunds import endpoints as refunds
from api.services import Services
from api.status import endpoints as status
from api.syncs import endpoints as syncs
from api.telemetry import endpoint as telemetry
from api.tenants import endpoints as tenants
from api.webhooks import PATH
from api.webhooks.express import Express
from api.webhooks.route import WebhookEndpoint
from warehouse.settings import Settings

PREFIX = "/api/v1"
VERSIONED = [
    tenants,
    metrics,
    orders,
    customers,
    products,
    checkouts,
    detection,
    refunds,
    syncs,
    status,
    events,
]


def create_app(settings: Settings) -> FastAPI:
    """The whole API; raises ConfigurationError when the settings name no database."""
    services = Services.of(settings)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        await services.open()
        try:
            yield
        finally:
            await services.close()

    app = FastAPI(
        title="Shopmart",
        version="1.0.0",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    # Deliveries are taken before the router; this tells the other methods that the path exists.
    app.router.routes.insert(0, Route(PATH, WebhookEndpoint(), methods=["POST"]))
    app.include_router(health.router)
    app.include_router(page.router)
    app.include_router(telemetry.router)
    for area in VERSIONED:
        app.include_router(area.router, prefix=PREFIX)
    openapi.install(app)
    handlers.install(app)
    # The last one added is the first one passed.
    app.add_middleware(Gate, settings=settings, rates=services.rates, open_paths=frozenset({PATH}))
    cors.install(app, settings)
    app.add_middleware(Express)
    app.add_middleware(Front, unbounded=frozenset({PATH}), meters=services.meters)
    return app
