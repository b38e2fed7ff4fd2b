"""Signatures."""

import base64

import pytest

from api.webhooks.verification import is_signed, signature_of

BODY = '{"note":"Grüße 🍵"}'.encode()
SECRET = "hush"


def test_the_signature_is_the_one_that_shopify_documents() -> None:
    text = b"The quick brown fox jumps over the lazy dog"
    assert signature_of(text, "key") == b"97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    assert len(base64.b64decode(signature_of(BODY, SECRET))) == 32


def test_the_current_and_the_previous_secret_verify() -> None:
    for secrets in [(SECRET,), ("new", SECRET), (SECRET, None)]:
        assert is_signed(BODY, signature_of(BODY, SECRET), secrets)
    assert not is_signed(BODY, signature_of(BODY, SECRET), ("new", None))


@pytest.mark.parametrize("length", [0, 1, 31, 43, 44, 45, 64, 10_000])
def test_a_wrong_signature_of_any_length_does_not_verify(length: int) -> None:
    assert not is_signed(BODY, b"A" * length, (SECRET,))


@pytest.mark.parametrize("signature", [b"\xff\xfe", b"=", "ü".encode("latin-1")])
def test_bytes_that_are_no_base64_do_not_verify(signature: bytes) -> None:
    assert not is_signed(BODY, signature, (SECRET,))


@pytest.mark.parametrize("secrets", [(), ("",), (None,), ("", None)])
def test_an_absent_or_empty_secret_never_verifies(secrets: tuple[str | None, ...]) -> None:
    assert not is_signed(BODY, signature_of(BODY, ""), secrets)


def test_one_changed_byte_of_the_body_is_seen() -> None:
    assert not is_signed(BODY + b" ", signature_of(BODY, SECRET), (SECRET,))
