"""The pipelines without an orchestrator: ``python -m pipelines sync``, ``load-webhooks`` and so on.

Each command does what the scheduled run does, through the same function.
"""

import argparse
import sys
from collections.abc import Sequence

from pipelines.errors import PipelineError
from warehouse.database import with_database
from warehouse.errors import WarehouseError
from warehouse.logs import configure_logging
from warehouse.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status and says each error with its cure."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(with_database(load_settings()), chosen))
    except (PipelineError, WarehouseError) as error:
        _complain(str(error), getattr(error, "hint", None))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines", description=__doc__)
    commands = parser.add_subparsers(required=True)
    sync = commands.add_parser("sync", help="read what changed in the shops")
    sync.add_argument("--tenant", type=int, action="append", help="a tenant id; default: all")
    sync.set_defaults(run=_sync)
    webhooks = commands.add_parser("load-webhooks", help="landed webhooks into the raw tables")
    webhooks.set_defaults(run=_load_webhooks)
    refetch = commands.add_parser("refetch", help="read marked orders again")
    refetch.set_defaults(run=_refetch)
    build = commands.add_parser("build", help="build the marts from the raw tables")
    build.add_argument("--full-refresh", action="store_true")
    build.set_defaults(run=_build)
    live = commands.add_parser("live", help="the loop that turns webhooks into figures in seconds")
    live.set_defaults(run=_live)
    return parser


def _sync(settings: Settings, chosen: argparse.Namespace) -> int:
    from pipelines.sync import sync_tenants

    outcomes = sync_tenants(settings, chosen.tenant, trigger="cli", on_progress=print)
    for outcome in outcomes:
        if outcome.result:
            counts = ", ".join(f"{n} {name}" for name, n in outcome.result.counts.items())
            print(f"tenant {outcome.tenant_id}: {counts} in {outcome.result.duration:.1f} s")
        else:
            _complain(f"tenant {outcome.tenant_id}: {outcome.error}", outcome.hint)
    return 0 if all(outcome.result for outcome in outcomes) else 1


def _load_webhooks(settings: Settings, _: argparse.Namespace) -> int:
    from pipelines.webhooks import load_webhooks

    print(load_webhooks(settings))
    return 0


def _refetch(settings: Settings, _: argparse.Namespace) -> int:
    from pipelines.refetch import refetch_all

    result = refetch_all(settings)
    print(result)
    for tenant_id, problem in result.failures.items():
        _complain(f"tenant {tenant_id}: {problem}", None)
    return 1 if result.failures else 0


def _build(settings: Settings, chosen: argparse.Namespace) -> int:
    from pipelines.build import run_build

    print(run_build(settings, full_refresh=chosen.full_refresh))
    return 0


def _live(settings: Settings, _: argparse.Namespace) -> int:
    from pipelines.live.serving import serve

    configure_logging(settings, service="live")
    return serve(settings)


def _complain(text: str, hint: str | None) -> None:
    print(f"{text}\n  {hint}" if hint else text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
