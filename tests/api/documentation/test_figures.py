"""The figures of the answers are described in the words of the metric catalogue."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from api.checkouts.schemas import CheckoutFigures
from api.customers.schemas import Customer
from api.documentation.figures import WORDS, figure
from api.metrics.schemas import DayOfOrders, Metrics
from api.products.schemas import Product
from api.refunds.schemas import Refund, RefundFigures

MADE = Path(__file__).resolve().parents[3] / "api" / "documentation" / "metrics.json"
FIGURES: list[tuple[type[BaseModel], str, str]] = [
    (Metrics, "totalRevenue", "total_revenue"),
    (Metrics, "ordersCount", "orders"),
    (Metrics, "customersCount", "customers_count"),
    (DayOfOrders, "revenue", "total_sales"),
    (Customer, "totalSpent", "total_spent"),
    (Product, "unitsSold", "units_sold"),
    (CheckoutFigures, "conversionRate", "conversion_rate"),
    (CheckoutFigures, "abandonmentRate", "abandonment_rate"),
    (CheckoutFigures, "recoveryRate", "recovery_rate"),
    (RefundFigures, "totalRefundAmount", "total_refund_amount"),
    (Refund, "amount", "amount"),
]


@pytest.mark.parametrize(("answer", "member", "metric"), FIGURES)
def test_a_figure_says_what_the_catalogue_says(
    answer: type[BaseModel], member: str, metric: str
) -> None:
    shown = answer.model_json_schema(by_alias=True)["properties"][member]["description"]
    assert shown.startswith(WORDS[metric])


def test_every_figure_of_the_analytics_is_described() -> None:
    for answer in (CheckoutFigures, RefundFigures):
        for name, member in answer.model_json_schema(by_alias=True)["properties"].items():
            if name != "pendingCheckouts":
                assert member.get("description") in WORDS.values() or member["description"], name


def test_a_note_stands_behind_the_words() -> None:
    assert figure("amount", "Once.").description == f"{WORDS['amount']} Once."


def test_a_metric_of_no_catalogue_cannot_be_named() -> None:
    with pytest.raises(KeyError):
        figure("vanity")


def test_the_words_are_those_that_were_made() -> None:
    assert json.loads(MADE.read_text("utf-8")) == WORDS
