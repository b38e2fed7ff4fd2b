"""The README's promises: its commands exist, and its path from nothing to a figure works."""

import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from sandbox.serving import running
from sandbox.world import World
from tests.shopmart.commands import shopmart
from warehouse.connections import Role, dsn
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://shopmart.example/api/v1/webhook/shopify"
README = (ROOT / "README.md").read_text()


def shell_lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def named_commands() -> list[list[str]]:
    table = re.findall(r"^\| `shopmart ([^`]+)`", README, re.MULTILINE)
    blocks = [line.split("shopmart ", 1)[1] for line in shell_lines() if "/shopmart " in line]
    return [command.replace("\\|", " ").split() for command in [*table, *blocks]]


def test_every_command_and_option_in_the_readme_exists() -> None:
    for command in named_commands():
        help_text = shopmart(command[0], "--help")
        assert help_text.returncode == 0, command
        text = help_text.stdout
        if command[0] in {"tenant", "sandbox", "webhooks"}:
            text += shopmart(*command[:2], "--help").stdout
        for option in (word for word in command if word.startswith("--")):
            assert option in text, f"{option} of shopmart {' '.join(command)}"


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^make ([a-z]+)$", README, re.MULTILINE))
    assert targets >= {"demo", "test"}
    for target in targets:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=False)
        assert done.returncode == 0, target


def test_the_first_command_stands_near_the_top() -> None:
    assert README.splitlines().index("make demo") < 30


@pytest.mark.slow
def test_the_way_from_a_new_shop_to_its_figures_works_as_written(
    empty_database: Settings,
) -> None:
    world = World.generate(shops=1, orders=20, seed=3)
    with running(world) as url:
        settings = empty_database.model_copy(update={"shopify_base_url": url + "/{shop}"})
        shop = next(iter(world.shops.values())).profile
        env = {"SHOPMART_SHOPIFY_BASE_URL": settings.shopify_base_url}
        for arguments in (
            ("migrate",),
            (
                *("tenant", "add", shop.domain, "--access-token", shop.access_token),
                *("--webhook-secret", shop.webhook_secret),
            ),
            ("doctor", shop.domain),
            (*("webhooks", "register", shop.domain), *("--address", ADDRESS)),
            ("sync", shop.domain),
            ("build",),
            ("tenant", "show", shop.domain),
        ):
            done = shopmart(*arguments, settings=settings, timeout=120, **env)
            assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    with psycopg.connect(dsn(settings, Role.OWNER)) as connection:
        ((orders, total),) = connection.execute(
            "select sum(orders), sum(total_sales) from marts.daily_sales"
        ).fetchall()
    assert orders > 0 and total > 0
