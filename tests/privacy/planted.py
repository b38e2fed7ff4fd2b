"""A person planted everywhere: every field of every kind of document that can tell of one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.dbt_project.documents import (
    admin_line,
    admin_order,
    agreement,
    paid_back,
    refund_line,
    sale,
    webhook_line,
    webhook_order,
    webhook_refund,
)

Body = dict[str, Any]
CUSTOMER, MERGED, OTHER = 5, 7, 6
EMAIL, PHONE = "zaphod.quuxley@plant.example", "+1 (555) 010-0777"
# What must be found nowhere once the person is erased.
NEEDLES = (
    *("zaphod", "quuxley", "plantstreet", "plantville", "010-0777", "5550100777", "planted"),
    "203.0.113.77",
)
NEIGHBOUR = "arthur.dent@other.example"
ADDRESS = {
    "first_name": "Zaphod",
    "last_name": "Quuxley",
    "name": "Zaphod Quuxley",
    "company": "Planted Inc",
    "address1": "42 Plantstreet",
    "city": "Plantville",
    "zip": "PL4 NT3",
    "phone": PHONE,
    "country_code": "GB",
    "latitude": 51.5,
}
LATER = "2026-03-02T10:00:00Z"


def customer(number: int = CUSTOMER, **changes: object) -> Body:
    """The body of customers/*."""
    return {
        "id": number,
        "email": EMAIL,
        "phone": PHONE,
        "first_name": "Zaphod",
        "last_name": "Quuxley",
        "note": "planted note",
        "tags": "planted",
        "currency": "USD",
        "created_at": "2026-01-01T10:00:00Z",
        "updated_at": "2026-01-05T10:00:00Z",
        "addresses": [ADDRESS],
        "default_address": ADDRESS,
        **changes,
    }


def order(number: int, **changes: object) -> Body:
    """The body of orders/*, with the person in every corner."""
    line = webhook_line(number * 10, 10, 2, properties=[{"name": "to", "value": "Zaphod"}])
    typed = webhook_line(number * 10 + 1, 3, title="Engraving for Zaphod", product_id=None)
    return webhook_order(
        number,
        [line, typed],
        23,
        email=EMAIL,
        contact_email=EMAIL,
        phone=PHONE,
        customer={**customer(), "default_address": ADDRESS},
        billing_address=ADDRESS,
        shipping_address=ADDRESS,
        browser_ip="203.0.113.77",
        client_details={"browser_ip": "203.0.113.77", "user_agent": "planted agent"},
        note="planted note",
        note_attributes=[{"name": "gift", "value": "for Zaphod"}],
        tags="planted",
        landing_site="/?who=zaphod",
        order_status_url="https://shop.example/orders/planted",
        payment_details={"credit_card_name": "Zaphod Quuxley"},
        checkout_token=f"token-{number}",
        cart_token=f"cart-{number}",
        shipping_lines=[{"id": number, "price": "0.00", "phone": PHONE, "title": "42 Plantstreet"}],
    ) | dict(changes)


def guest(number: int, **changes: object) -> Body:
    """An order of nobody who has a number."""
    return order(number, customer=None) | dict(changes)


def neighbour(number: int) -> Body:
    """An order of somebody else."""
    line = webhook_line(number * 10, 50)
    other = {"id": OTHER, "email": NEIGHBOUR, "first_name": "Arthur", "last_name": "Dent"}
    return webhook_order(number, [line], 50, email=NEIGHBOUR, customer=other)


def refund(number: int, of: int) -> Body:
    """The body of refunds/create."""
    return webhook_refund(
        number,
        of,
        LATER,
        [refund_line(number, of * 10, 1, 10.0)],
        note="planted reason",
        transactions=[
            paid_back(number, 10, receipt={"name": "Zaphod"}, payment_details={"n": "Quuxley"})
        ],
    )


def edit(number: int, of: int) -> Body:
    """The body of orders/edited."""
    return {
        "order_edit": {
            "id": number,
            "order_id": of,
            "committed_at": LATER,
            "staff_note": "planted: Zaphod called",
            "line_items": {"additions": [], "removals": [{"id": of * 10, "delta": 1}]},
        }
    }


def checkout(token: str, **changes: object) -> Body:
    """The body of checkouts/*."""
    return {
        "token": token,
        "cart_token": f"cart-of-{token}",
        "email": EMAIL,
        "phone": PHONE,
        "customer": None,
        "created_at": "2026-02-01T10:00:00Z",
        "updated_at": "2026-02-01T10:05:00Z",
        "currency": "USD",
        "total_price": "20.00",
        "abandoned_checkout_url": "https://shop.example/planted",
        "billing_address": ADDRESS,
        "shipping_address": ADDRESS,
        "note": "planted",
        "line_items": [{"product_id": 5, "quantity": 1, "price": "20.00", "title": "Tea"}],
    } | dict(changes)


def cart(token: str) -> Body:
    """The body of carts/*."""
    return {
        "id": token,
        "token": token,
        "note": "planted",
        "created_at": "2026-02-01T10:00:00Z",
        "updated_at": "2026-02-01T10:01:00Z",
        "line_items": [{"properties": {"to": "Zaphod"}}],
    }


def admin_documents() -> list[tuple[str, Body]]:
    """What a sync reads: the person's order 2 with agreements, and the customer."""
    paid = agreement(2, [sale(2, 20, quantity=2, line=20), sale(3, 3, quantity=1, line=21)])
    lines = [admin_line(20, 10, 2), admin_line(21, 3, title="Engraving for Zaphod", product=None)]
    told = admin_order(
        2,
        lines,
        [paid],
        email=EMAIL,
        phone=PHONE,
        customer={"id": f"gid://shopify/Customer/{CUSTOMER}"},
        note="planted",
        tags=["planted"],
        shippingAddress={"zip": "planted"},
        checkoutToken="token-2",
    )
    person = {
        "id": f"gid://shopify/Customer/{CUSTOMER}",
        "createdAt": "2026-01-01T10:00:00Z",
        "updatedAt": "2026-01-06T10:00:00Z",
        "firstName": "Zaphod",
        "lastName": "Quuxley",
        "displayName": "Zaphod Quuxley",
        "note": "planted",
        "amountSpent": {"amount": "23.0", "currencyCode": "USD"},
        "statistics": {"rfmGroup": "CHAMPIONS"},
        "defaultEmailAddress": {"emailAddress": EMAIL},
        "defaultPhoneNumber": {"phoneNumber": PHONE},
        "defaultAddress": {"city": "Plantville", "zip": "planted"},
    }
    return [("orders", told), ("customers", person)]


def landed() -> list[tuple[str, Body | bytes]]:
    """Every webhook that the shop sent, in the order of their arrival."""
    merge = {
        "admin_graphql_api_customer_kept_id": f"gid://shopify/Customer/{CUSTOMER}",
        "admin_graphql_api_customer_deleted_id": f"gid://shopify/Customer/{MERGED}",
        "status": "completed",
        "errors": [{"message": "Zaphod Quuxley"}],
    }
    older = {**customer(MERGED), "email": "old.zaphod@plant.example"}
    return [
        ("customers/create", customer()),
        ("customers/create", customer(OTHER, email=NEIGHBOUR, phone=None, first_name="Arthur",
                                      last_name="Dent", note=None, tags="", addresses=[],
                                      default_address=None)),
        ("customers/merge", merge),
        ("carts/create", cart("cart-of-open")),
        ("checkouts/create", checkout("token-1")),
        ("checkouts/create", checkout("open")),
        ("orders/create", order(1)),
        ("orders/create", order(2)),
        ("orders/create", guest(3, email=f"  {EMAIL.upper()}", contact_email=None)),
        ("orders/create", neighbour(4)),
        ("orders/create", order(8, customer=older, email=older["email"],
                                contact_email=older["email"])),
        ("orders/create", guest(9, email=None, contact_email=None, phone="0015550100777")),
        ("orders/updated", order(1, updated_at="2026-02-20T10:00:00Z")),
        ("refunds/create", refund(70, of=1)),
        ("orders/edited", edit(80, of=2)),
        ("order_transactions/create", {"id": 90, "order_id": 1, "receipt": {"n": "Zaphod"}}),
        ("orders/create", {**order(11), "total_price": EMAIL}),
        ("orders/create", b'{"email": "' + EMAIL.encode() + b'", planted'),
    ]  # fmt: skip


def redact(*orders: int, **customer_changes: object) -> Body:
    """The body of customers/redact."""
    person = {"id": CUSTOMER, "email": EMAIL, "phone": PHONE} | customer_changes
    return {"shop_id": 1, "customer": person, "orders_to_redact": list(orders)}


def recent(**back: int) -> datetime:
    """A moment of today, in UTC."""
    return datetime.now(UTC) - timedelta(**back)
