"""What an operator is told holds: commands, status fields, meters that alerts ask for, cures."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client import CollectorRegistry

from api.telemetry.standing import Standing
from pipelines.live.meters import Meters
from sandbox.serving import running
from sandbox.world import World
from tests.api.shops import serving
from tests.api.telemetry.scrapes import Scrape
from tests.shopmart.commands import shopmart
from warehouse.ports import free_port
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operations.md").read_text()
GROUPS = yaml.safe_load((ROOT / "docs/alerts.yml").read_text())["groups"]
RULES = [rule for group in GROUPS for rule in group["rules"]]
# Prometheus makes these two of its own.
ITS_OWN = {"up"}
FUNCTIONS = {
    *("sum", "max", "min", "by", "on", "unless", "and", "le"),
    *("rate", "increase", "histogram_quantile", "min_over_time"),
}
DURATION = re.compile(r"\d+[smhd]")


def shell_lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def commands() -> list[list[str]]:
    lines = [line.split("shopmart ", 1)[1] for line in shell_lines() if "/shopmart " in line]
    return [line.split() for line in lines]


def named_in(expression: str) -> set[str]:
    """The metrics of an expression: its words, but for labels, texts and functions."""
    bare = re.sub(r'\{[^}]*\}|"[^"]*"|\[\w+\]|\b(?:by|on)\s*\([^)]*\)', " ", expression)
    return set(re.findall(r"\b[a-zA-Z_]\w*", bare)) - FUNCTIONS


def labels_in(expression: str) -> set[str]:
    """The labels that an expression chooses or groups by."""
    chosen = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression)
    grouped = re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression)
    return {*chosen, *(name.strip() for group in grouped for name in group.split(","))}


@pytest.fixture(scope="module")
def families() -> dict[str, set[str]]:
    """Each name that a meter of ours may have in an expression, with its labels."""
    from api.services import Services

    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        secret_key="a secret key that only tests use",  # type: ignore[arg-type]
        database_url="postgresql://a:b@127.0.0.1:1/c",  # type: ignore[arg-type]
    )
    found: dict[str, set[str]] = {}
    services = Services.of(settings)
    services.meters.requested(
        {"type": "http", "path": "/x", "method": "GET"}, status=200, seconds=0.1
    )
    for registry in (services.meters.registry, Meters().registry, told_of_a_tenant()):
        for family in registry.collect():
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


def told_of_a_tenant() -> CollectorRegistry:
    """Every gauge of a tenant of whom everything is known."""
    from datetime import UTC, datetime

    from warehouse.status import BuildStatus, ServiceStatus, TenantStatus
    from warehouse.syncs import Sync
    from warehouse.webhook_watch import WebhookWatch

    at = datetime(2026, 11, 1, tzinfo=UTC)
    everything = TenantStatus(
        **dict.fromkeys(TenantStatus.__dataclass_fields__, 1)  # type: ignore[arg-type]
        | {"status": "paused", "fresh_as_of": at, "token_expires_at": at, "api_version_ends": at}
        | {
            "last_sync": Sync(1, "failed", "test", at, at, {}, "no", None),
            "webhooks": WebhookWatch(at, at, 1.0, at, 1, ["orders/create"], [], at, None),
        }
    )
    registry = CollectorRegistry()
    status = ServiceStatus(
        at=at,
        live_loop=True,
        builds=[BuildStatus("all", "failed", at, at, "no")],
        tenants=[everything],
        stuck_batches=[],
    )
    registry.register(Standing(status))
    return registry


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_asks_for_meters_and_labels_that_exist(
    rule: dict[str, Any], families: dict[str, set[str]]
) -> None:
    names = named_in(rule["expr"])
    assert names
    assert names - ITS_OWN - set(families) == set()
    known = set().union(*(families[name] for name in names - ITS_OWN), {"instance", "job"})
    assert labels_in(rule["expr"]) - known == set()
    for opening, closing in ("()", "{}", "[]"):
        assert rule["expr"].count(opening) == rule["expr"].count(closing)
    shown = {name for text in rule["annotations"].values() for name in labels_shown(text)}
    assert shown <= labels_in(rule["expr"])


def labels_shown(text: str) -> list[str]:
    return re.findall(r"\{\{ \$labels\.(\w+) \}\}", text)


def test_what_a_misspelt_expression_would_ask_for_is_seen(families: dict[str, set[str]]) -> None:
    wrong = 'max by (tenant) (shopmart_tenants_paused{stage="x"}) > 1'
    assert named_in(wrong) == {"shopmart_tenants_paused"}
    assert named_in(wrong) - set(families) == named_in(wrong)
    assert labels_in(wrong) == {"tenant", "stage"}


def test_every_alert_says_what_it_means_and_the_cure() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 20
    for rule in RULES:
        assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert set(rule["annotations"]) == {"summary", "description", "cure", "runbook_url"}
        assert DURATION.fullmatch(rule.get("for", "0s"))


def test_every_alert_has_its_part_of_the_page_and_no_other() -> None:
    headings = re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)
    assert headings == [rule["alert"] for rule in RULES]
    for rule in RULES:
        where = f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["annotations"]["runbook_url"] == where


def test_the_page_tells_every_field_of_the_status_in_both_spellings(settings: Settings) -> None:
    from api.status.schemas import Status, TenantStanding
    from warehouse.status import ServiceStatus, TenantStatus

    table = PAGE.partition("| `status --json`")[2].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)`", table))
    plain = {"at", "tenants", "tenant_id", "name", "shop_domain", "status", "pause_reason"}
    plain |= {"paused_at", "has_access_token", "data_version", "api_version", "timestamp"}
    for model in (ServiceStatus, TenantStatus):
        assert set(model.__dataclass_fields__) - plain - told == set(), model
    camels = {to_camel(name) for name in plain}
    for schema in (Status, TenantStanding):
        named = {field.alias or name for name, field in schema.model_fields.items()}
        assert named - camels - told == set(), schema


def to_camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


def test_the_scrape_targets_are_the_default_ports(settings: Settings) -> None:
    block = yaml.safe_load(PAGE.partition("```yaml\n")[2].partition("```")[0])
    assert block["rule_files"] == ["docs/alerts.yml"]
    jobs = {one["job_name"]: one["static_configs"][0]["targets"] for one in block["scrape_configs"]}
    fields = Settings.model_fields
    assert jobs == {
        "shopmart-api": [f"127.0.0.1:{fields['api_port'].default}"],
        "shopmart-live": [f"127.0.0.1:{fields['live_metrics_port'].default}"],
    }


def test_every_address_that_is_asked_answers(settings: Settings) -> None:
    meters = Meters(port := free_port())
    live = f"http://127.0.0.1:{port}"
    with serving(settings) as api, meters.working():
        standing_for = {
            Settings.model_fields["api_port"].default: str(api.base_url),
            Settings.model_fields["live_metrics_port"].default: live,
        }
        asked = [httpx.URL(line.split()[-1]) for line in shell_lines() if "curl" in line]
        assert {url.port for url in asked} == set(standing_for)
        for url in asked:
            answer = api.get(f"{standing_for[url.port].rstrip('/')}{url.path}")
            assert answer.status_code == 200, url
        assert "shopmart_live_passes_total" in Scrape(api.get(f"{live}/metrics").text).names()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_command_of_the_page_does_what_it_says(
    empty_database: Settings, tmp_path: Path
) -> None:
    world = World.generate(shops=1, orders=10, seed=5)
    shop = next(iter(world.shops.values())).profile
    with running(world) as url:
        settings = empty_database.model_copy(update={"home": tmp_path})
        env = {"SHOPMART_SHOPIFY_BASE_URL": url + "/{shop}"}
        lines = [command for command in commands() if command != ["up"]]
        assert lines[0] == ["migrate"]
        connect = (
            *("tenant", "add", shop.domain, "--access-token", shop.access_token),
            *("--webhook-secret", shop.webhook_secret),
        )
        for arguments in (lines[0], connect, *lines[1:]):
            words = [shop.domain if word == "my-shop" else word for word in arguments]
            done = shopmart(*words, settings=settings, timeout=200, **env)
            assert "Traceback" not in done.stderr, (words, done.stderr)
            # Its checks speak by their exit status of a shop that has no webhooks yet.
            allowed = {0, 1} if words[0] in {"doctor", "webhooks"} else {0}
            assert done.returncode in allowed, (words, done.stdout, done.stderr)
        shown = json.loads(shopmart("status", "--json", settings=settings).stdout)
    (tenant,) = shown["tenants"]
    assert tenant["last_sync"]["status"] == "succeeded"
    assert {build["status"] for build in shown["builds"]} == {"succeeded"}
