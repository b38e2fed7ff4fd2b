"""METRICS.md on customers, its equations and its cases with known answers."""

from tests.proofs.sentences import (
    ASKED,
    DAILY_CLASSES,
    EQUATIONS,
    IDENTITY,
    KNOWN,
    LIVES,
    METRICS,
    MODELS,
    ORACLE,
    OWN_DAY,
    TWO_WAYS,
    Sentence,
)

ANSWERS = "dbt_project/test_known_answers.py"
CUSTOMERS = [
    Sentence(
        'never "the same guest"',
        (
            f"{IDENTITY}::test_orders_meet_in_an_identity",
            "api/orders/test_endpoints.py::test_both_orders_of_a_guest_name_the_same_buyer",
        ),
    ),
    Sentence(
        "unless `customers/merge` joins them",
        (
            f"{IDENTITY}::test_a_merged_customers_orders_are_the_kept_ones_along_the_chain",
            "pipelines/landed/test_forms.py::test_only_a_completed_merge_joins_two_customers",
        ),
    ),
    Sentence(
        "a random `buyer_key` kept in `control.buyers`",
        (
            f"{IDENTITY}::test_only_a_keyed_hash_of_the_identity_is_kept",
            f"{IDENTITY}::test_one_person_in_two_shops_has_two_keys",
        ),
    ),
    Sentence(
        "Erasing a person drops the hash and keeps the key on the documents",
        (
            f"{IDENTITY}::test_an_erased_buyers_orders_keep_their_key_and_a_return_is_a_new_buyer",
            "privacy/test_keep.py::test_every_mart_is_the_same_when_everybody_is_erased",
            "privacy/test_staying.py::test_who_buys_again_is_a_new_buyer_whose_order_is_kept",
        ),
    ),
    Sentence(
        "Mart `customers`: one row per identity",
        (
            ORACLE,
            f"{EQUATIONS}::assert_customers_sum_to_their_orders",
            f"{MODELS}/marts/customer_lives.yml::a_customer_without_orders_has_a_row_of_zeros",
        ),
    ),
    Sentence("orders_count, total_spent (Σ total_sales)", (ORACLE,)),
    Sentence(
        "amount_refunded, abandoned_checkouts",
        (
            f"{MODELS}/marts/customers.yml::an_abandoned_checkout_is_its_buyers_and_nobody_elses",
            ORACLE,
        ),
    ),
    Sentence(
        "by rank on (processed_at, order_id) within the identity",
        (
            f"{MODELS}/marts/orders.yml::orders_of_a_buyer_are_ranked_by_placing_and_then_number",
            f"{EQUATIONS}::assert_each_buyer_has_one_first_order",
            f"{LIVES}::test_a_late_arrival_takes_its_place_before_orders_that_are_known",
        ),
    ),
    Sentence(
        "no rows for empty months",
        (
            f"{MODELS}/marts/customer_cohorts.yml::"
            "a_cohort_is_as_large_in_each_month_and_what_it_is_worth_adds_up",
            f"{EQUATIONS}::assert_cohorts_sum_to_their_customers",
            ORACLE,
        ),
    ),
    Sentence(
        "Returns land in the month of the reversal",
        (
            f"{MODELS}/intermediate/int_buyer_months.yml::"
            "a_return_lands_in_the_month_of_the_reversal",
            f"{LIVES}::test_a_return_is_of_its_own_month_and_no_activity",
        ),
    ),
    Sentence("Repeat rate = customers with ≥ 2 orders", (ASKED,)),
    Sentence("Returning share of a period = buyers with an earlier order", (ASKED,)),
    Sentence(
        "a daily snapshot keyed by `as_of_date`",
        (
            f"{MODELS}/marts/customer_rfm.yml::five_classes_of_which_equals_share_one",
            f"{DAILY_CLASSES}::"
            "test_within_the_day_classes_follow_the_marts_and_what_stays_is_not_written_again",
            f"{DAILY_CLASSES}::test_a_new_day_has_rows_of_its_own_in_shops_without_news_too",
            f"{DAILY_CLASSES}::test_a_full_refresh_and_a_new_column_lose_no_day",
            ORACLE,
        ),
    ),
    Sentence(
        "`customersCount` of the contract",
        (
            f"{METRICS}::test_the_figures_are_those_of_everything_that_the_shop_sold",
            f"{METRICS}::test_a_range_has_the_figures_of_its_days_both_ends_included",
        ),
    ),
    Sentence(
        "a guest's id is `guest:<key>`, an erased e-mail is null",
        (
            "api/customers/test_endpoints.py::"
            "test_the_biggest_spender_stands_first_and_guests_have_ids_of_their_own",
            "api/customers/test_endpoints.py::test_two_customers_without_an_email_are_two",
            "privacy/test_erasure.py::test_nothing_of_the_person_is_left_and_no_figure_moves",
        ),
    ),
    Sentence(
        "60 days without the scope `read_all_orders`",
        (
            "pipelines/test_extract.py::"
            "test_without_all_orders_figures_are_complete_for_sixty_days_and_the_first_answer_stays",
            "pipelines/test_extract.py::"
            "test_once_all_orders_may_be_read_the_older_ones_are_and_coverage_is_whole",
            f"{METRICS}::test_what_shopify_let_us_read_is_said_beside_the_figures",
        ),
    ),
]
EQUALITIES = [
    Sentence(
        "Σ orders.x = Σ daily_sales.x = Σ products.x",
        (
            f"{EQUATIONS}::assert_orders_and_days_sum_to_the_ledger",
            f"{EQUATIONS}::assert_products_and_what_has_none_sum_to_the_ledger",
            f"{EQUATIONS}::assert_customers_sum_to_their_orders",
        ),
    ),
    Sentence(
        "Shopify's `currentTotalPriceSet` when its agreements are loaded",
        (
            f"{EQUATIONS}::assert_every_agreed_order_is_what_shopify_says",
            "dbt_project/test_rare_events.py::"
            "test_every_ledger_of_rare_events_is_shopifys_current_total",
        ),
    ),
    Sentence(
        "A disagreement is recorded with its size, never forced",
        (f"{MODELS}/marts/orders.yml::a_difference_is_recorded_unless_the_order_is_provisional",),
    ),
    Sentence(
        "An incremental build equals a full refresh, row for row",
        (
            "dbt_project/test_incremental.py::"
            "test_live_and_whole_builds_in_any_order_equal_a_full_refresh",
            "proofs/test_random_histories.py::test_a_full_refresh_changes_no_row_after_any_history",
            f"{TWO_WAYS}::test_a_full_refresh_of_all_three_changes_no_row",
            "dbt_project/test_contract.py::test_nothing_that_citus_or_a_replay_cannot_do_is_used",
        ),
    ),
    Sentence(
        "A build from webhooks with refetch equals a build from the Admin API",
        (f"{TWO_WAYS}::test_webhooks_with_refetch_give_the_marts_of_the_admin_api",),
    ),
    Sentence(
        "Duplicated, shuffled and late deliveries change nothing",
        (
            "proofs/test_random_histories.py::test_a_full_refresh_changes_no_row_after_any_history",
            "pipelines/test_merge.py::test_replays_and_shuffles_of_old_batches_change_nothing",
            f"{MODELS}/staging/stg_shopify__order_documents.yml::"
            "the_newer_document_stands_and_a_tie_goes_to_the_admin_api",
            f"{MODELS}/staging/stg_shopify__refunds.yml::"
            "a_refund_heard_in_both_ways_is_its_newer_document",
        ),
    ),
    Sentence(
        "Erasing a customer's personal data changes no sum",
        (
            "privacy/test_erasure.py::test_nothing_of_the_person_is_left_and_no_figure_moves",
            "privacy/test_keep.py::test_every_mart_is_the_same_when_everybody_is_erased",
        ),
    ),
]
CASES = [
    Sentence("10 | gross 30", (KNOWN,)),
    Sentence("the same with 2.40 tax on top", (KNOWN,)),
    Sentence(
        "one order, paid 108, refunded 10, tax 8, AOV 100",
        (KNOWN, f"{ANSWERS}::test_average_order_value_is_before_tax_and_refunds"),
    ),
    Sentence(
        "3 new customers, 0 repeat",
        (f"{ANSWERS}::test_guests_with_three_emails_are_three_new_customers",),
    ),
    Sentence(
        "refunded in March, built incrementally",
        (f"{ANSWERS}::test_a_refund_months_later_takes_the_lifetime_value_back", OWN_DAY),
    ),
    Sentence("voided without being cancelled: net 80", (KNOWN,)),
    Sentence("tax-inclusive price 120 (20 % VAT inside)", (KNOWN,)),
    Sentence(
        "one identity, 2 orders, nothing doubled",
        (f"{ANSWERS}::test_an_email_in_two_cases_is_one_identity",),
    ),
    Sentence("an edit that adds a discount of 20 to an order of 100", (KNOWN, OWN_DAY)),
]
