"""The OpenAPI document: the framework's own, the bare landing route, the one error shape."""

from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.schemas import Problem
from api.webhooks import PATH
from api.webhooks.schema import path_item

DESCRIPTION = """
Figures of Shopify shops, right to the cent, and the endpoint that Shopify's webhooks land on.

Days are days in the shop's own time zone, both ends of a range inclusive. Money is a JSON number
exact to the cent, in the currency that stands beside it. Ids are texts; times are UTC. An error is
a problem document (RFC 9457) with a text member `error` that names the cause and the cure.
"""
UNUSED = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Make the app describe itself completely; the document is made once, at the first request."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
    )
    schemas = document["components"]["schemas"]
    for name in UNUSED:
        schemas.pop(name, None)
    schemas.setdefault("Problem", Problem.model_json_schema(by_alias=True))
    document["paths"][PATH] = path_item()
    for path in document["paths"].values():
        for operation in path.values():
            _use_problem(operation["responses"])
            _unfold_examples(operation["responses"])
    return document


def _use_problem(responses: dict[str, Any]) -> None:
    """Errors are problem documents only; a 422 that no route declared is the framework's guess."""
    for status, response in list(responses.items()):
        if status < "400":
            continue
        shown = response["content"].get("application/problem+json")
        if shown is None:
            del responses[status]
            continue
        schema = {"$ref": "#/components/schemas/Problem"}
        response["content"] = {"application/problem+json": {**shown, "schema": schema}}


def _unfold_examples(responses: dict[str, Any]) -> None:
    """Examples of answers travel as text, so that the framework leaves their nulls in place."""
    for response in responses.values():
        media = response.get("content", {}).get("application/json", {})
        if isinstance(media.get("example"), str):
            media["example"] = orjson.loads(media["example"])
