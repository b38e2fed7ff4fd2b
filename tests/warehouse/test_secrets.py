"""Sealed credentials: bound to their tenant, opened by older keys, shown by nothing."""

import json
import traceback
from dataclasses import asdict
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.conftest import settings_for
from warehouse.errors import InvalidField, SealError
from warehouse.secrets import Credentials, Sealer, derived_key
from warehouse.settings import Settings

OLD, NEW = "the key that came first", "the key that came second"
CREDENTIALS = Credentials(
    webhook_secret="planted-webhook-secret",
    previous_webhook_secret="planted-previous-secret",
    access_token="planted-access-token",
    client_id="planted-client-id",
    client_secret="planted-client-secret",
    refresh_token="planted-refresh-token",
)


def settings_with(keys: str) -> Settings:
    """Settings of no database with these secret keys."""
    return settings_for(Path("home"), "postgresql://h/d", secret_key=SecretStr(keys))


def test_what_was_sealed_opens_again_whole() -> None:
    sealer = Sealer([OLD])
    assert sealer.open(7, sealer.seal(7, CREDENTIALS)) == CREDENTIALS


def test_credentials_copied_to_another_tenant_do_not_open() -> None:
    sealer = Sealer([OLD])
    with pytest.raises(SealError, match="tenant 8 were sealed for another tenant"):
        sealer.open(8, sealer.seal(7, CREDENTIALS))


@pytest.mark.parametrize("position", [0, 20, -1])
def test_an_altered_byte_is_noticed(position: int) -> None:
    sealed = bytearray(Sealer([OLD]).seal(7, CREDENTIALS))
    sealed[position] ^= 1
    with pytest.raises(SealError):
        Sealer([OLD]).open(7, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"not sealed", b"\x00\xff"])
def test_bytes_that_were_never_sealed_do_not_open(sealed: bytes) -> None:
    with pytest.raises(SealError):
        Sealer([OLD]).open(7, sealed)


def test_another_key_opens_nothing_and_the_cure_is_named() -> None:
    with pytest.raises(SealError, match="SHOPMART_SECRET_KEY=new,old"):
        Sealer([NEW]).open(7, Sealer([OLD]).seal(7, CREDENTIALS))


def test_after_a_rotation_the_old_key_opens_and_the_new_key_seals() -> None:
    rotated = Sealer.from_settings(settings_with(f"{NEW}, {OLD}"))
    assert rotated.open(7, Sealer([OLD]).seal(7, CREDENTIALS)) == CREDENTIALS
    assert Sealer([NEW]).open(7, rotated.seal(7, CREDENTIALS)) == CREDENTIALS


def test_sealing_twice_gives_different_bytes_so_equal_tokens_cannot_be_told() -> None:
    sealer = Sealer([OLD])
    assert sealer.seal(7, CREDENTIALS) != sealer.seal(7, CREDENTIALS)


def test_no_plain_text_stands_in_the_sealed_bytes() -> None:
    assert b"planted" not in Sealer([OLD]).seal(7, CREDENTIALS)


def test_credentials_are_not_shown_by_repr_str_or_format() -> None:
    for shown in (repr(CREDENTIALS), str(CREDENTIALS), f"{CREDENTIALS}", f"{[CREDENTIALS]}"):
        assert "planted" not in shown


def test_a_seal_error_shows_neither_key_nor_credentials() -> None:
    try:
        Sealer([NEW]).open(7, Sealer([OLD]).seal(7, CREDENTIALS))
    except SealError as error:
        shown = "".join(traceback.format_exception(error))
    assert "planted" not in shown
    assert OLD not in shown
    assert NEW not in shown


def test_a_sealer_shows_no_key() -> None:
    assert OLD not in repr(Sealer([OLD]))
    assert OLD not in repr(vars(Sealer([OLD])))


def test_a_changed_webhook_secret_keeps_the_one_before_for_deliveries_on_their_way() -> None:
    changed = CREDENTIALS.changed({"webhook_secret": "another"})
    assert changed.webhook_secret == "another"
    assert changed.previous_webhook_secret == "planted-webhook-secret"


def test_an_unchanged_webhook_secret_moves_nothing() -> None:
    same = CREDENTIALS.changed({"webhook_secret": "planted-webhook-secret"})
    assert same == CREDENTIALS


def test_the_previous_webhook_secret_can_be_ended_by_name() -> None:
    changed = CREDENTIALS.changed({"webhook_secret": "another", "previous_webhook_secret": None})
    assert changed.previous_webhook_secret is None


def test_other_credentials_change_alone() -> None:
    changed = CREDENTIALS.changed({"access_token": "another"})
    assert asdict(changed) == {**asdict(CREDENTIALS), "access_token": "another"}


def test_a_credential_that_does_not_exist_is_refused_by_name_without_its_value() -> None:
    with pytest.raises(InvalidField, match="acess_token: is no credential") as caught:
        CREDENTIALS.changed({"acess_token": "planted-typo"})
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    ("held", "can_read"),
    [
        ({}, False),
        ({"access_token": "t"}, True),
        ({"refresh_token": "r"}, True),
        ({"client_id": "i"}, False),
        ({"client_secret": "s"}, False),
        ({"client_id": "i", "client_secret": "s"}, True),
    ],
)
def test_shopify_can_be_read_with_a_token_or_with_what_asks_for_one(
    held: dict[str, str], can_read: bool
) -> None:
    assert Credentials(webhook_secret="w", **held).can_read_shopify is can_read


def test_keys_for_different_purposes_differ_and_follow_the_first_secret_key() -> None:
    one = settings_with(OLD)
    assert derived_key(one, "a") != derived_key(one, "b")
    assert derived_key(one, "a") == derived_key(settings_with(f"{OLD},{NEW}"), "a")
    assert derived_key(one, "a") != derived_key(settings_with(f"{NEW},{OLD}"), "a")


GRANTED = Credentials(
    webhook_secret="w",
    client_id="id",
    client_secret="secret",
    access_token="granted",
    access_token_expires_at="2026-11-01T10:00:00+00:00",
    refresh_token="refresh",
    refresh_token_expires_at="2027-01-01T00:00:00+00:00",
)


@pytest.mark.parametrize("key", ["client_id", "client_secret", "refresh_token"])
def test_a_token_granted_for_other_keys_goes_with_them(key: str) -> None:
    changed = GRANTED.changed({key: "another"})
    assert (changed.access_token, changed.access_token_expires_at) == (None, None)


def test_a_lasting_token_stays_when_keys_are_added() -> None:
    lasting = Credentials(webhook_secret="w", access_token="lasting")
    assert lasting.changed({"client_id": "i", "client_secret": "s"}).access_token == "lasting"


def test_a_token_given_by_hand_has_no_expiry_of_the_one_before() -> None:
    changed = GRANTED.changed({"access_token": "by hand"})
    assert (changed.access_token, changed.access_token_expires_at) == ("by hand", None)


def test_another_refresh_token_has_no_expiry_of_the_one_before() -> None:
    assert GRANTED.changed({"refresh_token": "another"}).refresh_token_expires_at is None


def test_tokens_that_shopify_granted_together_are_kept_together() -> None:
    together: dict[str, str | None] = {
        "access_token": "a",
        "access_token_expires_at": "2026-12-01T00:00:00+00:00",
        "refresh_token": "r",
        "refresh_token_expires_at": "2027-02-01T00:00:00+00:00",
    }
    assert asdict(GRANTED.changed(together)) == {**asdict(GRANTED), **together}


def test_credentials_sealed_before_tokens_could_expire_still_open() -> None:
    sealer = Sealer([OLD])
    older = {"tenant_id": 7, "webhook_secret": "w", "access_token": "a"}
    sealed = sealer._fernet.encrypt(json.dumps(older).encode())
    assert sealer.open(7, sealed) == Credentials(webhook_secret="w", access_token="a")
