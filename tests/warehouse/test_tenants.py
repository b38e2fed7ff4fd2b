"""Tenants: two stay apart, a shop is connected once, and each wrong field is named."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from warehouse.connections import Role, connect
from warehouse.credentials import read_credentials
from warehouse.errors import InvalidField, InvalidShopDomain, ShopDomainTaken, UnknownTenant
from warehouse.secrets import Credentials, Sealer
from warehouse.settings import Settings
from warehouse.tenant_fields import checked_name, normal_shop_domain
from warehouse.tenants import (
    Tenant,
    add_tenant,
    find_tenant,
    get_tenant,
    list_tenants,
    record_shop,
    update_tenant,
)

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def control(settings: Settings) -> Iterator[Connection]:
    with connect(settings, Role.CONTROL, autocommit=True) as connection:
        yield connection


@pytest.fixture
def sealer(settings: Settings) -> Sealer:
    return Sealer.from_settings(settings)


def shop(
    control: Connection, sealer: Sealer, domain: str = "one.myshopify.com", **held: str
) -> Tenant:
    """A connected shop whose secrets are named after its domain."""
    credentials = Credentials(**{"webhook_secret": f"hook of {domain}", **held})
    return add_tenant(control, sealer, name="A shop", shop_domain=domain, credentials=credentials)


def test_a_connected_shop_is_found_as_it_was_given(control: Connection, sealer: Sealer) -> None:
    added = add_tenant(
        control,
        sealer,
        name="  Café 東京　支店 🛍 ",
        shop_domain="HTTPS://My-Shop.myshopify.com/",
        credentials=Credentials(webhook_secret="hook", access_token="token"),
    )
    assert get_tenant(control, added.tenant_id) == added
    assert (added.name, added.shop_domain) == ("Café 東京　支店 🛍", "my-shop.myshopify.com")
    assert (added.status, added.currency, added.has_access_token) == ("active", None, True)


def test_a_shop_without_a_token_says_so(control: Connection, sealer: Sealer) -> None:
    assert shop(control, sealer).has_access_token is False


def test_two_tenants_have_their_own_credentials(control: Connection, sealer: Sealer) -> None:
    one, two = shop(control, sealer), shop(control, sealer, "two.myshopify.com")
    assert [tenant.tenant_id for tenant in list_tenants(control)] == [one.tenant_id, two.tenant_id]
    assert read_credentials(control, sealer, one.tenant_id).webhook_secret.endswith(one.shop_domain)
    assert read_credentials(control, sealer, two.tenant_id).webhook_secret.endswith(two.shop_domain)


def test_a_row_copied_to_another_tenant_does_not_open(
    settings: Settings, control: Connection, sealer: Sealer
) -> None:
    one, two = shop(control, sealer), shop(control, sealer, "two.myshopify.com")
    control.execute(
        "update control.credentials set sealed = (select sealed from control.credentials"
        " where tenant_id = %s) where tenant_id = %s",
        [one.tenant_id, two.tenant_id],
    )
    with pytest.raises(Exception, match="sealed for another tenant"):
        read_credentials(control, sealer, two.tenant_id)


@pytest.mark.parametrize("again", ["one.myshopify.com", "https://ONE.myshopify.com/"])
def test_a_shop_is_connected_once(control: Connection, sealer: Sealer, again: str) -> None:
    first = shop(control, sealer)
    with pytest.raises(ShopDomainTaken, match=r"one\.myshopify\.com is connected already"):
        shop(control, sealer, again)
    assert list_tenants(control) == [first]


@pytest.mark.parametrize(
    "given",
    [
        "shop.myshopify.com",
        " Shop.MyShopify.com ",
        "https://shop.myshopify.com",
        "http://shop.myshopify.com/",
        "shop.myshopify.com//",
    ],
)
def test_a_shop_domain_has_one_form(given: str) -> None:
    assert normal_shop_domain(given) == "shop.myshopify.com"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "shop",
        "shop.example.com",
        "myshopify.com",
        ".myshopify.com",
        "-shop.myshopify.com",
        "a.shop.myshopify.com",
        "shop.myshopify.com.evil.test",
        "evil.test/shop.myshopify.com",
        "shop.myshopify.com/admin",
        "shop.myshopify.com:443",
        "user@shop.myshopify.com",
        "sh op.myshopify.com",
        "shöp.myshopify.com",
        "shop_1.myshopify.com",
        "shop.myshopify.com\x00",
        f"{'a' * 61}.myshopify.com",
        "{shop}.myshopify.com",
    ],
)
def test_what_is_no_shop_domain_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(InvalidShopDomain, match=r"write it like my-shop\.myshopify\.com") as caught:
        normal_shop_domain(given)
    assert caught.value.field == "shopDomain"


@pytest.mark.parametrize("name", ["", "   ", "a" * 201, "a\x00b", "a\nb", "a\x1b[31mb", "a\ud800b"])
def test_a_wrong_name_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidField) as caught:
        checked_name(name)
    assert caught.value.field == "name"


WRONG_CREDENTIALS = [
    ("webhookSecret", {"webhook_secret": ""}),
    ("webhookSecret", {"webhook_secret": "a\n"}),
    ("previousWebhookSecret", {"previous_webhook_secret": ""}),
    ("accessToken", {"access_token": " token"}),
    ("accessToken", {"access_token": "to\r\nken"}),
    ("clientId", {"client_id": "ключ"}),
    ("clientSecret", {"client_secret": "\x00"}),
    ("refreshToken", {"refresh_token": "r" * 1_001}),
    ("refreshToken", {"refresh_token": "without-its-app"}),
]


def test_a_wrong_credential_is_refused_by_name_and_not_shown(
    control: Connection, sealer: Sealer
) -> None:
    for field, held in WRONG_CREDENTIALS:
        with pytest.raises(InvalidField) as caught:
            shop(control, sealer, "a.myshopify.com", **held)
        assert caught.value.field == field
        assert not any(value and value in str(caught.value) for value in held.values())
    assert list_tenants(control) == []


def test_what_cannot_be_an_id_is_an_unknown_tenant(control: Connection, sealer: Sealer) -> None:
    shop(control, sealer)
    texts = ["0", "-1", "+1", "1.0", "1e3", " 1", "01", "", "one", "\uff11", "²", "\x00", "9" * 19]
    wrong: list[int | str] = [*texts, "9" * 5000, 2**63, -1, 0]
    for given in wrong:
        with pytest.raises(UnknownTenant) as caught:
            get_tenant(control, given)
        assert len(str(caught.value)) < 200


def test_an_id_is_taken_as_text_too(control: Connection, sealer: Sealer) -> None:
    added = shop(control, sealer)
    assert get_tenant(control, str(added.tenant_id)) == added


def test_a_person_finds_a_shop_by_id_domain_or_its_first_part(
    control: Connection, sealer: Sealer
) -> None:
    added = shop(control, sealer)
    for name in (str(added.tenant_id), "one.myshopify.com", " ONE ", "https://one.myshopify.com/"):
        assert find_tenant(control, name) == added


def test_an_id_never_means_a_shop_whose_domain_is_that_number(
    control: Connection, sealer: Sealer
) -> None:
    first = shop(control, sealer)
    shop(control, sealer, f"{first.tenant_id}.myshopify.com")
    assert find_tenant(control, str(first.tenant_id)) == first


def test_a_shop_that_nobody_connected_is_not_found(control: Connection, sealer: Sealer) -> None:
    shop(control, sealer)
    for name in ("two", "two.myshopify.com", "999", "", "\x00", "\ud800", "a b.c"):
        with pytest.raises(UnknownTenant):
            find_tenant(control, name)


def test_a_changed_name_and_token_are_kept_and_the_rest_stays(
    control: Connection, sealer: Sealer
) -> None:
    added = shop(control, sealer)
    changed = update_tenant(
        control, sealer, added.tenant_id, name=" B ", credentials={"access_token": "token"}
    )
    assert (changed.name, changed.has_access_token) == ("B", True)
    kept = read_credentials(control, sealer, added.tenant_id)
    assert (kept.webhook_secret, kept.access_token) == ("hook of one.myshopify.com", "token")


def test_a_refused_change_changes_nothing(control: Connection, sealer: Sealer) -> None:
    added = shop(control, sealer)
    for wrong in ({"access_token": ""}, {"webhook_secret": None}, {"acess_token": "x"}):
        with pytest.raises(InvalidField):
            update_tenant(control, sealer, added.tenant_id, name="B", credentials=wrong)
    assert get_tenant(control, added.tenant_id) == added


def test_what_nobody_connected_cannot_be_changed_or_read(
    control: Connection, sealer: Sealer
) -> None:
    with pytest.raises(UnknownTenant):
        update_tenant(control, sealer, "12", name="B")
    with pytest.raises(UnknownTenant):
        read_credentials(control, sealer, 12)


def test_the_loader_reads_credentials_and_keeps_what_the_shop_states(
    settings: Settings, control: Connection, sealer: Sealer
) -> None:
    added = shop(control, sealer, access_token="token")
    with connect(settings, Role.LOADER) as loader:
        assert read_credentials(loader, sealer, added.tenant_id).access_token == "token"
        record_shop(loader, added.tenant_id, iana_timezone="Asia/Tokyo", currency="JPY")
    told = get_tenant(control, added.tenant_id)
    assert (told.iana_timezone, told.currency) == ("Asia/Tokyo", "JPY")
