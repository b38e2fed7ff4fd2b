"""The metric catalogue: every figure with its formula, basis, unit and the columns that hold it.

A metric is defined once, where `meta` has a `formula`: on its column, or in the list `metrics` of a
model for a figure that is asked for and not stored. Another column names it only (`metric`), with
a basis of its own where that differs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from shopmart.catalogue.errors import MetricUndefined
from shopmart.catalogue.models import Model

BASES = ("shopify", "order_cohort", "cash", "none")
UNITS = (
    "currency",
    "count",
    "ratio",
    "percent",
    "days",
    "minutes",
    "date",
    "moment",
    "class",
    "flag",
)
MEMBERS = {"metric", "formula", "basis", "unit", "called", "columns"}


@dataclass(frozen=True)
class Metric:
    """One figure. `columns` hold it, each by its basis; one that is not stored is made of them.

    `called` is what people, or the HTTP contract, call it where that is no name of a column.
    """

    name: str
    formula: str
    basis: str
    unit: str
    mart: str
    columns: tuple[tuple[str, str], ...]
    is_stored: bool
    called: str | None = None

    @property
    def sentence(self) -> str:
        """The figure in one sentence, as the API's documentation shows it."""
        dated = "" if self.basis == "none" else f" Basis: {self.basis}."
        return f"{self.formula[0].upper()}{self.formula[1:]}.{dated}"


def catalogue(models: Iterable[Model]) -> list[Metric]:
    """Every metric in the order of its definition; raises MetricUndefined."""
    entries = list(_entries(models))
    metrics: dict[str, Metric] = {}
    for model, column, meta in entries:
        if "formula" in meta:
            _define(metrics, model, column, meta)
    for model, column, meta in entries:
        if column is not None:
            _refer(metrics, model, column, meta)
    return list(metrics.values())


def _entries(models: Iterable[Model]) -> Iterator[tuple[Model, str | None, dict[str, Any]]]:
    for model in models:
        for column in model.columns:
            if "metric" in column.meta:
                yield model, column.name, column.meta
        for asked in model.meta.get("metrics", []):
            yield model, None, asked


def _define(
    metrics: dict[str, Metric], model: Model, column: str | None, meta: dict[str, Any]
) -> None:
    place = f"{model.path.name}: metric {meta.get('metric')!r}"
    if wrong := set(meta) - MEMBERS:
        raise MetricUndefined(f"{place} has the unknown member {min(wrong)!r}: drop it")
    for member, allowed in (("basis", BASES), ("unit", UNITS)):
        if meta.get(member) not in allowed:
            raise MetricUndefined(
                f"{place} has the {member} {meta.get(member)!r}: it is one of {', '.join(allowed)}"
            )
    columns = [(f"{model.name}.{name}", meta["basis"]) for name in meta.get("columns", [])]
    _require_columns(model, place, meta.get("columns", []))
    found = Metric(
        name=meta["metric"],
        formula=meta["formula"],
        basis=meta["basis"],
        unit=meta["unit"],
        mart=model.name,
        columns=tuple(columns) if column is None else (),
        is_stored=column is not None,
        called=meta.get("called"),
    )
    if found.name in metrics:
        raise MetricUndefined(
            f"{place} is defined in {metrics[found.name].mart}.yml already: "
            "leave the formula there and keep only `metric` here"
        )
    metrics[found.name] = found


def _require_columns(model: Model, place: str, names: list[str]) -> None:
    known = {column.name for column in model.columns}
    if missing := sorted(set(names) - known):
        raise MetricUndefined(f"{place} is made of {missing[0]!r}, which {model.name} has not")


def _refer(metrics: dict[str, Metric], model: Model, column: str, meta: dict[str, Any]) -> None:
    name = meta["metric"]
    if name not in metrics:
        raise MetricUndefined(
            f"{model.path.name}: column {column!r} is of the metric {name!r}, which has no formula "
            "anywhere: define it once, with formula, basis and unit"
        )
    basis = meta.get("basis", metrics[name].basis)
    if basis not in BASES:
        raise MetricUndefined(
            f"{model.path.name}: column {column!r} has the basis {basis!r}: "
            f"it is one of {', '.join(BASES)}"
        )
    held = (*metrics[name].columns, (f"{model.name}.{column}", basis))
    metrics[name] = replace(metrics[name], columns=held)
