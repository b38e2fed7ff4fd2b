"""Each wish has its effect, each kind refuses what it cannot happen to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.errors import BadParameter, NothingSuitable
from sandbox.facts import Cancelled, CustomerSaved, Fact, Paid, Placed, Refunded
from sandbox.kinds.registry import KINDS
from sandbox.state.order import Order
from sandbox.world import World

AT = datetime(2026, 11, 1, 13, tzinfo=UTC)
Json = Any


class Life:
    """The first shop of a small world, with a short way to make things happen."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = next(iter(world.shops.values()))
        self.at = AT

    def happen(self, kind: str, **wishes: Json) -> list[Fact]:
        self.at += timedelta(minutes=1)
        return self.world.happen(self.shop.profile.domain, kind, wishes, self.at)

    def placed(self, **wishes: Json) -> Placed:
        fact = self.happen("order", **{"buyer": "guest_email", "test": False, **wishes})[-1]
        assert isinstance(fact, Placed)
        return fact

    def order(self, **wishes: Json) -> Order:
        return self.shop.orders[self.placed(**wishes).order_id]


@pytest.fixture
def life(fresh: World) -> Life:
    return Life(fresh)


@pytest.mark.parametrize(
    ("buyer", "has"),
    [
        ("customer", (True, None, None)),
        ("new_customer", (True, None, None)),
        ("guest_email", (False, True, False)),
        ("guest_phone", (False, False, True)),
        ("anonymous", (False, False, False)),
    ],
)
def test_the_wished_buyer_buys(life: Life, buyer: str, has: tuple[bool | None, ...]) -> None:
    who = life.placed(buyer=buyer).buyer
    found = (who.customer_id is not None, who.email is not None, who.phone is not None)
    assert all(want in (None, got) for want, got in zip(has, found, strict=True))


def test_a_wished_address_is_kept_as_typed(life: Life) -> None:
    assert life.placed(email="New.Guest@Example.org").buyer.email == "New.Guest@Example.org"


def test_wished_lines_and_quantities_are_bought(life: Life) -> None:
    lines = life.placed(lines=3, quantity=4, gift_card=False).lines
    assert [line.quantity for line in lines] == [4, 4, 4]
    assert len({line.variant_id for line in lines}) == 3


def test_a_gift_card_is_untaxed_and_undiscounted(life: Life) -> None:
    *_, card = life.placed(gift_card=True, discount="both").lines
    assert card.gift_card
    assert (card.tax, card.line_discount, card.order_discount) == (0, 0, 0)
    (only,) = life.placed(gift_card="only").lines
    assert only.gift_card


@pytest.mark.parametrize("discount", ["none", "line", "order", "both"])
def test_the_wished_discounts_are_given(life: Life, discount: str) -> None:
    placed = life.placed(discount=discount, lines=2, quantity=2, gift_card=False)
    by_line = any(line.line_discount for line in placed.lines)
    assert by_line == (discount in ("line", "both"))
    assert (placed.discount_code is not None) == (discount in ("order", "both"))


def test_tax_is_on_what_is_left_after_discounts(life: Life) -> None:
    profile = life.shop.profile
    for line in life.placed(discount="both", lines=3, gift_card=False).lines:
        quoted = line.price * line.quantity - line.line_discount - line.order_discount
        assert abs(line.tax - quoted * profile.tax_rate) <= 0.5


@pytest.mark.parametrize(
    ("payment", "kinds", "status"),
    [
        ("paid", ["SALE"], "PAID"),
        ("authorized", ["AUTHORIZATION"], "AUTHORIZED"),
        ("pending", [], "PENDING"),
        ("partial", ["SALE"], "PARTIALLY_PAID"),
        ("retried", ["SALE", "SALE"], "PAID"),
        ("cash", ["SALE", "CHANGE"], "PAID"),
        ("split", ["SALE", "SALE"], "PAID"),
    ],
)
def test_the_wished_payment_is_made(
    life: Life, payment: str, kinds: list[str], status: str
) -> None:
    order = life.order(payment=payment, discount="none", lines=1)
    assert [p.kind for p in order.payments] == kinds
    assert order.financial_status == status
    if status == "PAID":
        assert order.received == order.total


def test_delivery_and_currency_are_as_wished(life: Life) -> None:
    assert life.placed(shipping=False).shipping is None
    assert life.placed(shipping=True).shipping is not None
    profile = life.shop.profile
    assert life.placed(foreign=True).presentment.currency == profile.foreign
    assert life.placed(foreign=False).presentment.currency == profile.currency


def test_an_imported_order_was_processed_days_ago(life: Life) -> None:
    placed = life.placed(imported_days=4)
    assert placed.at - placed.processed_at == timedelta(days=4)


def test_a_full_refund_gives_everything_back(life: Life) -> None:
    order = life.order(payment="paid", shipping=True, lines=3)
    life.happen("refund", order_id=order.order_id, share="full", shipping=True, pending=False)
    assert order.current_total == 0
    assert (order.refunded, order.financial_status) == (order.received, "REFUNDED")


def test_parts_given_back_never_pass_what_was_sold(life: Life) -> None:
    order = life.order(payment="paid", lines=1, quantity=7, gift_card=False, shipping=True)
    for _ in range(7):
        try:
            life.happen("refund", order_id=order.order_id, share="part", shipping=True)
        except NothingSuitable:
            break
    (line,) = order.placed.lines
    assert 0 < order.returned[line.line_id] <= 7
    assert order.current_total >= 0
    assert order.refunded <= order.received


def test_a_refund_of_an_unpaid_order_moves_no_money(life: Life) -> None:
    order = life.order(payment="pending")
    life.happen("refund", order_id=order.order_id, share="full")
    assert order.payments == []
    assert len(order.refunds) == 1


def test_a_pending_refund_is_not_yet_money_back(life: Life) -> None:
    order = life.order(payment="paid", discount="none")
    life.happen("refund", order_id=order.order_id, share="full", pending=True)
    assert (order.refunded, order.financial_status) == (0, "PAID")


def test_goodwill_closes_an_order_to_refunds(life: Life) -> None:
    order = life.order(payment="paid", discount="none")
    life.happen("refund", order_id=order.order_id, share="goodwill", cents=5)
    with pytest.raises(NothingSuitable, match="not refundable"):
        life.happen("refund", order_id=order.order_id)


def test_goodwill_beyond_what_was_paid_is_refused(life: Life) -> None:
    order = life.order(payment="paid", discount="none")
    with pytest.raises(BadParameter, match="cents"):
        cents = order.total + 1
        life.happen("refund", order_id=order.order_id, share="goodwill", cents=cents)
    unpaid = life.order(payment="pending")
    with pytest.raises(NothingSuitable, match="holds no money"):
        life.happen("refund", order_id=unpaid.order_id, share="goodwill")


@pytest.mark.parametrize("payment", ["paid", "pending", "authorized", "partial"])
def test_a_cancelled_order_sums_to_nothing_and_holds_no_money(life: Life, payment: str) -> None:
    order = life.order(payment=payment, shipping=True, discount="both")
    (fact,) = life.happen("cancel", order_id=order.order_id, reason="FRAUD", pending=False)
    assert isinstance(fact, Cancelled) and fact.reason == "FRAUD"
    assert order.current_total == 0
    assert order.received == order.refunded
    voided = any(p.kind == "VOID" for p in order.payments)
    assert voided == (payment == "authorized")


def test_a_cancellation_after_a_part_refund_reverses_the_rest(life: Life) -> None:
    order = life.order(payment="paid", lines=2, quantity=3, discount="order", shipping=True)
    life.happen("refund", order_id=order.order_id, share="part", pending=False)
    life.happen("cancel", order_id=order.order_id, pending=False)
    assert order.current_total == 0
    assert order.refunded == order.received
    assert len(order.agreements) == 3


def test_an_order_is_cancelled_once(life: Life) -> None:
    order = life.order()
    life.happen("cancel", order_id=order.order_id)
    with pytest.raises(NothingSuitable, match="order_id"):
        life.happen("cancel", order_id=order.order_id)


def test_only_cancelled_and_test_orders_are_deleted(life: Life) -> None:
    plain, test = life.order(), life.order(test=True)
    with pytest.raises(NothingSuitable, match="cancelled or a test"):
        life.happen("delete", order_id=plain.order_id)
    life.happen("delete", order_id=test.order_id)
    assert test.order_id not in life.shop.orders


def test_money_is_captured_or_voided_once(life: Life) -> None:
    order = life.order(payment="authorized", discount="none")
    (fact,) = life.happen("capture", order_id=order.order_id)
    assert isinstance(fact, Paid)
    for kind in ("capture", "void"):
        with pytest.raises(NothingSuitable, match="authorized"):
            life.happen(kind, order_id=order.order_id)


def test_an_updated_customer_keeps_id_and_creation(life: Life) -> None:
    (made,) = life.happen("customer_create")
    assert isinstance(made, CustomerSaved)
    (saved,) = life.happen("customer_update", customer_id=made.customer_id, email="x@example.com")
    assert isinstance(saved, CustomerSaved)
    assert (saved.customer_id, saved.created_at) == (made.customer_id, made.created_at)
    assert (saved.email, saved.tags) == ("x@example.com", ("vip",))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_refuses_a_wish_that_it_does_not_know(life: Life, kind: str) -> None:
    with pytest.raises(BadParameter, match="colour"):
        life.happen(kind, colour="red")


@pytest.mark.parametrize("kind", ["refund", "cancel", "capture", "void", "delete"])
def test_what_needs_an_order_says_so_where_there_is_none(kind: str) -> None:
    empty = Life(World.generate(shops=1, orders=0, now=AT))
    with pytest.raises(NothingSuitable, match="post an event of kind order first"):
        empty.happen(kind)


def test_a_refund_s_facts_name_what_they_give_back(life: Life) -> None:
    order = life.order(payment="paid", lines=2, shipping=True, gift_card=False)
    (fact,) = life.happen("refund", order_id=order.order_id, share="full", restock="NO_RESTOCK")
    assert isinstance(fact, Refunded)
    assert {back.restock for back in fact.lines} == {"NO_RESTOCK"}
    assert sum(b.quantity for b in fact.lines) == sum(n.quantity for n in order.placed.lines)
