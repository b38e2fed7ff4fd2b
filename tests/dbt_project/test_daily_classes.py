"""Buyers' classes are kept for each shop day: today's follow the marts, earlier days never change.

One story of two shops. A day passes where the rows of today are dated back; a merge, a deleted
order, a full refresh, a column that a release brings and a changed zone find them there.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipelines.build import BuildResult, run_build
from tests.dbt_project.conftest import Row, Warehouse
from tests.dbt_project.documents import webhook_line, webhook_order
from tests.dbt_project.living import load_heard
from tests.dbt_project.test_merged_checkouts import merge

JANUARY, FEBRUARY, MARCH = "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z", "2026-03-10T12:00:00Z"
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
ANN, EVE, JOE = 71, 72, 73
DAY = timedelta(days=1)
# Between the two it is never the same day.
EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"


def order(number: int, at: str, buyer: int, price: float = 10) -> dict[str, Any]:
    told = {"customer": {"id": buyer}, "processed_at": at, "updated_at": at}
    return webhook_order(number, [webhook_line(number, price)], price, **told)


@dataclass
class Days:
    """The warehouse, its two shops, and what each build did and left of their classes."""

    warehouse: Warehouse
    touched: int
    quiet: int
    builds: dict[str, BuildResult] = field(default_factory=dict)
    seen: dict[str, list[Row]] = field(default_factory=dict)
    written: dict[str, dict[Any, str]] = field(default_factory=dict)

    def build(self, name: str, **how: Any) -> None:  # noqa: ANN401
        self.builds[name] = run_build(self.warehouse.settings, tests=False, **how)
        shops = (self.touched, self.quiet)
        self.seen[name] = [
            row for shop in shops for row in self.warehouse.read(shop, "customer_rfm")
        ]
        versions = self.warehouse.rows(
            "select tenant_id, as_of_date, buyer_key, xmin::text from marts.customer_rfm"
        )
        self.written[name] = {tuple(row[:3]): row[3] for row in versions}

    def a_day_passes(self) -> None:
        self.warehouse.execute("update marts.customer_rfm set as_of_date = as_of_date - 1")

    def dates(self, name: str, shop: int) -> list[date]:
        return sorted({row["as_of_date"] for row in self.seen[name] if row["tenant_id"] == shop})

    def classes(self, name: str, shop: int, *, ago: int = 0) -> list[Any]:
        """What each buyer spent and is, of the latest day or so many days before."""
        at = self.dates(name, shop)[-1 - ago]
        of_day = [
            row for row in self.seen[name] if (row["tenant_id"], row["as_of_date"]) == (shop, at)
        ]
        return sorted((int(row["monetary"]), row["frequency"], row["rfm_class"]) for row in of_day)


@pytest.fixture(scope="module")
def days(new_warehouse: Callable[[], Warehouse]) -> Days:
    warehouse = new_warehouse()
    days = Days(warehouse, warehouse.tenant("touched"), warehouse.tenant("quiet"))
    for shop in (days.touched, days.quiet):
        bought = [order(1, JANUARY, ANN), order(2, FEBRUARY, EVE, 20), order(3, MARCH, JOE, 90)]
        warehouse.load(*((shop, "orders", "webhook", one) for one in bought))
    days.build("first")
    warehouse.load((days.touched, "orders", "webhook", order(4, MARCH, ANN, 500)))
    days.build("live", group="live")
    days.build("whole")
    days.a_day_passes()
    warehouse.load((days.touched, "orders", "webhook", {"id": 3, "deleted_at": f"{APRIL:%FT%TZ}"}))
    told = json.dumps(merge(EVE, ANN)).encode()
    load_heard(warehouse, [(days.touched, "customers/merge", told, APRIL)])
    days.build("next day")
    warehouse.execute("alter table marts.customer_rfm drop column shopify_rfm_group")
    warehouse.move(days.touched, timezone=EAST)
    days.build("release")
    warehouse.move(days.touched, timezone=WEST)
    days.build("west")
    return days


FIRST = [(10, 1, "1-1-1"), (20, 1, "3-1-3"), (90, 1, "5-1-5")]
THEN = [(20, 1, "1-1-1"), (90, 1, "3-1-3"), (510, 2, "3-5-5")]


def test_the_first_build_writes_the_shops_today(days: Days) -> None:
    assert days.classes("first", days.touched) == days.classes("first", days.quiet) == FIRST
    assert len(days.dates("first", days.touched)) == 1


def test_a_live_build_writes_no_classes(days: Days) -> None:
    assert days.seen["live"] == days.seen["first"]
    assert not any("customer_rfm" in name for name in days.builds["live"].nodes)


def test_within_the_day_classes_follow_the_marts_and_what_stays_is_not_written_again(
    days: Days,
) -> None:
    assert days.dates("whole", days.touched) == days.dates("first", days.touched)
    assert days.classes("whole", days.touched) == THEN
    before, after = days.written["first"], days.written["whole"]
    assert before.keys() == after.keys()
    kept = {key for key in after if after[key] == before[key]}
    assert {key[0] for key in kept} == {days.quiet}
    assert len(kept) == len(FIRST)


def test_a_new_day_has_rows_of_its_own_in_shops_without_news_too(days: Days) -> None:
    for shop in (days.touched, days.quiet):
        yesterday, today = days.dates("next day", shop)
        assert today - yesterday == DAY
    assert days.classes("next day", days.quiet) == FIRST
    assert days.classes("next day", days.quiet, ago=1) == FIRST


def test_who_was_merged_or_bought_nothing_after_all_stays_in_earlier_days_only(days: Days) -> None:
    assert days.classes("next day", days.touched, ago=1) == THEN
    ((spent, frequency, _),) = days.classes("next day", days.touched)
    assert (spent, frequency) == (530, 3)


def test_a_full_refresh_and_a_new_column_lose_no_day(days: Days) -> None:
    assert days.builds["release"].full_refresh
    of_quiet = [
        [row for row in days.seen[name] if row["tenant_id"] == days.quiet]
        for name in ("next day", "release")
    ]
    assert of_quiet[0] == of_quiet[1]
    yesterday = days.dates("next day", days.touched)[0]
    then, now = (
        [row for row in days.seen[name] if row["as_of_date"] == yesterday]
        for name in ("next day", "release")
    )
    assert then == now
    assert len(now) == 2 * len(THEN)


def test_a_day_that_has_not_come_yet_in_a_changed_zone_goes(days: Days) -> None:
    east, west = (days.dates(name, days.touched)[-1] for name in ("release", "west"))
    assert east - west == DAY
    assert days.classes("west", days.touched) == days.classes("release", days.touched)
    assert days.dates("west", days.quiet) == days.dates("release", days.quiet)


def test_no_row_says_who_somebody_is(days: Days) -> None:
    assert set(days.seen["west"][0]) == {
        *("tenant_id", "as_of_date", "buyer_key", "currency"),
        *("recency_days", "frequency", "monetary", "r", "f", "m", "rfm_class"),
        "shopify_rfm_group",
    }
