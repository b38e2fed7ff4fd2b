"""Spans of time and their slices: nothing between two of them, and no end of halving."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.errors import BulkTooLarge
from pipelines.resources import EXPORTED, INVENTORY_LEVELS, ORDERS
from pipelines.shopify.bulk import BulkFile
from pipelines.slices import Span, read_span
from pipelines.sync import sync_tenant
from tests.pipelines.conftest import LocalShopify, rows
from warehouse.settings import Settings

OPENED = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def too_large(_: Span, __: Path) -> tuple[BulkFile, datetime]:
    raise BulkTooLarge("too large")


def test_a_span_is_searched_with_the_overlap_before_it() -> None:
    day = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert Span().search(HOUR) == "updated_at:>='2000-01-01T00:00:00Z'"
    assert Span(day).search(HOUR) == "updated_at:>='2026-03-05T11:00:00Z'"
    assert Span(day, day + HOUR).search(HOUR) == (
        "updated_at:>='2026-03-05T11:00:00Z' AND updated_at:<'2026-03-05T13:00:00Z'"
    )


@pytest.mark.parametrize("span", [Span(), Span(OPENED), Span(OPENED, OPENED + 9 * HOUR)])
def test_halves_meet_and_keep_the_ends_of_the_whole(span: Span) -> None:
    halves = span.halves(opened=OPENED, now=NOW, narrowest=HOUR)
    assert halves is not None
    first, second = halves
    assert (first.since, second.until) == (span.since, span.until)
    assert first.until == second.since
    assert first.until is not None
    assert first.until > OPENED


def test_a_span_of_less_than_two_slices_has_none() -> None:
    assert Span(OPENED, OPENED + HOUR).halves(opened=OPENED, now=NOW, narrowest=HOUR) is None


def test_what_never_comes_to_an_end_is_given_up(tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(BulkTooLarge):
        read_span(too_large, ORDERS, Span(), opened=OPENED, folder=tmp_path, report=told.append)
    assert 10 < len(told) < 30


def test_what_has_no_times_to_slice_by_is_given_up_at_once(tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(BulkTooLarge):
        read_span(
            too_large,
            INVENTORY_LEVELS,
            Span(),
            opened=OPENED,
            folder=tmp_path,
            report=told.append,
        )
    assert told == []


def test_a_shop_that_is_too_large_is_read_in_slices_with_nothing_missing(
    sandboxed: Settings, tenants: list[int], shopify: LocalShopify
) -> None:
    told: list[str] = []
    # Its 25 things in stock come through, its 29 orders do not.
    shopify.fault(largest_bulk=26)
    result = sync_tenant(sandboxed, tenants[0], trigger="test", on_progress=told.append)
    assert any("orders: too large for one export" in one for one in told)
    assert result.counts["orders"] == shopify.shops[0]["orders"]
    held = "select count(*) from raw.orders where tenant_id = %s"
    assert rows(sandboxed, held, tenants[0]) == [(shopify.shops[0]["orders"],)]
    refunded = (
        "select count(*) from raw.orders where tenant_id = %s and"
        " jsonb_array_length(payload -> 'refunds') > 0 and id not in (select parent_id from"
        " raw.refunds where tenant_id = %s)"
    )
    assert rows(sandboxed, refunded, tenants[0], tenants[0]) == [(0,)]
    assert rows(sandboxed, "select count(*) from control.cursors") == [(len(EXPORTED),)]
