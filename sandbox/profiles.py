"""The shops that the sandbox can open: currency, zone, tax and names, in a fixed turn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

SCOPES = (
    "read_all_orders",
    "read_customer_merge",
    "read_customers",
    "read_inventory",
    "read_locations",
    "read_orders",
    "read_products",
    "read_returns",
)


@dataclass(frozen=True)
class Profile:
    """One shop's standing facts."""

    shop_id: int
    name: str
    domain: str
    currency: str
    timezone: str
    taxes_included: bool
    tax_rate: Fraction
    tax_title: str
    country: str
    country_name: str
    province: str
    province_code: str
    foreign: str
    foreign_rate: Fraction
    access_token: str
    webhook_secret: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose midnight ends the shop's day."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class _Kind:
    name: str
    slug: str
    currency: str
    timezone: str
    taxes_included: bool
    tax_rate: Fraction
    tax_title: str
    place: tuple[str, str, str, str]
    foreign: str
    foreign_rate: Fraction


_KINDS = (
    _Kind(
        name="Hudson Outfitters",
        slug="hudson-outfitters",
        currency="USD",
        timezone="America/New_York",
        taxes_included=False,
        tax_rate=Fraction(8875, 100000),
        tax_title="New York State Tax",
        place=("US", "United States", "New York", "NY"),
        foreign="CAD",
        foreign_rate=Fraction(137, 100),
    ),
    _Kind(
        name="Spree Kontor",
        slug="spree-kontor",
        currency="EUR",
        timezone="Europe/Berlin",
        taxes_included=True,
        tax_rate=Fraction(19, 100),
        tax_title="MwSt",
        place=("DE", "Germany", "Berlin", "BE"),
        foreign="CHF",
        foreign_rate=Fraction(94, 100),
    ),
    _Kind(
        name="Harbour & Reef",
        slug="harbour-and-reef",
        currency="AUD",
        timezone="Australia/Sydney",
        taxes_included=True,
        tax_rate=Fraction(10, 100),
        tax_title="GST",
        place=("AU", "Australia", "New South Wales", "NSW"),
        foreign="USD",
        foreign_rate=Fraction(65, 100),
    ),
    _Kind(
        name="Sumida Goods",
        slug="sumida-goods",
        currency="JPY",
        timezone="Asia/Tokyo",
        taxes_included=True,
        tax_rate=Fraction(10, 100),
        tax_title="Consumption tax",
        place=("JP", "Japan", "Tokyo", "JP-13"),
        foreign="USD",
        foreign_rate=Fraction(64, 100),
    ),
)


def profile(index: int, *, seed: int) -> Profile:
    """The shop at this place in the turn; later rounds get a number behind their name."""
    kind, lap = _KINDS[index % len(_KINDS)], index // len(_KINDS)
    slug = kind.slug if lap == 0 else f"{kind.slug}-{lap + 1}"
    country, country_name, province, province_code = kind.place
    return Profile(
        shop_id=548_380_009 + index,
        name=kind.name if lap == 0 else f"{kind.name} {lap + 1}",
        domain=f"{slug}.myshopify.com",
        currency=kind.currency,
        timezone=kind.timezone,
        taxes_included=kind.taxes_included,
        tax_rate=kind.tax_rate,
        tax_title=kind.tax_title,
        country=country,
        country_name=country_name,
        province=province,
        province_code=province_code,
        foreign=kind.foreign,
        foreign_rate=kind.foreign_rate,
        access_token="shpat_" + _derived(slug, seed, "token")[:32],
        webhook_secret=_derived(slug, seed, "webhook"),
    )


def _derived(slug: str, seed: int, purpose: str) -> str:
    """A secret of the imitation, the same at every start."""
    return hashlib.sha256(f"{purpose}:{slug}:{seed}".encode()).hexdigest()
