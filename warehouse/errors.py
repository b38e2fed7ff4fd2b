"""The errors of the ground floor.

WarehouseError
├── ConfigurationError      a setting is missing or wrong; the message names it and its cure
├── DatabaseUnavailable     Postgres cannot be started or reached
├── MigrationError          the database and these migrations do not belong together
├── LockHeld                another process holds a lock for longer than is waited for
├── BackupFailed            a backup could not be made or restored; nothing was changed
├── SealError               a sealed secret cannot be opened with the configured keys
├── UnknownTenant           no tenant has this id
├── UnknownEvent            no delivery that is still kept has this id
├── TenantErased            the tenant's shop was erased at its own request
├── ShopDomainTaken         another tenant already has this shop
└── InvalidField            a value that a tenant cannot have; ``field`` names it
"""


class WarehouseError(Exception):
    """Base of all errors raised by the warehouse; its text can be shown to a user."""


class ConfigurationError(WarehouseError):
    """A setting is missing or wrong."""


class DatabaseUnavailable(WarehouseError):
    """Postgres cannot be started or reached."""


class MigrationError(WarehouseError):
    """The database was migrated by other files than these."""


class LockHeld(WarehouseError):
    """Another process holds a lock for longer than is waited for; the text names it."""


class BackupFailed(WarehouseError):
    """A backup could not be made, or not be restored; the text names cause and cure."""


class SealError(WarehouseError):
    """A sealed secret was made with another key, or for another tenant, or was altered."""


class UnknownTenant(WarehouseError):
    """No tenant has this id."""


class UnknownEvent(WarehouseError):
    """No delivery that is still kept has this id."""


class TenantErased(WarehouseError):
    """The tenant's shop was erased at its own request; only its receipts are left."""


class ShopDomainTaken(WarehouseError):
    """Another tenant already has this shop domain."""


class InvalidField(WarehouseError):
    """A value that a tenant cannot have."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class InvalidShopDomain(InvalidField):
    """Not a name like ``my-shop.myshopify.com``."""

    def __init__(self, given: str) -> None:
        super().__init__(
            "shopDomain",
            f"{given[:100]!r} is no shop domain; write it like my-shop.myshopify.com",
        )
