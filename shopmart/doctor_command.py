"""``shopmart doctor``: the checklist of one shop, each fault with its cure."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from shopmart.context import MESSAGES, OUTPUT, command_settings
from shopmart.tenant_views import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.doctor import Finding

MARKS = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failed": ("✗", "red"),
    "skipped": ("·", "dim"),
}


def doctor(
    tenant: Name,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at everything that a shop's figures rest on, and name the cure of each fault.

    Token, API version, clock, scopes, how far back orders may be read, people's data, webhooks;
    then our own house: last sync, time zone, landed webhooks, loads. Exit 1 when a point failed.
    """
    from pipelines.doctor import examine
    from warehouse.connections import Role, connect
    from warehouse.tenants import find_tenant

    settings = command_settings()
    with connect(settings, Role.CONTROL) as connection:
        found = find_tenant(connection, tenant)
    with MESSAGES.status(f"asking {found.shop_domain}") as status:
        findings = examine(
            settings,
            found.tenant_id,
            on_finding=lambda finding: status.update(f"{finding.name}: {finding.state}"),
        )
    failed = [finding for finding in findings if finding.state == "failed"]
    if as_json:
        told = {
            "tenant": str(found.tenant_id),
            "shopDomain": found.shop_domain,
            "healthy": not failed,
            "findings": [asdict(finding) for finding in findings],
        }
        OUTPUT.print_json(json.dumps(told))
    else:
        _print(findings)
    if failed:
        raise typer.Exit(1)


def _print(findings: "Sequence[Finding]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("", "point", "found", "cure")
    for finding in findings:
        mark, style = MARKS[finding.state]
        words = (finding.name, finding.found, finding.cure or "")
        table.add_row(Text(mark, style=style), *(Text(word) for word in words))
    OUTPUT.print(table)
    counts = {state: sum(one.state == state for one in findings) for state in MARKS}
    OUTPUT.print(f"{counts['failed']} failed, {counts['warning']} warnings, {counts['ok']} well")
