"""METRICS.md on the sales figures."""

from tests.proofs.sentences import (
    ASKED,
    EQUATIONS,
    KNOWN,
    METRICS,
    MODELS,
    ORACLE,
    OWN_DAY,
    PAYMENTS,
    RARE,
    TWO_WAYS,
    Sentence,
)

SALES = [
    Sentence(
        "Σ gross of product lines with action `order` or `update`",
        (
            KNOWN,
            f"{MODELS}/marts/daily_sales.yml::"
            "each_kind_of_sale_has_its_figure_and_currencies_stay_apart",
        ),
    ),
    Sentence("An edit that adds a discount is an `update`", (KNOWN, RARE)),
    Sentence(
        "refunds, returns, removed lines, cancellations",
        (
            KNOWN,
            f"{MODELS}/intermediate/int_lines_removed.yml::"
            "a_cancellation_takes_back_on_its_day_what_refunds_left",
            f"{PAYMENTS}::"
            "test_a_refund_short_of_its_goods_and_one_beyond_them_are_adjusted_to_the_cent",
        ),
    ),
    Sentence(
        "| net_sales | gross_sales",
        (f"{MODELS}/marts/orders.yml::orders_figures_add_up", ORACLE),
    ),
    Sentence("Σ **net** of those lines, refunds negative", (KNOWN, ORACLE)),
    Sentence("Σ tax of all lines except tip and gift_card", (KNOWN, ORACLE)),
    Sentence(
        "a gift card is a liability and in no sales figure",
        (KNOWN, f"{MODELS}/marts/order_lines.yml::a_gift_card_is_in_no_sales_figure_of_its_line"),
    ),
    Sentence(
        "net_sales + shipping + taxes + duties",
        (
            f"{MODELS}/marts/orders.yml::orders_figures_add_up",
            f"{MODELS}/marts/daily_sales.yml::daily_sales_figures_add_up",
        ),
    ),
    Sentence(
        "Money refunded and goods returned are two figures and are never mixed",
        (
            f"{PAYMENTS}::test_parts_count_when_they_succeeded_and_change_is_no_payment",
            f"{MODELS}/marts/refunds.yml::"
            "goods_that_came_back_and_money_that_went_back_are_two_figures",
            f"{TWO_WAYS}::test_a_listed_difference_of_webhooks_alone_is_seen",
        ),
    ),
    Sentence(
        "Therefore total_sales + tips + gift_card_sales = Σ ledger.total",
        (f"{EQUATIONS}::assert_orders_and_days_sum_to_the_ledger",),
    ),
    Sentence(
        "Test orders count nowhere",
        (
            f"{MODELS}/staging/stg_shopify__order_documents.yml::"
            "test_orders_and_deleted_orders_are_left_out",
            "api/orders/test_endpoints.py::test_orders_stand_newest_first_without_test_orders",
        ),
    ),
    Sentence(
        "Deleted orders vanish (tombstones)",
        (
            "pipelines/test_webhooks.py::"
            "test_a_deleted_order_stays_deleted_when_an_older_change_comes_late",
            f"{MODELS}/staging/stg_shopify__order_documents.yml::"
            "test_orders_and_deleted_orders_are_left_out",
        ),
    ),
    Sentence("a cancellation reverses on its own day, so the order sums to 0", (KNOWN, OWN_DAY)),
    Sentence("A void is a payment event and changes no sales figure", (KNOWN,)),
    Sentence(
        "`totalRevenue` and `revenue` of the HTTP contract",
        (
            f"{METRICS}::test_the_figures_are_those_of_everything_that_the_shop_sold",
            f"{METRICS}::test_a_day_is_the_shops_own_and_a_reversal_has_one_too",
            "api/orders/test_endpoints.py::test_an_order_is_told_in_full",
        ),
    ),
    Sentence(
        "AOV = (gross_sales",
        (
            ASKED,
            "dbt_project/test_known_answers.py::test_average_order_value_is_before_tax_and_refunds",
        ),
    ),
    Sentence("Units sold = Σ quantity of product lines with action `order`", (ASKED, KNOWN)),
]
