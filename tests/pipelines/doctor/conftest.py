"""A tenant's checklist by the names of its points, and changes behind everybody's back."""

from pipelines.doctor import Finding, examine
from warehouse.connections import Role, connect
from warehouse.settings import Settings


def findings(settings: Settings, tenant_id: int) -> dict[str, Finding]:
    """The checklist by the names of its points."""
    return {finding.name: finding for finding in examine(settings, tenant_id)}


def states(found: dict[str, Finding], state: str) -> set[str]:
    return {name for name, finding in found.items() if finding.state == state}


def execute(settings: Settings, statement: str, *parameters: object) -> None:
    """Change something as the database's owner."""
    with connect(settings, Role.OWNER) as connection:
        connection.execute(statement, parameters)
