"""Whether the suite would notice: one line of the models is broken, and the tests must go red.

Each mutation is made in a copy of the project, so the working tree is never touched. A line that is
no longer there is an error that says so: choose the one that took its place.

    python -m tests.proofs.mutations              all of them, a line of progress for each
    python -m tests.proofs.mutations a-refund-adds   only those that are named
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LEFT_OUT = (".*", "__pycache__", "*.egg-info", "target", "node_modules")
KNOWN_ANSWERS = ("tests/dbt_project/test_known_answers.py", "-k", "admin")
GENERATED = ("tests/dbt_project/test_sandbox_truth.py",)
BACKFILLED = ("tests/dbt_project/test_backfilled_checkouts.py",)
UNIT_TESTS = ("tests/dbt_project/test_unit_tests.py",)
PATIENCE = 900.0
# Each runs the tests in a process with a Postgres of its own.
AT_A_TIME = 2
# What pytest exits with when tests ran and some failed; anything else proves nothing.
GREEN, RED = 0, 1


class MutationError(RuntimeError):
    """A mutation that cannot be made or judged."""


@dataclass(frozen=True)
class Mutation:
    """One line of a model: what it says, what it says when broken, and the tests that must see."""

    name: str
    file: str
    line: str
    broken: str
    tests: tuple[str, ...] = KNOWN_ANSWERS


MUTATIONS = (
    Mutation(
        "a-refund-adds",
        "dbt_project/macros/figures.sql",
        "        -sum(net) filter (where line_type = 'adjustment'",
        "        sum(net) filter (where line_type = 'adjustment'",
    ),
    Mutation(
        "an-edit-gives-no-discount",
        "dbt_project/macros/figures.sql",
        "sum(discount) filter (where line_type = 'product' and action in ('order', 'update'))",
        "sum(discount) filter (where line_type = 'product' and action = 'order')",
    ),
    Mutation(
        "a-discount-lowers-gross",
        "dbt_project/models/intermediate/int_sales_agreed.sql",
        "sales.total - sales.tax + sales.discount as gross",
        "sales.total - sales.tax - sales.discount as gross",
    ),
    Mutation(
        "tax-is-goods",
        "dbt_project/models/intermediate/int_sales_agreed.sql",
        "sales.total - sales.tax as net",
        "sales.total as net",
    ),
    Mutation(
        "the-day-is-utc",
        "dbt_project/models/intermediate/ledger.sql",
        "(sales.happened_at at time zone orders.iana_timezone)::date",
        "(sales.happened_at at time zone 'UTC')::date",
        GENERATED,
    ),
    Mutation(
        "figures-of-another-tenant",
        "dbt_project/models/marts/orders.sql",
        "    on orders.tenant_id = figures.tenant_id\n    and orders.order_id = figures.order_id",
        "    on orders.order_id = figures.order_id",
    ),
    Mutation(
        "one-order-repeats",
        "dbt_project/models/marts/customer_lives.sql",
        "coalesce(lives.orders_count, 0) >= 2 as is_repeat",
        "coalesce(lives.orders_count, 0) >= 1 as is_repeat",
    ),
    Mutation(
        "an-email-has-a-case",
        "pipelines/build/statements/identities.sql",
        "nullif(lower(trim(coalesce(",
        "nullif((trim(coalesce(",
    ),
    Mutation(
        "a-gift-card-is-a-sale",
        "dbt_project/macros/figures.sql",
        "sum(total) filter (where line_type not in ('tip', 'gift_card')), 0",
        "sum(total), 0",
        GENERATED,
    ),
    Mutation(
        "a-checkout-counts-twice",
        "dbt_project/models/marts/checkout_lives.sql",
        "checkouts.created_at >= checkouts.checkout_webhooks_from then 'live_known'",
        "checkouts.created_at < checkouts.checkout_webhooks_from then 'live_known'",
        BACKFILLED,
    ),
    Mutation(
        "the-older-document-stands",
        "dbt_project/macros/shopify.sql",
        "                > ({{ documents }}.updated_at, {{ documents }}.origin = 'admin')",
        "                < ({{ documents }}.updated_at, {{ documents }}.origin = 'admin')",
        UNIT_TESTS,
    ),
    Mutation(
        "a-refund-is-heard-twice",
        "dbt_project/models/staging/stg_shopify__refunds.sql",
        "    {{ is_newest('documents', source('raw', 'refunds')) }}\n    and ",
        "    ",
        UNIT_TESTS,
    ),
)
BY_NAME = {mutation.name: mutation for mutation in MUTATIONS}


def is_noticed(mutation: Mutation) -> bool:
    """Whether the tests go red with the broken line; MutationError when they did not run."""
    with copied(PROJECT) as copy:
        break_line(copy, mutation)
        return _outcome(copy, mutation.tests) == RED


def is_green(tests: Sequence[str]) -> bool:
    """Whether the tests pass in a copy with nothing broken."""
    with copied(PROJECT) as copy:
        return _outcome(copy, tests) == GREEN


@contextmanager
def copied(project: Path) -> Iterator[Path]:
    """The project in a temporary folder, without what is made from it."""
    with tempfile.TemporaryDirectory(prefix="shopmart-mutation-") as folder:
        # Postgres reads beside it as an unprivileged user.
        Path(folder).chmod(0o755)
        copy = Path(folder) / "project"
        shutil.copytree(project, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        yield copy


def break_line(copy: Path, mutation: Mutation) -> None:
    """Put the broken line in the place of the one that stands there once."""
    path = copy / mutation.file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if text.count(mutation.line) != 1:
        raise MutationError(
            f"{mutation.name}: {mutation.file} holds the line {text.count(mutation.line)} times,"
            " not once; name in tests/proofs/mutations.py the line that took its place"
        )
    path.write_text(text.replace(mutation.line, mutation.broken), encoding="utf-8")


def _outcome(copy: Path, tests: Sequence[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    # The copy before an installed project of the same name.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    if ran.returncode not in (GREEN, RED):
        raise MutationError(f"the tests did not run: {(ran.stdout + ran.stderr)[-2000:]}")
    return ran.returncode


def main(names: Sequence[str]) -> int:
    """Try the mutations of these names, or all; 0 when every one was noticed."""
    unknown = sorted(set(names) - BY_NAME.keys())
    if unknown:
        print(f"No mutation {unknown[0]!r}; the mutations are {', '.join(BY_NAME)}.")
        return 2
    chosen = [BY_NAME[name] for name in names] or list(MUTATIONS)
    suites = list(dict.fromkeys(mutation.tests for mutation in chosen))
    with ThreadPoolExecutor(AT_A_TIME) as workers:
        for tests, green in zip(suites, workers.map(is_green, suites), strict=True):
            if not green:
                print(f"{' '.join(tests)} is red with nothing broken: repair that first.")
                return 2
        missed = []
        outcomes = zip(chosen, workers.map(is_noticed, chosen), strict=True)
        for number, (mutation, noticed) in enumerate(outcomes, start=1):
            missed += [] if noticed else [mutation.name]
            colour = "red, as it must be" if noticed else "GREEN: nothing noticed"
            print(f"{number}/{len(chosen)} {mutation.name}: {colour}", flush=True)
    print(f"{len(chosen) - len(missed)} of {len(chosen)} noticed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
