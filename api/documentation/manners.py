"""What holds for every endpoint, and the old service's faults that are gone: see ``promises``."""

from api.documentation.promises import (
    CHECKOUTS,
    COMMITTER,
    CUSTOMERS,
    ERRORS,
    EVENTS,
    GATE,
    METRICS,
    MODELS,
    ORDERS,
    PATIENCE,
    REDIS,
    REFUNDS,
    REFUSALS,
    ROUTE,
    SERVING,
    TABLES,
    TELEMETRY,
    Promise,
)

MANNERS = [
    Promise(
        "Days",
        "`startDate` and `endDate` are shop days, both inclusive; of a date-time, its shop day",
        (
            f"{METRICS}::test_a_moment_means_its_day_in_the_shops_zone",
            "api/test_arguments.py::test_a_bound_is_a_day_of_the_shop",
        ),
    ),
    Promise(
        "Bounds",
        "`limit` is 1 to 250, `page` from 1, `offset` from 0, else 422 with the field and its cure",
        (
            f"{ORDERS}::test_a_page_that_cannot_be_is_a_422_that_names_the_field",
            f"{ORDERS}::test_the_bounds_of_limit_are_allowed",
            f"{REFUNDS}::test_a_part_that_cannot_be_is_a_422_that_names_the_field",
            f"{CHECKOUTS}::test_a_status_that_does_not_exist_is_a_422_that_names_the_others",
        ),
    ),
    Promise(
        "Types",
        "money is a JSON number exact to the cent, an id a text, a time ISO 8601 in UTC",
        (
            "api/test_encoding.py::test_no_cent_of_any_amount_is_lost",
            "api/test_encoding.py::test_a_time_is_written_in_utc_whatever_zone_it_came_in",
            "api/test_openapi.py::test_the_real_answer_fits_its_schema",
        ),
    ),
    Promise(
        "Errors",
        "every error is `application/problem+json` with a text `error`; no input makes a 500",
        (
            "api/test_openapi.py::test_every_error_is_a_problem_document",
            f"{ERRORS}::test_another_method_has_the_one_shape_and_names_the_right_ones",
            "api/test_any_input.py::test_whatever_is_sent_is_answered_in_the_contracts_shapes",
        ),
    ),
    Promise(
        "The dashboard",
        "its calls work through a plain proxy, without an Authorization header, with `limit=200`",
        ("api/test_dashboard.py::test_the_dashboards_calls_work_through_a_plain_proxy",),
    ),
    Promise(
        "Keeping",
        "`X-Cache` says whether an answer was kept; with `If-None-Match` it is a 304; a build, and "
        "for checkouts the next one that turns abandoned, ends it",
        (
            f"{SERVING}::test_who_has_the_answer_already_is_told_only_that",
            "api/test_answers.py::test_an_answer_that_holds_briefly_is_computed_again_after_that",
            f"{CHECKOUTS}::test_an_answer_holds_until_the_next_open_checkout_turns_abandoned",
        ),
    ),
    Promise(
        "Redis",
        "with `SHOPMART_REDIS_URL` processes share answers and counts; it may vanish at any time",
        (
            f"{REDIS}::test_what_one_process_computed_another_one_has",
            f"{REDIS}::test_redis_may_vanish_and_come_back",
        ),
    ),
    Promise(
        "CSV",
        "every list comes as CSV by `Accept: text/csv` or `.csv` behind its path: all of it, or "
        "the page that is asked for; no cell is a formula",
        (
            f"{TABLES}::test_every_list_is_a_table_of_the_same_rows_by_header_and_by_name",
            f"{TABLES}::test_a_page_that_is_asked_for_is_that_page",
            f"{TABLES}::test_no_text_begins_like_a_formula",
        ),
    ),
    Promise(
        "Rates",
        "an address that asks too often gets 429 with Retry-After; health and rightly signed "
        "webhooks never do",
        (
            f"{GATE}::test_an_address_that_asks_too_often_is_told_when_to_ask_again",
            f"{GATE}::test_rightly_signed_webhooks_are_never_bounded",
        ),
    ),
    Promise(
        "Names",
        "while authentication is off only this machine's names and `SHOPMART_ALLOWED_HOSTS` are "
        "answered, others get 421; `SHOPMART_CORS_ORIGINS` names the pages whose scripts may read",
        (
            f"{GATE}::test_a_foreign_name_is_refused_with_the_cure",
            f"{GATE}::test_health_and_webhooks_come_under_any_name",
            f"{GATE}::test_another_pages_script_reads_answers_only_when_its_origin_is_named",
        ),
    ),
    Promise(
        "GET `/status`",
        "each tenant's freshness, lag, last sync, coverage, what is quarantined, what ends when",
        (
            "api/status/test_endpoints.py::test_what_waits_and_since_when_is_told_for_each_tenant",
            "api/status/test_endpoints.py::test_a_paused_tenant_says_why",
        ),
    ),
    Promise(
        "GET `/tenants/{id}/events`",
        "200, what became of each delivery, newest first; `/events/{eventId}` one with its "
        "headers, with `?body=true` its bytes · 404",
        (
            f"{EVENTS}::test_deliveries_stand_newest_first_and_pages_neither_overlap_nor_skip",
            f"{EVENTS}::test_each_tenant_sees_its_own_deliveries_only",
            f"{EVENTS}::test_a_delivery_is_shown_with_its_headers_and_only_when_asked_with_its_body",
        ),
    ),
    Promise(
        "POST `/tenants/{id}/events/replay`, `/events/release`",
        "202 with how many deliveries are loaded again, or come back from quarantine; figures "
        "stay as they are · 404 · 422",
        (
            f"{EVENTS}::test_a_replay_hands_back_what_was_loaded_and_wakes_the_loader",
            f"{EVENTS}::test_a_release_hands_back_what_was_put_aside",
            "pipelines/test_replay.py::test_replays_give_the_same_marts_row_for_row",
        ),
    ),
    Promise(
        "GET `/refusals`",
        "deliveries that were not taken, by day, cause and the shop they named, with a sample of "
        "headers without secrets",
        (
            f"{REFUSALS}::test_each_refused_delivery_is_counted_with_its_cause_and_its_shop",
            f"{REFUSALS}::test_the_sample_holds_headers_without_secrets_and_no_body",
        ),
    ),
    Promise(
        "Shopify's five seconds",
        "a delivery is answered within them whatever hangs: 200 once durable, else 503 with "
        "Retry-After; what is under way when the API is stopped is stored and answered",
        (
            f"{PATIENCE}::test_whatever_hangs_each_delivery_is_answered_while_it_still_hangs",
            f"{PATIENCE}::test_a_full_queue_refuses_at_once_and_takes_up_again",
            f"{PATIENCE}::test_what_waits_when_the_server_is_stopped_is_stored_and_answered",
        ),
    ),
    Promise(
        "GET `/metrics`",
        "at the root, not below `/api/v1`: what Prometheus scrapes, of this process and of each "
        "tenant by its id; under this machine's and the allowed names only",
        (
            f"{TELEMETRY}::test_deliveries_are_counted_by_what_they_were_answered",
            f"{TELEMETRY}::test_tenants_are_told_as_the_status_tells_them",
            f"{TELEMETRY}::test_two_processes_sum_to_what_was_sent_and_agree_on_the_tenants",
            f"{TELEMETRY}::test_no_shop_person_or_secret_is_named",
            f"{TELEMETRY}::test_under_a_foreign_name_nothing_is_told",
        ),
    ),
]
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
