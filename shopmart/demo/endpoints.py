"""Where the running demo is: ``endpoints.json`` for scripts, a panel for people."""

import json
from pathlib import Path

from rich.panel import Panel

from shopmart.context import OUTPUT
from shopmart.demo.connecting import ConnectedShop
from shopmart.demo.environment import kept_secret
from warehouse.connections import Role, dsn
from warehouse.settings import Settings

FILE = "endpoints.json"


def write_endpoints(settings: Settings, sandbox_url: str, shops: list[ConnectedShop]) -> Path:
    """Write the file, readable by its owner only; returns its path."""
    content = {
        "api": f"http://{settings.api_host}:{settings.api_port}",
        "dagster": settings.dagster_url,
        "sandbox": sandbox_url,
        "database_url": dsn(settings, Role.OWNER),
        "api_key": api_key(settings),
        "tenants": [
            {
                "id": str(each.tenant.tenant_id),
                "shopDomain": each.shop.shop_domain,
                "webhookSecret": each.shop.webhook_secret,
            }
            for each in shops
        ],
    }
    file = _file(settings)
    partial = file.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(content, indent=2) + "\n")
    partial.replace(file)
    return file


def remove_endpoints(settings: Settings) -> None:
    """Take the file away: nothing answers there any more."""
    _file(settings).unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    """In the home folder itself, where scripts look; the demo's own folder is one below."""
    return settings.home_path.parent / FILE


def api_key(settings: Settings) -> str:
    """The demo's API key; not asked for while authentication is off."""
    return f"smk_{kept_secret(settings.home_path, 'api.key')}"


def print_endpoints(settings: Settings, file: Path) -> None:
    """Tell a person where to look."""
    api = f"http://{settings.api_host}:{settings.api_port}"
    lines = [
        f"API docs     {api}/docs",
        f"Dagster UI   {settings.dagster_url}",
        f"SQL          psql '{dsn(settings, Role.OWNER)}'",
        "             select * from marts.daily_sales order by shop_date desc limit 10;",
        f"API key      {api_key(settings)} (not asked for: authentication is off, loopback only)",
        f"for scripts  {file}",
    ]
    OUTPUT.print(Panel("\n".join(lines), title="Shopmart is running; Ctrl-C stops it"))
