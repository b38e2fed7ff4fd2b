"""An order's place in its buyer's life, and cohorts: orders come late, go, or change hands.

Each story is a shop of its own. In all of them Ann bought in January and in February; then it goes
on, a live build follows, and a whole one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from pipelines.build import run_build
from tests.dbt_project.conftest import Warehouse
from tests.dbt_project.documents import refund_line, webhook_line, webhook_order, webhook_refund

JANUARY, FEBRUARY, MARCH = "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z", "2026-03-10T12:00:00Z"
LATER = "2026-04-01T12:00:00Z"
Ranks = dict[int, tuple[int, bool]]
Cohort = tuple[Any, ...]


def order(number: int, at: str, *, who: str = "ann", **changes: object) -> dict[str, Any]:
    told = {"email": f"{who}@example.com", "processed_at": at, "updated_at": at, **changes}
    return webhook_order(number, [webhook_line(number, 10)], 10, **told)


def gone(number: int) -> dict[str, Any]:
    return {"id": number, "deleted_at": LATER}


def given_back() -> dict[str, Any]:
    """The January order, its goods returned in March."""
    refund = webhook_refund(3, 7, MARCH, [refund_line(1, 7, 1, 10.0)])
    line = webhook_line(7, 10, current_quantity=0)
    told = {"email": "ann@example.com", "processed_at": JANUARY, "updated_at": MARCH}
    return webhook_order(7, [line], 10, refunds=[refund], current_total_price="0.00", **told)


# What is known besides at first, and what happens then.
STORIES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "late": ([], [order(6, JANUARY)]),
    "deleted": ([], [gone(7)]),
    "handed-over": ([order(9, MARCH, who="bob")], [order(7, JANUARY, who="bob", updated_at=LATER)]),
    "given-back": ([], [given_back()]),
    "moved-away": ([order(8, "2026-02-28T23:30:00Z", who="eve")], []),
    "emptied": ([], [gone(7), gone(5)]),
}


@dataclass
class Story:
    """What the marts said at first, after the live build, and after the whole one."""

    ranks: list[Ranks] = field(default_factory=list)
    cohorts: list[list[Cohort]] = field(default_factory=list)
    last: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def look(self, warehouse: Warehouse, tenant: int) -> None:
        orders = warehouse.read(tenant, "orders")
        self.ranks.append({o["order_id"]: (o["order_rank"], o["is_first_order"]) for o in orders})
        marts = ("customer_cohorts", "daily_sales_by_order", "customer_rfm")
        self.last = {mart: warehouse.read(tenant, mart) for mart in marts}
        names = ("month_number", "customers", "active_customers", "orders", "net_sales")
        self.cohorts.append(
            [
                (f"{row['cohort_month']:%Y-%m}", *(row[name] for name in names))
                for row in self.last["customer_cohorts"]
            ]
        )


@pytest.fixture(scope="module")
def told(new_warehouse: Callable[[], Warehouse]) -> dict[str, Story]:
    """All stories, built together."""
    warehouse = new_warehouse()
    stories = {name: Story() for name in STORIES}
    tenants = {name: warehouse.tenant(name) for name in STORIES}

    def tell(place: int) -> None:
        for name, happened in STORIES.items():
            known = [order(5, FEBRUARY), order(7, JANUARY)] if place == 0 else []
            documents = [*known, *happened[place]]
            warehouse.load(*((tenants[name], "orders", "webhook", one) for one in documents))

    def look() -> None:
        for name, story in stories.items():
            story.look(warehouse, tenants[name])

    tell(0)
    warehouse.build(tests=False)
    look()
    tell(1)
    warehouse.move(tenants["moved-away"], timezone="Europe/Berlin")
    # A zone that no server knows counts as UTC, in views too.
    warehouse.move(tenants["late"], timezone="Europe/Nowhere")
    assert run_build(warehouse.settings, group="live", tests=False).group == "live"
    look()
    warned = {told.partition(":")[0] for told in warehouse.build().warnings}
    assert warned <= {"assert_every_shops_days_are_in_its_own_zone"}
    look()
    assert warehouse.rows("select * from control.dirty_cohorts") == []
    return stories


def test_a_late_arrival_takes_its_place_before_orders_that_are_known(
    told: dict[str, Story],
) -> None:
    first, live, whole = told["late"].ranks
    assert first == {7: (1, True), 5: (2, False)}
    # The same second: the lower number is the earlier one.
    assert live == whole == {6: (1, True), 7: (2, False), 5: (3, False)}


def test_when_the_first_order_is_deleted_the_next_one_is_the_first(told: dict[str, Story]) -> None:
    story = told["deleted"]
    assert story.ranks[1] == story.ranks[2] == {5: (1, True)}
    january = [("2026-01", 0, 1, 1, 1, 10), ("2026-01", 1, 1, 1, 1, 10)]
    assert story.cohorts == [january, january, [("2026-02", 0, 1, 1, 1, 10)]]


def test_an_order_that_changes_hands_leaves_one_life_and_enters_the_other(
    told: dict[str, Story],
) -> None:
    story = told["handed-over"]
    assert story.ranks[1] == story.ranks[2] == {7: (1, True), 9: (2, False), 5: (1, True)}
    assert story.cohorts[2] == [
        ("2026-01", 0, 1, 1, 1, 10),
        ("2026-01", 2, 1, 1, 1, 10),
        ("2026-02", 0, 1, 1, 1, 10),
    ]


def test_a_return_is_of_its_own_month_and_no_activity(told: dict[str, Story]) -> None:
    story = told["given-back"]
    assert story.cohorts[2] == [
        ("2026-01", 0, 1, 1, 1, 10),
        ("2026-01", 1, 1, 1, 1, 10),
        ("2026-01", 2, 1, 0, 0, -10),
    ]
    last = story.last["customer_cohorts"][-1]
    assert (last["cumulative_net_sales"], last["retention"]) == (10, 0)


def test_by_order_a_return_is_of_the_day_of_its_order(told: dict[str, Story]) -> None:
    days = told["given-back"].last["daily_sales_by_order"]
    assert [(day["shop_date"], day["returns"], day["net_sales"]) for day in days] == [
        (date(2026, 1, 31), 10, 0),
        (date(2026, 2, 1), 0, 10),
    ]


def test_a_month_begins_when_the_shops_own_day_begins(told: dict[str, Story]) -> None:
    first, _, whole = told["moved-away"].cohorts
    assert ("2026-02", 0, 1, 1, 1, 10) in first
    assert ("2026-03", 0, 1, 1, 1, 10) in whole
    assert not any(row[0] == "2026-02" for row in whole)


def test_the_last_order_of_a_cohort_takes_the_cohort_along(told: dict[str, Story]) -> None:
    assert told["emptied"].ranks[1:] == [{}, {}]
    assert told["emptied"].cohorts[2] == []


def classes(story: Story) -> list[dict[str, Any]]:
    """Of the latest day: a shop may have moved out of one into another."""
    rows = story.last["customer_rfm"]
    latest = max(row["as_of_date"] for row in rows)
    return sorted(
        (row for row in rows if row["as_of_date"] == latest), key=lambda row: row["frequency"]
    )


def test_buyers_are_classed_each_shop_by_itself_and_as_of_its_own_today(
    told: dict[str, Story],
) -> None:
    (alone,) = classes(told["late"])
    assert (alone["rfm_class"], alone["frequency"], alone["monetary"]) == ("1-1-1", 3, 30)
    assert alone["recency_days"] == (alone["as_of_date"] - date(2026, 2, 1)).days
    eve, ann = classes(told["moved-away"])
    assert (eve["rfm_class"], ann["rfm_class"]) == ("5-1-1", "1-5-5")
    assert eve["recency_days"] == (eve["as_of_date"] - date(2026, 3, 1)).days
