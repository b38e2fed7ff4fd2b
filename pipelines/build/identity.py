"""Who bought what: each identity's keyed hash leads to a random buyer key.

The key of the hash comes from the secret key and is bound as a parameter, so it stands in no
compiled SQL. Buyers named under an older secret key keep their buyer key.
"""

from typing import Any

import psycopg
from pydantic import SecretStr

from pipelines.build.statements import statement
from warehouse.secrets import derived_key
from warehouse.settings import Settings

SHA256_BLOCK = 64
BUYERS = ("new_buyers", "order_buyers", "customer_buyers")
IDENTITIES = (
    "create temporary table identities (tenant_id bigint not null, order_id bigint,"
    " customer_id bigint, identity text not null, identity_hash bytea)"
)


def resolve_identities(
    connection: psycopg.Connection[tuple[Any, ...]],
    settings: Settings,
    parameters: dict[str, Any],
    *,
    with_customers: bool,
) -> None:
    """Give every dirty order, and where asked every touched customer, the buyer it belongs to."""
    connection.execute(IDENTITIES)
    connection.execute(statement("identities"), parameters)
    if with_customers:
        connection.execute(statement("customer_identities"), parameters)
    present, *older = settings.encryption_keys
    connection.execute(statement("hash_identities"), hash_keys(settings, present))
    for key in older:
        connection.execute(statement("rehash_buyers"), hash_keys(settings, key))
    for name in ("erased_buyers", "erased_identities", *BUYERS):
        connection.execute(statement(name), parameters)


def hash_keys(settings: Settings, secret_key: str) -> dict[str, bytes]:
    """The two padded keys of HMAC-SHA256 for the secret key."""
    keyed = settings.model_copy(update={"secret_key": SecretStr(secret_key)})
    key = derived_key(keyed, "buyers").ljust(SHA256_BLOCK, b"\0")
    return {
        "outer": bytes(byte ^ 0x5C for byte in key),
        "inner": bytes(byte ^ 0x36 for byte in key),
    }
