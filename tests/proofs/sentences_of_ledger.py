"""METRICS.md from its beginning to the ledger: names, bases, days, money, sales of agreements."""

from tests.proofs.sentences import (
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
