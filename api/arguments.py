"""The typed arguments of handlers: a tenant's id, a page, a period. No handler parses a query."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query

from api.errors import Invalid, NotFound

LARGEST_ID = 2**63 - 1
LARGEST_LIMIT = 250
# The largest whole number that every JSON reader takes exactly.
LARGEST_PAGE = 2**53 - 1
CURE = "must be an ISO date or date-time, such as 2026-03-31 or 2026-03-31T22:00:00Z"
# In a query a plus means a space, and many clients forget to write the plus of an offset as %2B.
UNESCAPED_PLUS = re.compile(r" (\d\d:?\d\d)$")


def parse_tenant_id(given: str) -> int:
    """The number behind an id; raises NotFound for a text that no tenant can have as its id."""
    well_formed = re.fullmatch(r"[1-9][0-9]{0,18}", given, flags=re.ASCII)
    if not well_formed or int(given) > LARGEST_ID:
        raise NotFound(f"no tenant has the id {given[:40]}")
    return int(given)


def _tenant_id(
    tenant_id: Annotated[str, Path(description="The tenant's id.", examples=["1"])],
) -> int:
    return parse_tenant_id(tenant_id)


TenantId = Annotated[int, Depends(_tenant_id)]


class Page(NamedTuple):
    """Which part of a list is wanted; the first page is 1."""

    page: int
    limit: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return min((self.page - 1) * self.limit, LARGEST_ID)


def _page(
    page: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="The page, from 1.")] = 1,
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="Rows on a page.")] = 20,
) -> Page:
    return Page(page, limit)


Paged = Annotated[Page, Depends(_page)]


class Slice(NamedTuple):
    """Which part of a list is wanted, by the number of rows before it."""

    limit: int
    offset: int


def _slice(
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="Rows of the answer.")] = 50,
    offset: Annotated[int, Query(ge=0, le=LARGEST_PAGE, description="Rows before it.")] = 0,
) -> Slice:
    return Slice(limit, offset)


Sliced = Annotated[Slice, Depends(_slice)]


class Days(NamedTuple):
    """Shop days, both inclusive; the extremes stand for "no bound"."""

    first: date
    last: date


@dataclass(frozen=True)
class Period:
    """Two bounds as they were given: days, or moments that become days in the shop's zone."""

    start: date | datetime | None
    end: date | datetime | None

    @property
    def is_open(self) -> bool:
        """Whether neither bound was given."""
        return self.start is None and self.end is None

    def days(self, timezone: str) -> Days:
        """The shop days; raises Invalid when the first comes after the last."""
        zone = ZoneInfo(timezone)
        first = date.min if self.start is None else _shop_day("startDate", self.start, zone)
        last = date.max if self.end is None else _shop_day("endDate", self.end, zone)
        if first > last:
            raise Invalid.field("startDate", f"{first} comes after endDate {last}; swap them")
        return Days(first, last)


def _period(
    start: Annotated[
        str | None,
        Query(alias="startDate", description="First shop day, inclusive.", examples=["2026-03-01"]),
    ] = None,
    end: Annotated[
        str | None,
        Query(alias="endDate", description="Last shop day, inclusive.", examples=["2026-03-31"]),
    ] = None,
) -> Period:
    return Period(_parse_bound("startDate", start), _parse_bound("endDate", end))


Ranged = Annotated[Period, Depends(_period)]


def _parse_bound(field: str, given: str | None) -> date | datetime | None:
    if given is None or not given.strip():
        return None
    text = UNESCAPED_PLUS.sub(r"+\1", given.strip())
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.field(field, CURE) from None


def _shop_day(field: str, bound: date | datetime, zone: ZoneInfo) -> date:
    """A moment's day in the shop's zone; without an offset it is the shop's own clock."""
    if not isinstance(bound, datetime):
        return bound
    try:
        return (bound.astimezone(zone) if bound.tzinfo else bound).date()
    except OverflowError:
        raise Invalid.field(field, CURE) from None
