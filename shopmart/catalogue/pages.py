"""The pages and the words that are made from the models: metrics, compatibility, the API's."""

from collections.abc import Iterable

from shopmart.catalogue.metrics import Metric
from shopmart.catalogue.models import Model

GENERATED = "This page is written by `python -m shopmart.catalogue`; a test compares the two."
UNIT_WORDS = {"currency": "the shop's currency", "none": ""}
METRICS_OPENING = f"""{GENERATED}

# The metrics

Every figure with its formula in words, its basis, its unit and the columns that hold it. The
source is the `meta` beside the columns in `dbt_project/models`; the API's documentation shows the
same words.

- Basis `shopify`: sales on their own day, reversals on theirs, as in Shopify's reports. It is meant
  wherever no other is named. `order_cohort`: everything on the day of its order. `cash`: the
  payments' own days. `none`: a figure that no day dates, or that is dated in its own words.
- Days are the shop's. Amounts stand in the shop's currency; two currencies are never added.
- A metric without a column is asked for, not stored: the formula is its SQL in words.
"""
COMPAT_OPENING = f"""{GENERATED}

# The views for dashboards of dbt_shopify

The schema `compat` has views with the names and columns, in their order, of the models of the dbt
package `dbt_shopify` (1.8), behind a first column `tenant_id`. They read our marts with the rights
of who asks, so row security holds: point a dashboard at `compat` in place of its old schema.

What differs, because a figure means here what [metrics.md](metrics.md) says:

- Test and deleted orders are in no view. Days are the shop's own.
- An order's figures come from the ledger: partial payments, edits and later refunds are right.
- `total_tax`, `shipping_cost` and their like are what was charged. What was given back stands in
  `refund_subtotal`, `refund_total_tax`, `order_adjustment_amount`, `order_adjustment_tax_amount`.
- In `shopify__daily_shop` a refund falls on its own day, not on its order's.
- `shopify__customers` has no guests; `new_vs_repeat` knows them by their e-mail or phone.
- A column that our marts cannot fill is there and null; each is listed below with the reason.
"""


def metrics_page(metrics: Iterable[Metric]) -> str:
    """`docs/metrics.md`."""
    lines = [METRICS_OPENING]
    lines += ["| Metric | Formula | Basis | Unit | Columns |", "|---|---|---|---|---|"]
    for metric in sorted(metrics, key=lambda metric: metric.name):
        held = "<br>".join(_column(metric, *column) for column in metric.columns)
        place = held if metric.is_stored else f"made of {held}"
        called = f"<br>({metric.called})" if metric.called else ""
        lines.append(
            f"| `{metric.name}`{called} | {metric.formula} | {metric.basis} "
            f"| {UNIT_WORDS.get(metric.unit, metric.unit)} | {place} |"
        )
    return "\n".join(lines) + "\n"


def _column(metric: Metric, column: str, basis: str) -> str:
    return f"`{column}`" if basis == metric.basis else f"`{column}` ({basis})"


def compat_page(views: Iterable[Model]) -> str:
    """`docs/compat.md`."""
    lines = [COMPAT_OPENING]
    for view in views:
        filled = [column for column in view.columns if not column.meta.get("is_unfilled")]
        lines += [f"## {view.name}", "", view.description, ""]
        lines += ["| Column | Type | What it is |", "|---|---|---|"]
        lines += [f"| `{one.name}` | {one.data_type} | {one.description} |" for one in filled]
        lines += ["", "Not filled:", ""]
        lines += [f"- {line}" for line in _unfilled(view)]
        lines.append("")
    return "\n".join(lines)


def _unfilled(view: Model) -> list[str]:
    """The unfilled columns of a view, one line for each reason."""
    reasons: dict[str, list[str]] = {}
    for column in view.columns:
        if column.meta.get("is_unfilled"):
            reason = column.description.removeprefix("Not filled: ")
            reasons.setdefault(reason, []).append(f"`{column.name}`")
    return [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]


def api_words(metrics: Iterable[Metric]) -> dict[str, str]:
    """The sentence of each metric, for the API, which may not look into the models."""
    return {metric.name: metric.sentence for metric in sorted(metrics, key=lambda one: one.name)}
