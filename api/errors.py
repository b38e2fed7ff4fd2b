"""The one shape of every error answer, and the errors that handlers raise.

ApiError                   base: RFC 9457 members and the contract's string ``error``
├── BadRequest       400   a field or header is missing, or the body is no JSON
├── BadSignature     401   a webhook that none of the shop's secrets signed
├── NotFound         404   no such tenant, shop or path
├── Conflict         409   the shop is connected already, or a sync is running
├── TooLarge         413   a body above its bound
├── Misdirected      421   called by a name that is not the API's, while it asks nobody who they are
├── Invalid          422   a value that cannot be; ``errors`` names each field and its cure
├── TooMany          429   an address asks too often; Retry-After says when to ask again
└── Unavailable      503   the database or Dagster does not answer; Retry-After says when to ask
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.encoding import encode

MEDIA_TYPE = "application/problem+json"


class ApiError(HTTPException):
    """An error with its status, its cause and its cure in one sentence."""

    status = 500

    def __init__(
        self,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: list[dict[str, str]] | None = None,
    ) -> None:
        super().__init__(self.status, detail=message, headers=dict(headers or {}))
        self.errors = errors


class BadRequest(ApiError):
    """Something that the request needs is missing or cannot be read."""

    status = 400


class BadSignature(ApiError):
    """No secret of the shop signed this body."""

    status = 401


class NotFound(ApiError):
    """There is nothing of this name."""

    status = 404


class Conflict(ApiError):
    """What stands already forbids it."""

    status = 409


class TooLarge(ApiError):
    """The body is above its bound."""

    status = 413


class Misdirected(ApiError):
    """Called by a name that is not the API's."""

    status = 421


class TooMany(ApiError):
    """An address asks too often."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})


class Invalid(ApiError):
    """A value that cannot be."""

    status = 422

    @classmethod
    def field(cls, field: str, message: str) -> "Invalid":
        """One wrong field, named, with its cure."""
        return cls(f"{field}: {message}", errors=[{"field": field, "message": message}])


class Unavailable(ApiError):
    """Something that the answer needs does not answer at this moment."""

    status = 503

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})


def problem(
    status: int,
    message: str,
    *,
    path: str,
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """The error answer."""
    message = _writable(message)
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "instance": _writable(path),
        "error": message,
    }
    if errors:
        document["errors"] = [
            {name: _writable(text) for name, text in one.items()} for one in errors
        ]
    return Response(encode(document), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _writable(text: str) -> str:
    """A text that UTF-8 can carry: a message may quote half a surrogate pair that was sent."""
    return text.encode(errors="backslashreplace").decode()
