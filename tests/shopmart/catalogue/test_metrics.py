"""A metric is defined once, named by its columns, and called what METRICS.md calls it."""

import re
from pathlib import Path
from typing import Any

import pytest

from shopmart.catalogue.errors import CatalogueError, MetricUndefined
from shopmart.catalogue.metrics import catalogue
from shopmart.catalogue.models import Column, Model, marts, models

DEFINED = {"metric": "net_sales", "formula": "gross less returns", "basis": "shopify"}
WHOLE = {**DEFINED, "unit": "currency"}
# What METRICS.md says in words, where the catalogue needs a name.
SAID = {
    "active_customers": "active customers",
    "completed_value": "values of each",
    "created_value": "values of each",
    "abandoned_value": "values of each",
    "cumulative_net_sales": "cumulative net_sales per customer",
    "is_first_order": "New vs returning is decided per order by rank on (processed_at, order_id)",
    "net_cash": "bank reconciliation",
    "paid": "the payment's time",
    "refunded": "the refund payment's time",
    "recency_days": "recency",
    "refund_rate_by_orders": "by units, by orders",
    "refund_rate_by_product": "by product on the order-cohort basis",
    "refund_rate_by_units": "by units, by orders",
    "restocked_quantity": "restocked quantity",
}
# Words with an underscore in METRICS.md that are columns, topics or scopes and no figures.
NO_FIGURES = {
    *("additional_fee", "gift_card", "sale_key", "order_id", "tenant_id", "buyer_key", "shop_date"),
    *("order_edit", "line_type", "line_item_id", "product_id", "variant_id", "happened_at"),
    *("presentment_total", "presentment_currency", "refund_shipping_lines", "shipping_refund"),
    *("order_adjustments", "taxes_included", "current_quantity", "created_at", "processed_at"),
    *("iana_timezone", "order_cohort", "shopify_store_credit", "as_of_date", "coverage_from"),
    *(
        "month_number",
        "checkout_token",
        "checkout_webhooks_from",
        "completed_at",
        "read_all_orders",
    ),
}


def model(name: str, *columns: tuple[str, dict[str, Any]], **meta: object) -> Model:
    made = tuple(Column(column, "numeric(20,4)", "Words.", told) for column, told in columns)
    return Model(name, "marts", "Words.", made, meta, Path(f"{name}.yml"))


def said(metrics: Path) -> str:
    """The metrics as words of one line, without marks."""
    return " ".join(re.sub(r"[`*|]", " ", metrics.read_text("utf-8")).split())


def test_every_metric_is_called_what_the_shared_definition_calls_it(shared: Path) -> None:
    text = said(shared / "METRICS.md")
    for metric in catalogue(marts()):
        names = (metric.name, metric.called or metric.name, SAID.get(metric.name, metric.name))
        assert any(name.lower() in text.lower() for name in names), metric.name


def test_every_figure_of_the_shared_definition_is_in_the_catalogue(shared: Path) -> None:
    text = (shared / "METRICS.md").read_text("utf-8")
    figures = text[text.index("## Sales") : text.index("## Equations")]
    words = set(re.findall(r"(?<![\w/.])[a-z]+(?:_[a-z]+)+(?![\w.(])", figures))
    names = {metric.name for metric in catalogue(marts())}
    assert words - names - NO_FIGURES == set()
    rows = re.findall(r"^\| ([a-z_, ()`]+?) \|", figures, re.MULTILINE)
    listed = {re.sub(r"\(.*\)", "", one).strip() for row in rows for one in row.split(", ")}
    assert listed - {"figure"} - names == set()


def test_every_metric_has_a_home_and_a_stored_one_a_column() -> None:
    known = {f"{mart.name}.{column.name}" for mart in marts() for column in mart.columns}
    for metric in catalogue(marts()):
        assert metric.columns, metric.name
        assert {column for column, _ in metric.columns} <= known


def test_every_amount_of_a_mart_is_a_metric_or_says_what_it_is() -> None:
    prices = {"total_price", "current_total_price", "presentment_total_price", "header_total"}
    prices |= {"price", "price_min", "price_max", "unit_price", "subtotal", "tax"}
    prices |= {"ledger_difference"}
    for mart in marts():
        if mart.name != "ledger":
            amounts = {one.name for one in mart.columns if one.data_type == "numeric(20,4)"}
            metrics = {one.name for one in mart.columns if "metric" in one.meta}
            assert amounts - metrics - prices == set(), mart.name


def test_a_column_of_another_basis_says_so() -> None:
    (metric,) = catalogue(
        [
            model("days", ("net_sales", WHOLE)),
            model("cohorts", ("net_sales", {"metric": "net_sales", "basis": "order_cohort"})),
        ]
    )
    assert metric.columns == (("days.net_sales", "shopify"), ("cohorts.net_sales", "order_cohort"))
    assert metric.sentence == "Gross less returns. Basis: shopify."


def test_a_figure_that_is_asked_for_names_what_it_is_made_of() -> None:
    asked = {**WHOLE, "metric": "rate", "unit": "ratio", "basis": "none", "columns": ["returns"]}
    (metric,) = catalogue([model("days", ("returns", {}), metrics=[asked])])
    assert (metric.is_stored, metric.columns) == (False, (("days.returns", "none"),))
    assert metric.sentence == "Gross less returns."


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ([("net_sales", {"metric": "net_sales"})], "define it once"),
        ([("a", WHOLE), ("b", WHOLE)], "keep only `metric` here"),
        ([("a", {**WHOLE, "basis": "hourly"})], "it is one of shopify"),
        ([("a", {**WHOLE, "unit": "euros"})], "it is one of currency"),
        ([("a", {**WHOLE, "formular": "x"})], "'formular': drop it"),
        ([("a", WHOLE), ("b", {"metric": "net_sales", "basis": "x"})], "column 'b' has the basis"),
        ([("a", DEFINED)], "unit None"),
    ],
)
def test_a_metric_that_cannot_be_is_refused_with_the_cure(
    given: list[tuple[str, dict[str, Any]]], cure: str
) -> None:
    with pytest.raises(MetricUndefined, match=re.escape(cure)) as caught:
        catalogue([model("days", *given)])
    assert "days.yml" in str(caught.value)


def test_a_figure_made_of_an_unknown_column_is_refused() -> None:
    with pytest.raises(MetricUndefined, match="which days has not"):
        catalogue([model("days", metrics=[{**WHOLE, "columns": ["gone"]}])])


def test_words_are_looked_up_and_missing_ones_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "marts"
    folder.mkdir(parents=True)
    (folder / "words.md").write_text("{% docs day %}A day\nof the shop.{% enddocs %}")
    yaml = "models:\n  - name: days\n    description: \"{{ doc('%s') }}\"\n"
    (folder / "days.yml").write_text(yaml % "day")
    (found,) = models("marts", root=tmp_path)
    assert (found.description, found.columns) == ("A day of the shop.", ())
    (folder / "days.yml").write_text(yaml % "night")
    with pytest.raises(CatalogueError, match=r"days\.yml asks for the words 'night'"):
        models("marts", root=tmp_path)
