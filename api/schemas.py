"""The types that several answers share, as OpenAPI shows them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

Money = Annotated[
    Decimal,
    WithJsonSchema({"type": "number", "description": "Exact to the cent."}),
]
Moment = Annotated[datetime, WithJsonSchema({"type": "string", "format": "date-time"})]


def _present(given: object) -> object:
    """A form sends what was left empty as null or as an empty text: both are missing."""
    if given is None or (isinstance(given, str) and not given.strip()):
        raise PydanticCustomError("missing", "is missing")
    return given


Present = BeforeValidator(_present)


class Answer(BaseModel):
    """Base of every documented answer: camelCase outside, nothing undocumented."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class Provenance(Answer):
    """Where a figure comes from and how far it reaches."""

    currency: str | None
    timezone: str
    fresh_as_of: Moment | None = Field(description="When a build last changed them.")
    coverage_from: Moment | None = Field(description="How far back Shopify let us read.")
    basis: str = Field(description="How sales are dated; see METRICS.")


class Pagination(Answer):
    """Where a page stands in its list."""

    page: int
    limit: int
    total_count: int
    total_pages: int

    @classmethod
    def document(cls, *, page: int, limit: int, total_count: int) -> dict[str, int]:
        """The member ``pagination``."""
        pages = -(-total_count // limit)
        return {"page": page, "limit": limit, "totalCount": total_count, "totalPages": pages}


class FieldError(Answer):
    """One wrong field and its cure."""

    field: str
    message: str


class Problem(Answer):
    """Every error: the members of RFC 9457 and the string ``error``."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    error: str
    errors: list[FieldError] | None = None


def errors(**reasons: str) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route: ``errors(e404="no such tenant")``; 503 is always among them."""
    reasons = {**reasons, "e503": "The database does not answer; Retry-After says when to ask."}
    return {
        int(status.removeprefix("e")): {
            "description": reason,
            "content": {"application/problem+json": {"example": _example(status, reason)}},
            "model": Problem,
        }
        for status, reason in reasons.items()
    }


def _example(status: str, reason: str) -> dict[str, Any]:
    from http import HTTPStatus

    code = int(status.removeprefix("e"))
    return {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": reason,
        "instance": "/api/v1/tenants/7",
        "error": reason,
    }


def example(document: dict[str, Any] | list[Any]) -> dict[int | str, dict[str, Any]]:
    """A ``responses`` entry that shows one real answer."""
    return {200: {"content": {"application/json": {"example": as_text(document)}}}}


def as_text(document: dict[str, Any] | list[Any]) -> str:
    """An example as it travels to the OpenAPI document: the framework drops nulls from others."""
    return orjson.dumps(document).decode()


def listed(document: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """A ``responses`` entry of a list: one real page as JSON, and the same rows as CSV."""
    (rows,) = [found for found in document.values() if isinstance(found, list)]
    table = ",".join(rows[0]) + "\r\n"
    content = {
        "application/json": {"example": as_text(document)},
        "text/csv": {"schema": {"type": "string"}, "example": table},
    }
    told = (
        "A page as JSON. With `Accept: text/csv`, or `.csv` behind the path, a table of the same "
        "rows; of the whole list when no page is asked for."
    )
    return {200: {"description": told, "content": content}}


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
