"""Deliveries and refusals as tables, lines and JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic.alias_generators import to_camel

from shopmart.context import OUTPUT

if TYPE_CHECKING:
    from warehouse.events import Flight
    from warehouse.refusals import Refusal

COLUMNS = ("event", "received", "tenant", "topic", "state", "times", "batch", "load", "why")
LONGEST_WHY = 80


def print_flights(flights: "Sequence[Flight]", *, as_json: bool) -> None:
    """Deliveries, one in a row."""
    from rich.table import Table

    if as_json:
        print_json([flight_document(flight) for flight in flights])
        return
    if not flights:
        OUTPUT.print("no delivery fits; those that were loaded are kept for SHOPMART_LANDING_DAYS")
        return
    table = Table(*COLUMNS)
    for flight in flights:
        table.add_row(*_row(flight))
    OUTPUT.print(table)


def print_flight(flight: "Flight", headers: Mapping[str, str], *, as_json: bool) -> None:
    """One delivery with its headers, line by line."""
    told = {**flight_document(flight), "headers": dict(headers)}
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        if isinstance(value, dict):
            for header, text in value.items():
                OUTPUT.print(f"{header}: {text}", soft_wrap=True)
        elif value is not None:
            OUTPUT.print(f"{name}: {value}", soft_wrap=True)


def print_refusals(refusals: "Sequence[Refusal]", *, as_json: bool) -> None:
    """What was not taken, one day, cause and shop in a row."""
    from rich.table import Table

    if as_json:
        print_json([{to_camel(name): v for name, v in asdict(one).items()} for one in refusals])
        return
    if not refusals:
        OUTPUT.print("nothing was refused")
        return
    table = Table("day", "cause", "shop it named", "deliveries", "last")
    for one in refusals:
        last = f"{one.last_at:%H:%M:%S} UTC"
        table.add_row(str(one.day), one.cause, one.shop_domain, str(one.deliveries), last)
    OUTPUT.print(table)


def flight_document(flight: "Flight") -> dict[str, object]:
    """A delivery as JSON: ids are texts."""
    told = asdict(flight)
    for name in ("event_id", "tenant_id", "batch_id"):
        told[name] = None if told[name] is None else str(told[name])
    return {to_camel(name): value for name, value in told.items()}


def print_json(told: object) -> None:
    """A document as JSON, its times in ISO 8601."""
    OUTPUT.print_json(json.dumps(told, default=_plain))


def _row(flight: "Flight") -> tuple[str, ...]:
    why = (flight.reason or "")[:LONGEST_WHY] if flight.state == "quarantined" else ""
    return (
        str(flight.event_id),
        f"{flight.received_at:%Y-%m-%d %H:%M:%S}",
        str(flight.tenant_id),
        flight.topic,
        flight.state,
        str(flight.deliveries),
        "" if flight.batch_id is None else str(flight.batch_id),
        flight.load_id or "",
        why,
    )


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
