"""Pieces that many documents share: money, times, references, addresses, tax lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sandbox.cents import decimal, half_up, scalar
from sandbox.facts import Presentment
from sandbox.identifiers import gid
from sandbox.profiles import Profile

Json = Any
Document = dict[str, Json]


@dataclass(frozen=True)
class Ref:
    """A document that stands elsewhere: resolved when somebody asks for it."""

    kind: str
    number: int


@dataclass(frozen=True)
class Purse:
    """Writes amounts in the shop's currency with the buyer's beside it."""

    currency: str
    presentment: Presentment

    def bag(self, amount: int, seen_as: int | None = None) -> Document:
        """The Admin API's MoneyBag; `seen_as` is the buyer's amount where it is not converted."""
        shop = {"amount": scalar(amount, self.currency), "currencyCode": self.currency}
        if self.presentment.currency == self.currency:
            return {"shopMoney": shop, "presentmentMoney": shop}
        seen = self.presentment.currency
        shown = {
            "amount": scalar(self._shown(amount) if seen_as is None else seen_as, seen),
            "currencyCode": seen,
        }
        return {"shopMoney": shop, "presentmentMoney": shown}

    def pair(self, amount: int) -> Document:
        """The webhook's `*_set`."""
        return {
            "shop_money": {
                "amount": self.flat(amount),
                "currency_code": self.currency,
            },
            "presentment_money": {
                "amount": self.shown(amount),
                "currency_code": self.presentment.currency,
            },
        }

    def flat(self, amount: int) -> str:
        """The plain string beside a set: shop money."""
        return decimal(amount, self.currency)

    def shown(self, amount: int, seen_as: int | None = None) -> str:
        """What the buyer sees."""
        shown = self._shown(amount) if seen_as is None else seen_as
        return decimal(shown, self.presentment.currency)

    def _shown(self, amount: int) -> int:
        same = self.presentment.currency == self.currency
        return amount if same else half_up(amount * self.presentment.rate)


def purse(profile: Profile, presentment: Presentment | None = None) -> Purse:
    """The purse of an order, or of the shop itself."""
    return Purse(profile.currency, presentment or Presentment(profile.currency, Fraction(1)))


def instant(at: datetime) -> str:
    """The Admin API's form of a time."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def local(at: datetime, profile: Profile) -> str:
    """The webhook's form of a time: the shop's own offset."""
    return at.astimezone(profile.zone).isoformat(timespec="seconds")


def address(profile: Profile, number: int, *, first_name: str, last_name: str) -> Document:
    """An address as the Admin API shows it."""
    return {
        "__typename": "MailingAddress",
        "id": gid("MailingAddress", number) + "?model_name=Address",
        "firstName": first_name,
        "lastName": last_name,
        "name": f"{first_name} {last_name}",
        "company": None,
        "address1": f"{number % 240 + 1} Market Street",
        "address2": None,
        "city": profile.province,
        "province": profile.province,
        "provinceCode": profile.province_code,
        "zip": f"{10000 + number % 89999}",
        "country": profile.country_name,
        "countryCodeV2": profile.country,
        "phone": None,
    }
