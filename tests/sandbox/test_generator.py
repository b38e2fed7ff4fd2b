"""Every generated shop has the cases that go wrong elsewhere."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.facts import Cancelled, Deleted, Edited, Placed, Refunded, Returned
from sandbox.state.order import Order
from sandbox.state.shop import OPENED, Shop
from sandbox.world import World


@pytest.fixture(params=range(4))
def shop(world: World, request: pytest.FixtureRequest) -> Shop:
    found: Shop = list(world.shops.values())[request.param]
    return found


def orders(shop: Shop) -> list[Order]:
    return list(shop.orders.values())


def test_the_history_lies_in_the_year_before_now(shop: Shop, world: World) -> None:
    times = [fact.at for fact in shop.history if fact.at > OPENED]
    assert times == sorted(times)
    assert times[-1] <= world.now
    assert times[0] >= world.now - timedelta(days=366)


def test_every_payment_state_occurs(shop: Shop) -> None:
    states = {order.financial_status for order in orders(shop)}
    wanted = {"PAID", "PENDING", "VOIDED", "REFUNDED", "PARTIALLY_REFUNDED", "PARTIALLY_PAID"}
    assert wanted <= states


def test_every_sort_of_buyer_occurs(shop: Shop) -> None:
    buyers = [order.placed.buyer for order in orders(shop)]
    guests = [buyer for buyer in buyers if buyer.customer_id is None]
    assert any(buyer.customer_id for buyer in buyers)
    assert any(buyer.email for buyer in guests)
    assert any(buyer.phone and not buyer.email for buyer in guests)
    assert any(not buyer.phone and not buyer.email for buyer in guests)
    typed = {buyer.email for buyer in guests if buyer.email}
    assert len({email.lower() for email in typed}) < len(typed)


def test_discounts_leave_uneven_cents(shop: Shop) -> None:
    parts = [line.order_discount for order in orders(shop) for line in order.placed.lines]
    assert any(part % 5 for part in parts)
    assert any(line.line_discount for order in orders(shop) for line in order.placed.lines)


def test_refunds_come_in_parts_whole_several_and_without_goods(shop: Shop) -> None:
    refunds = Counter(len(order.refunds) for order in orders(shop))
    assert refunds[1] and any(times > 1 for times in refunds)
    facts = [fact for fact in shop.history if isinstance(fact, Refunded)]
    assert any(fact.adjustment for fact in facts)
    assert any(fact.shipping for fact in facts)
    assert any(p.status == "PENDING" for fact in facts for p in fact.payments)
    assert {line.restock for fact in facts for line in fact.lines} == {"RETURN", "NO_RESTOCK"}


def test_rarer_changes_of_orders_occur(shop: Shop) -> None:
    edits = [fact for fact in shop.history if isinstance(fact, Edited)]
    assert any(fact.added for fact in edits)
    assert any(fact.removed for fact in edits)
    assert any(fact.discounted for fact in edits)
    returns = [fact for fact in shop.history if isinstance(fact, Returned)]
    assert {bool(fact.refund) for fact in returns} == {True, False}
    assert any(fact.fee for fact in returns)
    assert any(fact.added for fact in returns)


def test_tips_duties_and_fees_occur(shop: Shop) -> None:
    types = {s.line_type for order in orders(shop) for a in order.agreements for s in a.sales}
    assert {"TIP", "DUTY", "ADDITIONAL_FEE", "FEE", "ADJUSTMENT", "GIFT_CARD"} <= types


def test_money_comes_in_odd_ways(shop: Shop) -> None:
    payments = [payment for order in orders(shop) for payment in order.payments]
    assert {"gift_card", "shopify_store_credit"} <= {p.gateway for p in payments}
    assert any(payment.presented is not None for payment in payments)
    assert any(p.kind == "REFUND" and p.status == "FAILURE" for p in payments)
    assert any(order.received > order.total for order in orders(shop))
    adjustments = [fact.adjustment for fact in shop.history if isinstance(fact, Refunded)]
    assert {one.amount > 0 for one in adjustments if one} == {True, False}


def test_cancelled_orders_reverse_on_their_own_day(shop: Shop) -> None:
    cancelled = [fact for fact in shop.history if isinstance(fact, Cancelled)]
    assert cancelled
    for fact in cancelled:
        if fact.order_id in shop.orders:
            assert shop.orders[fact.order_id].current_total == 0


def test_test_and_deleted_orders_occur(shop: Shop) -> None:
    assert any(isinstance(fact, Placed) and fact.test for fact in shop.history)
    assert any(isinstance(fact, Deleted) for fact in shop.history)


def test_imported_orders_were_processed_earlier(shop: Shop) -> None:
    assert any(order.placed.processed_at < order.placed.at for order in orders(shop))


def test_orders_stand_at_the_edges_of_days(shop: Shop) -> None:
    local = [order.placed.at.astimezone(shop.profile.zone) for order in orders(shop)]
    assert any((at.hour, at.minute, at.second) == (0, 0, 0) for at in local)
    assert any((at.hour, at.minute, at.second) == (23, 59, 59) for at in local)


def test_orders_stand_on_both_days_of_a_clock_change(world: World) -> None:
    for shop in list(world.shops.values())[:3]:
        zone = shop.profile.zone
        days = {order.placed.at.astimezone(zone).date() for order in orders(shop)}
        starts = [datetime(day.year, day.month, day.day, tzinfo=zone) for day in days]
        changed = [at for at in starts if at.utcoffset() != (at + timedelta(days=1)).utcoffset()]
        assert len(changed) >= 2


def test_some_ids_pass_what_a_json_float_can_hold(shop: Shop) -> None:
    numbers = list(shop.orders)
    assert any(number > 2**53 for number in numbers)
    assert any(float(number) != number for number in numbers)
    assert all(number < 2**63 for number in numbers)


def test_all_shops_share_their_ids(world: World) -> None:
    first, *others = [set(shop.orders) for shop in world.shops.values()]
    assert all(len(first & other) > 100 for other in others)


def test_buyers_see_other_currencies(shop: Shop) -> None:
    currencies = {order.placed.presentment.currency for order in orders(shop)}
    assert currencies == {shop.profile.currency, shop.profile.foreign}


def test_times_are_kept_to_the_second(shop: Shop) -> None:
    assert all(fact.at.microsecond == 0 and fact.at.tzinfo is UTC for fact in shop.history)
