"""Which other web pages' scripts may call the API: the origins that the settings name."""

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from api.errors import problem
from warehouse.settings import Settings

METHODS = ("GET", "POST", "PATCH")
HEADERS = ("Content-Type", "If-None-Match", "X-Request-Id")
READABLE = ("ETag", "X-Cache", "X-Request-Id", "Retry-After", "Content-Disposition")


class Cors(CORSMiddleware):
    """The framework's own, with its refusals in the one error shape."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a browser that asks before it calls."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        origin = request_headers.get("origin", "")[:100]
        return problem(
            answer.status_code,
            f"{bytes(answer.body).decode()} for {origin}; SHOPMART_CORS_ORIGINS names who may "
            f"call, with {', '.join(METHODS)} and the headers {', '.join(HEADERS)}",
            path="*",
            headers={"Vary": "Origin"},
        )


def install(app: FastAPI, settings: Settings) -> None:
    """Let the named origins in; without any, no script of another page can read an answer."""
    origins = [origin for origin in settings.cors_origins.split(",") if origin]
    if origins:
        app.add_middleware(
            Cors,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=HEADERS,
            expose_headers=READABLE,
            max_age=600,
        )
