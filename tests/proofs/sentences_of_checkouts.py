"""METRICS.md on checkouts and on refunds."""

from tests.proofs.sentences import (
    ASKED,
    BACKFILLED,
    CHECKOUTS,
    EQUATIONS,
    MODELS,
    ORACLE,
    REFUNDS,
    STORIES,
    Sentence,
)

LEFT = [
    Sentence(
        "One row for each checkout document",
        (ORACLE, f"{STORIES}::test_an_order_whose_checkout_nobody_told_of_is_a_completed_one"),
    ),
    Sentence(
        "last checkout or cart activity + the tenant's threshold",
        (
            f"{STORIES}::"
            "test_an_open_checkout_is_abandoned_a_threshold_after_its_or_its_carts_last_move",
            f"{STORIES}::test_the_threshold_and_the_zone_of_a_shop_recompute_its_checkouts",
        ),
    ),
    Sentence(
        "Status is computed when read (a view), never stored stale",
        (
            f"{MODELS}/marts/checkouts.yml::a_status_is_what_is_true_at_the_moment_of_reading",
            f"{CHECKOUTS}::test_an_answer_holds_until_the_next_open_checkout_turns_abandoned",
        ),
    ),
    Sentence(
        "`COMPLETED` when it has `completed_at` or an order with its token",
        (
            f"{MODELS}/marts/checkouts.yml::a_status_is_what_is_true_at_the_moment_of_reading",
            f"{STORIES}::test_an_order_completes_the_checkout_whose_token_it_names"
            "_and_not_the_one_of_its_number",
            f"{STORIES}::test_a_checkout_that_moved_within_its_threshold_is_pending",
        ),
    ),
    Sentence(
        "`abandonedAt` = abandons_at once passed",
        (
            f"{MODELS}/marts/checkouts.yml::a_status_is_what_is_true_at_the_moment_of_reading",
            f"{CHECKOUTS}::test_a_checkout_is_told_in_the_contracts_words",
        ),
    ),
    Sentence(
        "A late event never turns a completed checkout back",
        (f"{STORIES}::test_a_late_event_without_completion_turns_no_completed_checkout_back",),
    ),
    Sentence(
        "`was_abandoned` = idle ≥ threshold before completion, or abandoned now",
        (
            f"{STORIES}::test_a_checkout_bought_after_an_idle_hour_is_recovered",
            f"{STORIES}::test_a_checkout_that_moved_within_its_threshold_is_pending",
            ORACLE,
        ),
    ),
    Sentence(
        "`is_recovered` = was_abandoned and completed later",
        (f"{STORIES}::test_a_checkout_bought_after_an_idle_hour_is_recovered", ORACLE),
    ),
    Sentence(
        "conversionRate = completed ÷ all",
        (
            f"{CHECKOUTS}::test_the_figures_are_those_of_the_contract",
            f"{CHECKOUTS}::test_a_range_takes_the_checkouts_that_began_in_its_shop_days",
        ),
    ),
    Sentence(
        "recovery_rate = recovered ÷ was_abandoned",
        (f"{CHECKOUTS}::test_the_figures_are_those_of_the_contract",),
    ),
    Sentence(
        "Shopify's backfill knows abandoned checkouts only and gives them no token",
        (
            f"{BACKFILLED}::test_backfilled_checkouts_count_up_to_the_first_webhook",
            f"{MODELS}/marts/checkout_lives.yml::"
            "a_backfilled_checkout_counts_until_webhooks_or_its_order_tell",
            f"{BACKFILLED}::test_likeness_joins_no_backfilled_checkout_with_a_live_one",
            f"{BACKFILLED}::test_a_webhook_that_tells_the_number_takes_the_backfilled_ones_place",
        ),
    ),
    Sentence(
        "`shopifyCheckoutId` = token (backfilled: the numeric id)",
        (
            f"{CHECKOUTS}::test_a_checkout_is_told_in_the_contracts_words",
            "pipelines/test_extract.py::test_a_backfilled_checkout_is_known_by_its_number_as_text",
        ),
    ),
    Sentence("Match to an order", (ORACLE,)),
    Sentence(
        "overlapping lines within 7 days (weak, flagged, in no headline figure)",
        (
            f"{BACKFILLED}::test_an_order_of_another_buyer_time_or_goods_is_no_match",
            f"{BACKFILLED}::test_a_weak_match_changes_no_figure_of_an_open_checkout",
        ),
    ),
    Sentence(
        "Funnel per shop day",
        (
            f"{MODELS}/marts/checkout_funnel.yml::"
            "what_does_not_count_is_in_no_column_and_currencies_stay_apart",
            "dbt_project/test_checkout_histories.py::"
            "test_the_checkouts_and_their_funnel_are_the_shops_own",
            ORACLE,
        ),
    ),
]
GIVEN_BACK = [
    Sentence(
        "One row per refund",
        (ORACLE, f"{MODELS}/marts/refunds.yml::refunds_have_one_row_for_each_key"),
    ),
    Sentence(
        "From the ledger: goods_amount, shipping_amount, tax_amount, adjustment_amount",
        (ORACLE, f"{EQUATIONS}::assert_refunds_take_back_what_the_ledger_reverses"),
    ),
    Sentence(
        "amount (successful; 0 while none succeeded), pending_amount",
        (
            f"{MODELS}/intermediate/int_refunds_paid.yml::"
            "only_successful_real_payments_in_shop_money_are_amounts",
            f"{REFUNDS}::test_only_payments_that_succeeded_are_money_paid_back",
        ),
    ),
    Sentence(
        "the bulk API cannot export them): quantity, restocked quantity",
        (
            ORACLE,
            "pipelines/test_sync.py::test_each_refund_names_its_order_and_has_its_lists",
            "sandbox/test_truth_beside_orders.py::test_only_what_was_restocked_is_restocked",
        ),
    ),
    Sentence(
        "parts), reason (note), days_to_refund (since the order), is_full",
        (
            ORACLE,
            "dbt_project/test_known_answers.py::"
            "test_the_refund_of_a_return_is_worth_what_came_back_less_the_fee",
        ),
    ),
    Sentence(
        "`totalRefunds`, `totalRefundAmount`, `averageRefundAmount` count refunds",
        (
            f"{REFUNDS}::test_only_payments_that_succeeded_are_money_paid_back",
            f"{REFUNDS}::test_a_range_takes_the_refunds_of_its_shop_days",
        ),
    ),
    Sentence(
        "Refund-line subtotals are not the money",
        (
            "dbt_project/test_recorded_shapes.py::test_a_recorded_read_has_its_hand_made_figures",
            "dbt_project/test_asked_figures.py::"
            "test_lines_that_were_only_put_back_are_units_and_no_money",
        ),
    ),
    Sentence("Refund rate by value = returns", (ASKED,)),
]
