"""Whether Shopify signed a body: HMAC-SHA256 over its raw bytes, in base64, in constant time."""

import base64
import hmac
from collections.abc import Iterable


def signature_of(body: bytes, secret: str) -> bytes:
    """The signature that Shopify puts in ``X-Shopify-Hmac-Sha256``."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256"))


def is_signed(body: bytes, signature: bytes, secrets: Iterable[str | None]) -> bool:
    """Whether one of the secrets signed it; an absent or empty secret never verifies."""
    usable = [secret for secret in secrets if secret]
    return any(hmac.compare_digest(signature_of(body, secret), signature) for secret in usable)
