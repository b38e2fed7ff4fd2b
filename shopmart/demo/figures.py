"""The figures of each shop, as the demo shows them on the terminal."""

from rich.table import Table

from shopmart.demo.connecting import ConnectedShop
from warehouse.connections import Role, connect
from warehouse.settings import Settings

FIGURES = """
    select
        (select count(*) from marts.customers where tenant_id = %(tenant)s),
        coalesce(sum(orders), 0),
        coalesce(sum(gross_sales), 0),
        coalesce(sum(discounts), 0),
        coalesce(sum(returns), 0),
        coalesce(sum(net_sales), 0),
        coalesce(sum(total_sales), 0)
    from marts.daily_sales
    where tenant_id = %(tenant)s
"""


def figures_table(settings: Settings, shops: list[ConnectedShop]) -> Table:
    """One line for each shop, read as the API reads: one tenant at a time, under row security."""
    table = Table(
        "shop", "customers", "orders", "gross", "discounts", "returns", "net", "total sales", ""
    )
    for each in shops:
        customers, orders, *money = _figures(settings, each.tenant.tenant_id)
        currency = _currency(settings, each.tenant.tenant_id)
        amounts = [f"{amount:,.2f}" for amount in money]
        table.add_row(each.tenant.name, str(customers), str(orders), *amounts, currency)
    return table


def marts_exist(settings: Settings) -> bool:
    """Whether a build has run in this database."""
    with connect(settings, Role.OWNER) as connection:
        row = connection.execute("select to_regclass('marts.daily_sales') is not null").fetchone()
    return bool(row and row[0])


def _figures(settings: Settings, tenant_id: int) -> tuple[object, ...]:
    with connect(settings, Role.READER) as connection:
        connection.execute(f"set local app.tenant_id = '{int(tenant_id)}'".encode())
        return connection.execute(FIGURES, {"tenant": tenant_id}).fetchall()[0]


def _currency(settings: Settings, tenant_id: int) -> str:
    with connect(settings, Role.CONTROL) as connection:
        row = connection.execute(
            "select currency from control.tenants where tenant_id = %s", [tenant_id]
        ).fetchone()
    return str(row[0]) if row and row[0] else ""
