"""The faults of the service before this one, and what holds instead; see ``promises``."""

from api.documentation.promises import (
    CHECKOUTS,
    COMMITTER,
    CUSTOMERS,
    GATE,
    METRICS,
    MODELS,
    ORDERS,
    ROUTE,
    Promise,
)

FAULTS = [
    Promise(
        "An order was dated by when its row arrived",
        "by Shopify's own times, in the shop's zone",
        (
            f"{METRICS}::test_a_day_is_the_shops_own_and_a_reversal_has_one_too",
            f"{ORDERS}::test_an_order_is_told_in_full",
        ),
    ),
    Promise(
        "Rows were keyed by Shopify's id alone",
        "the tenant is first in every key",
        (
            f"{ORDERS}::test_the_same_order_id_is_another_order_in_another_shop",
            f"{ROUTE}::test_two_tenants_with_the_same_ids_land_beside_each_other",
            "pipelines/test_merge.py::test_two_tenants_with_the_same_ids_never_touch",
        ),
    ),
    Promise(
        "Two customers without an e-mail collided",
        "each is a buyer of its own",
        (f"{CUSTOMERS}::test_two_customers_without_an_email_are_two",),
    ),
    Promise(
        "200 was answered when storing failed",
        "503, so that Shopify sends it again; 200 outlives a kill of the database",
        (
            f"{COMMITTER}::test_without_a_database_a_delivery_is_a_503_and_never_a_200",
            f"{COMMITTER}::test_what_was_acknowledged_outlives_a_kill_of_the_server",
        ),
    ),
    Promise(
        "A checkout's token was matched against its number",
        "token against token: a paid checkout is completed",
        (
            "dbt_project/test_checkouts.py::"
            "test_an_order_completes_the_checkout_whose_token_it_names_and_not_the_one_of_its_number",
        ),
    ),
    Promise(
        "An older change that came late won; a redelivery was processed twice",
        "the newest change stands, an event lands once",
        (
            "pipelines/test_webhooks.py::"
            "test_newest_change_wins_and_equal_changes_are_told_apart_by_their_triggering",
            f"{ROUTE}::test_a_redelivery_lands_once",
            "pipelines/test_merge.py::test_replays_and_shuffles_of_old_batches_change_nothing",
            "dbt_project/test_checkouts.py::"
            "test_a_late_event_without_completion_turns_no_completed_checkout_back",
        ),
    ),
    Promise(
        "Currencies were added up, cancelled and test orders were revenue, refunds were not "
        "subtracted, money was a float",
        "one currency, what was sold less what went back, exact decimals",
        (
            f"{MODELS}/intermediate/int_buyer_lives.yml::"
            "two_currencies_of_one_buyer_are_never_added",
            f"{CHECKOUTS}::test_the_figures_are_those_of_the_contract",
            f"{ORDERS}::test_orders_stand_newest_first_without_test_orders",
            "dbt_project/test_known_answers.py::test_the_known_case_has_its_known_answer",
            f"{METRICS}::test_no_cent_of_a_large_amount_is_lost",
        ),
    ),
    Promise(
        "A customer's totals counted only the orders that happened to be held",
        "every order that Shopify lets us read, and `coverageFrom` says how far back that is",
        (
            f"{CUSTOMERS}::test_the_biggest_spender_stands_first_and_guests_have_ids_of_their_own",
            f"{METRICS}::test_every_figure_says_where_it_comes_from",
        ),
    ),
    Promise(
        "A limit for each shop threw genuine webhooks away",
        "rightly signed ones are never bounded",
        (
            f"{GATE}::test_rightly_signed_webhooks_are_never_bounded",
            f"{COMMITTER}::test_a_flood_lands_whole",
        ),
    ),
]
