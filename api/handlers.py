"""How every error becomes the one shape: ours, the framework's, the warehouse's."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.errors import problem
from warehouse.errors import (
    ConfigurationError,
    DatabaseUnavailable,
    InvalidField,
    SealError,
    ShopDomainTaken,
    TenantErased,
    UnknownEvent,
    UnknownTenant,
    WarehouseError,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
RETRY = {"Retry-After": "5"}
STATUS_OF: list[tuple[type[WarehouseError], int, dict[str, str]]] = [
    (UnknownTenant, 404, {}),
    (UnknownEvent, 404, {}),
    (ShopDomainTaken, 409, {}),
    (TenantErased, 409, {}),
    (InvalidField, 422, {}),
    (DatabaseUnavailable, 503, RETRY),
    (SealError, 503, RETRY),
    (ConfigurationError, 503, RETRY),
]
MESSAGES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
    "int_parsing": lambda _context: "must be a whole number",
    "int_parsing_size": lambda _context: "is far too large a number",
    "string_type": lambda _context: "must be a text",
    "model_attributes_type": lambda _context: (
        "must be a JSON object, sent with Content-Type: application/json"
    ),
    "extra_forbidden": lambda _context: "is not a field of this request; leave it out",
}


def install(app: FastAPI) -> None:
    """Give the app its error answers."""
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(WarehouseError, _warehouse_error)


def http_error(request: Request, error: Exception) -> Response:
    """An error that knows its status, in the one shape."""
    error = cast(HTTPException, error)
    message = str(error.detail)
    if error.status_code == 404 and message == "Not Found":
        message = f"there is no {request.url.path[:200]}; /docs lists every path"
    if error.status_code == 400 and message == "There was an error parsing the body":
        message = "the body cannot be read as JSON; send a JSON object in UTF-8"
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = _allowed(request)
        message = f"{request.method} is not allowed here; use {headers['Allow']}"
    return problem(
        error.status_code,
        message,
        path=request.url.path,
        headers=headers,
        errors=getattr(error, "errors", None),
    )


def _allowed(request: Request) -> str:
    """Every method of this path; the framework names those of the first route only."""
    asked = [{**request.scope, "method": method} for method in METHODS]
    allowed = [
        scope["method"]
        for scope in asked
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)
    ]
    return ", ".join(allowed).replace("GET", "GET, HEAD")


def _warehouse_error(request: Request, error: Exception) -> Response:
    for kind, status, headers in STATUS_OF:
        if isinstance(error, kind):
            named = isinstance(error, InvalidField)
            errors = [{"field": error.field, "message": error.message}] if named else None  # type: ignore[attr-defined]
            return problem(
                status, str(error), path=request.url.path, headers=headers, errors=errors
            )
    raise error


def _invalid_request(request: Request, error: Exception) -> Response:
    """422 for a wrong value; 400 when a field of the body is missing or the body is no JSON."""
    error = cast(RequestValidationError, error)
    errors = []
    status = 422
    for found in error.errors():
        field = _field(found["loc"])
        if found["type"] == "json_invalid":
            field, message, status = "body", "is no JSON; send one JSON object", 400
        elif found["type"] == "missing" and found["loc"][0] == "body":
            message, status = "is missing", 400
        else:
            message = _message(found)
        errors.append({"field": field, "message": message})
    text = "; ".join(f"{one['field']}: {one['message']}" for one in errors)
    return problem(status, text, path=request.url.path, errors=errors)


def _field(place: tuple[int | str, ...]) -> str:
    names = [str(part) for part in place[1:]]
    return ".".join(names) or str(place[0])


def _message(found: Mapping[str, Any]) -> str:
    say = MESSAGES.get(found["type"])
    if say is not None:
        return say(found.get("ctx", {}))
    return str(found["msg"]).removeprefix("Value error, ")
