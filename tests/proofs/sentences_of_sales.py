"""METRICS.md from its beginning to the sales: bases, days, money, the ledger, the sales figures."""

from tests.proofs.sentences import (
    ASKED,
    CATALOGUE,
    EQUATIONS,
    KNOWN,
    METRICS,
    MODELS,
    ODD,
    ORACLE,
    OWN_DAY,
    PAYMENTS,
    RARE,
    TWO_WAYS,
    Sentence,
)

BEGINNING = [
    Sentence(
        "SQL, API, docs and tests use these names and these meanings",
        (
            f"{CATALOGUE}::test_every_metric_is_called_what_the_shared_definition_calls_it",
            f"{CATALOGUE}::test_every_figure_of_the_shared_definition_is_in_the_catalogue",
        ),
    ),
    Sentence(
        "so that one catalogue serves all",
        (
            f"{CATALOGUE}::test_every_amount_of_a_mart_is_a_metric_or_says_what_it_is",
            "shopmart/catalogue/test_pages.py::test_a_file_is_as_it_would_be_made",
            "api/documentation/test_figures.py::test_a_figure_says_what_the_catalogue_says",
        ),
    ),
    Sentence(
        "Every figure has a **basis**",
        (
            f"{CATALOGUE}::test_a_column_of_another_basis_says_so",
            f"{METRICS}::test_every_figure_says_where_it_comes_from",
        ),
    ),
    Sentence(
        "the sale's own time | the reversal's own time",
        (
            OWN_DAY,
            f"{METRICS}::test_a_day_is_the_shops_own_and_a_reversal_has_one_too",
            f"{EQUATIONS}::assert_every_agreed_order_is_what_shopify_says",
        ),
    ),
    Sentence(
        "marketing: what became of the orders of a day",
        (
            f"{MODELS}/marts/daily_sales_by_order.yml::"
            "what_became_of_an_order_is_of_the_day_of_the_order",
            f"{EQUATIONS}::assert_days_by_order_sum_to_the_ledger",
        ),
    ),
    Sentence(
        "the refund payment's time | bank reconciliation",
        (
            f"{MODELS}/marts/daily_cash.yml::gift_cards_and_store_credit_are_no_cash",
            f"{EQUATIONS}::assert_days_of_cash_sum_to_the_payments",
            "dbt_project/test_daily_cash.py::"
            "test_each_payment_is_of_its_own_day_and_gift_cards_are_no_cash",
        ),
    ),
    Sentence(
        "at DST switches too",
        (
            "dbt_project/test_days.py::test_a_day_of_23_or_25_hours_holds_what_the_shops_clock_says",
            "dbt_project/test_days.py::"
            "test_a_shop_that_moves_takes_every_day_of_its_orders_and_refunds_with_it",
        ),
    ),
    Sentence(
        "Amounts are `numeric` in the **shop's currency**",
        (
            "dbt_project/test_contract.py::test_money_and_times_of_every_mart_have_exact_types",
            ORACLE,
        ),
    ),
    Sentence(
        "money paid in another currency is never converted by us",
        (
            KNOWN,
            f"{MODELS}/intermediate/int_buyer_lives.yml::two_currencies_of_one_buyer_are_never_added",
            f"{PAYMENTS}::"
            "test_money_in_another_currency_that_only_a_webhook_knows_is_not_converted",
            "dbt_project/test_daily_cash.py::"
            "test_money_that_went_back_in_another_currency_is_not_converted_by_us",
        ),
    ),
    Sentence(
        "Times are stored as `timestamptz`",
        (
            "dbt_project/test_contract.py::test_money_and_times_of_every_mart_have_exact_types",
            "warehouse/test_laws.py::test_money_and_time_have_exact_types",
        ),
    ),
]
LEDGER = [
    Sentence(
        "Grain: one **sale of one agreement** of one order",
        (ORACLE, "dbt_project/test_contract.py::test_every_unique_index_begins_with_the_tenant"),
    ),
    Sentence(
        "the only base of every sales figure",
        (
            f"{EQUATIONS}::assert_orders_and_days_sum_to_the_ledger",
            f"{EQUATIONS}::assert_order_lines_sum_to_the_ledger",
        ),
    ),
    Sentence(
        "`sale_key` (text: the sale's gid tail",
        ("oracle/test_oracle.py::test_the_ledger_speaks_only_its_own_words",),
    ),
    Sentence(
        "line_type (product|gift_card|shipping|duty",
        (
            "oracle/test_oracle.py::test_the_ledger_speaks_only_its_own_words",
            "oracle/test_oracle.py::test_every_column_of_every_mart_was_compared",
        ),
    ),
    Sentence(
        "all signed as Shopify signs them (reversals negative)",
        (
            f"{MODELS}/staging/stg_shopify__sales.yml::"
            "a_sale_keeps_shopifys_signs_and_an_unheard_of_kind_is_unknown",
            ORACLE,
        ),
    ),
    Sentence(
        "The first ORDER agreement is dated by the order's `processed_at`",
        (ORACLE, RARE, OWN_DAY),
    ),
    Sentence(
        "Rounding remainders stay where Shopify put them",
        (
            ORACLE,
            f"{EQUATIONS}::assert_every_agreed_order_is_what_shopify_says",
        ),
    ),
    Sentence("**Two origins, one ledger.**", (KNOWN, ORACLE)),
    Sentence(
        "plus, only for events newer than those agreements",
        (
            f"{MODELS}/intermediate/int_lines_edited.yml::"
            "an_edit_that_the_agreements_know_is_not_told_again",
            f"{MODELS}/intermediate/int_lines_refunded.yml::"
            "a_refund_that_the_order_cannot_know_yet_counts_by_itself",
            "dbt_project/test_incremental.py::"
            "test_webhooks_newer_than_the_agreements_give_the_true_figures",
        ),
    ),
    Sentence(
        "Rules of derivation: tax taken out where `taxes_included`",
        (
            KNOWN,
            f"{MODELS}/intermediate/int_charges_refunded.yml::"
            "shipping_money_named_twice_is_given_back_once",
            f"{MODELS}/intermediate/int_lines_refunded.yml::"
            "refunds_never_take_back_more_units_than_have_gone",
            f"{ODD}::test_refunds_within_an_order_of_the_older_shape_bound_what_is_left",
        ),
    ),
    Sentence(
        "**marks the order**, and the live loop refetches the marked ids",
        (
            "pipelines/test_refetch.py::"
            "test_a_refund_and_a_cancellation_mark_their_order_and_the_reading_makes_it_exact",
            "pipelines/landed/test_marks.py::test_a_difference_in_the_ledger_marks_and_nothing_else",
            "dbt_project/test_known_answers.py::test_what_was_read_again_is_no_longer_provisional",
        ),
    ),
    Sentence(
        "A tag-change webhook never throws agreements away",
        (
            "pipelines/test_refetch.py::test_a_change_of_tags_or_address_marks_nothing",
            "dbt_project/test_incremental.py::"
            "test_webhooks_newer_than_the_agreements_give_the_true_figures",
        ),
    ),
    Sentence(
        "agree with the agreements to the cent for plain orders and refunds",
        (
            f"{TWO_WAYS}::test_plain_orders_have_their_exact_sales_by_webhooks_alone",
            "dbt_project/test_sandbox_truth.py::test_webhooks_alone_give_the_true_figures",
        ),
    ),
    Sentence(
        "Exchanges and edits are exact only after the refetch",
        (
            KNOWN,
            OWN_DAY,
            f"{TWO_WAYS}::test_webhooks_alone_differ_in_nothing_but_what_is_listed",
        ),
    ),
]
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
        "| gross_sales − discounts − returns",
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
        "AOV = (gross_sales − discounts) ÷ orders",
        (
            ASKED,
            "dbt_project/test_known_answers.py::test_average_order_value_is_before_tax_and_refunds",
        ),
    ),
    Sentence("Units sold = Σ quantity of product lines with action `order`", (ASKED, KNOWN)),
]
