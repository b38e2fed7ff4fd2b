"""One story that is told to every case: shops, their first sync, and what has happened since.

The world of the shops stands still while cases run; each case gets a sandbox of its own over it
(tokens, runs and faults of its own) and a database cloned from the one that the first sync made.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from sandbox.announcements import Announcement
from sandbox.dice import dice
from sandbox.errors import SandboxError
from sandbox.kinds.registry import KINDS
from sandbox.serving import running
from sandbox.state.shop import Shop
from sandbox.world import World
from tests.conftest import DATABASE, recreate, settings_for
from tests.faults.harness_marts import Snapshot, differences, missing, read, snapshot
from tests.faults.harness_points import Point
from tests.faults.harness_work import ENOUGH, EVERY_STEP, Job, Worker, work
from tests.pipelines.conftest import Delivery, LocalShopify, land_on, make_tenant
from warehouse.connections import Role, connect
from warehouse.settings import Settings

TOLD = "shopmart_story"
SHOPS, ORDERS, SEED = 3, 30, 29
OFTEN = ("order", "order", "order", "refund", "capture", "checkout", "checkout_complete")
HELD = "select count(*) from pg_locks where locktype = 'advisory'"
_JOBS = count(1)


@dataclass
class Story:
    """The shops, the webhooks since the first sync, and the warehouse that was never disturbed."""

    world: World
    cluster_url: str
    home: Path
    tenants: dict[str, int]
    deliveries: list[Delivery]
    undisturbed: Snapshot = field(default_factory=lambda: Snapshot({}, {}))

    @contextmanager
    def case(
        self, folder: Path, *, bulk_seconds: float = 0.05, landed: bool = True
    ) -> Iterator["Case"]:
        """A warehouse as the first sync left it, with everything landed that was told since.

        What has not `landed` is the case's own to land.
        """
        recreate(self.cluster_url, DATABASE, template=TOLD)
        with running(self.world, bulk_seconds=bulk_seconds) as url:
            settings = settings_of(self.cluster_url, folder, self.home, url)
            case = Case(self, settings, LocalShopify(url, []), folder)
            case.land(self.deliveries if landed else [])
            yield case


@dataclass
class Case:
    """One disturbed life of the warehouse."""

    story: Story
    settings: Settings
    shopify: LocalShopify
    folder: Path
    acknowledged: set[str] = field(default_factory=set)

    @property
    def domains(self) -> list[str]:
        """The shops, in the order of their tenants."""
        return list(self.story.tenants)

    @property
    def tenants(self) -> list[int]:
        """The tenants of the shops."""
        return list(self.story.tenants.values())

    def land(self, deliveries: list[Delivery]) -> None:
        """Land webhooks and remember what was acknowledged."""
        with connect(self.settings, Role.OWNER) as connection:
            for one in deliveries:
                tenant = self.story.tenants[one.domain]
                land_on(
                    connection,
                    tenant,
                    one.topic,
                    one.body,
                    webhook_id=one.webhook_id,
                    triggered_at=one.triggered_at,
                )
        self.acknowledged |= {one.webhook_id for one in deliveries}

    def work(self, *steps: str) -> None:
        """Do steps undisturbed, in this process; every step where none is named."""
        work(self.settings, *(steps or EVERY_STEP))

    def start(self, *steps: str, at: Point | None = None) -> Worker:
        """Begin steps in a process of their own."""
        folder = self.folder / f"job-{next(_JOBS)}"
        return Worker(Job(self.settings, steps or EVERY_STEP, folder, at))

    def killed(self, *steps: str, at: Point) -> None:
        """Do steps in a process that is killed at a point; it must have come there."""
        worker = self.start(*steps, at=at)
        code = worker.ended()
        assert code == -9, f"it was not killed {at}: exit code {code}\n{worker.error}"

    def recover(self, *steps: str) -> None:
        """Begin again as whoever starts the work anew would, with nothing tidied by hand."""
        self.until_left()
        self.work(*(steps or ENOUGH))

    def until_left(self, *, seconds: float = 60) -> None:
        """Wait until Postgres has noticed that killed processes are gone."""
        until = time.monotonic() + seconds
        while read(self.settings, HELD) != [(0,)]:
            assert time.monotonic() < until, "a killed process still holds its locks"
            time.sleep(0.02)

    def assert_undisturbed(self) -> None:
        """Every mart and document is the undisturbed run's, and nothing acknowledged is missing."""
        lost = missing(self.settings, self.acknowledged)
        assert not lost, "\n".join(lost)
        found = differences(
            self.settings, snapshot(self.settings, self.tenants), self.story.undisturbed
        )
        assert not found, "\n".join(found[:20])


def tell(cluster_url: str, home: Path, template: str) -> Story:
    """Make the story: a first sync, a first build, what happens since, and the undisturbed run."""
    world = World.generate(shops=SHOPS, orders=ORDERS, seed=SEED)
    recreate(cluster_url, TOLD, template=template)
    recreate(cluster_url, DATABASE, template=template)
    with running(world, bulk_seconds=0.05) as url:
        settings = settings_of(cluster_url, home, home, url)
        tenants = {
            shop.profile.domain: make_tenant(
                settings, shop.profile.domain, token=shop.profile.access_token
            )
            for shop in world.shops.values()
        }
        work(settings, "sync", "build")
    recreate(cluster_url, TOLD, template=DATABASE)
    story = Story(world, cluster_url, home, tenants, _happened(world))
    now = world.moment()
    # A checkout that turns abandoned while cases run would be a difference of its own.
    world.clock = lambda: now
    with story.case(home / "undisturbed") as case:
        case.work()
        story.undisturbed = snapshot(case.settings, case.tenants)
        assert missing(case.settings, case.acknowledged) == []
    return story


def _happened(world: World) -> list[Delivery]:
    """Everything that can happen happens in each shop, ordinary things more often."""
    deliveries: list[Delivery] = []

    def hear(shop: Shop, said: list[Announcement]) -> None:
        domain = shop.profile.domain
        for one in said:
            name = f"{domain}-{len(deliveries)}"
            # Shopify triggers what belongs to one moment one after the other: that breaks ties.
            at = one.happened_at + timedelta(microseconds=len(deliveries))
            deliveries.append(Delivery(domain, one.topic, name, at, one.body))

    world.listener, world.audience = hear, None
    rng = dice("story", SEED)
    for domain in world.shops:
        kinds = [*KINDS, *rng.choices(OFTEN, k=12)]
        rng.shuffle(kinds)
        for kind in kinds:
            try:
                world.happen(domain, kind, {})
            except SandboxError:
                continue
    return deliveries


def settings_of(cluster_url: str, home: Path, kept: Path, url: str) -> Settings:
    """Settings of a home of its own that shares what dbt has parsed."""
    home.mkdir(parents=True, exist_ok=True)
    (kept / "dbt").mkdir(exist_ok=True)
    if home != kept:
        (home / "dbt").symlink_to(kept / "dbt")
    return settings_for(home, f"{cluster_url}/{DATABASE}", shopify_base_url=f"{url}/{{shop}}")
