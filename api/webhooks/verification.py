"""Whether Shopify signed a body: HMAC-SHA256 over its raw bytes, in base64, in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def signature_of(body: bytes, secret: str) -> bytes:
    """The signature that Shopify puts in ``X-Shopify-Hmac-Sha256``."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest)


def is_signed(body: bytes, signature: bytes, secrets: Iterable[str | None]) -> bool:
    """Whether one of the secrets signed it; an absent or empty secret never verifies."""
    usable = [secret for secret in secrets if secret]
    return any(hmac.compare_digest(signature_of(body, secret), signature) for secret in usable)
