"""What handlers work with: one object that the app makes at start and closes at its end."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, cast

from fastapi import Depends, Request

from api.answers import Answers
from api.control import Control
from api.marts import Marts
from api.rates import Rates
from api.redis_link import RedisLink
from api.shared_answers import SharedAnswers
from api.syncs.dagster import Dagster
from api.telemetry.meters import Meters
from api.webhooks.committer import GroupCommitter
from api.webhooks.refusals import Refusals
from api.webhooks.shops import Shops
from warehouse.connections import Role, dsn
from warehouse.settings import Settings


@dataclass(frozen=True)
class Services:
    """The connections, caches and queues of one app."""

    settings: Settings
    control: Control
    marts: Marts
    answers: Answers
    rates: Rates
    redis: RedisLink | None
    shops: Shops
    committer: GroupCommitter
    refusals: Refusals
    dagster: Dagster
    meters: Meters

    @classmethod
    def of(cls, settings: Settings) -> "Services":
        """Built, not yet opened; raises ConfigurationError without a database URL."""
        control = Control(settings)
        landing = dsn(settings, Role.LANDING)
        redis = RedisLink.of(settings)
        meters = Meters()
        shops = Shops(landing, control.sealer)
        services = cls(
            settings=settings,
            control=control,
            marts=Marts(dsn(settings, Role.READER)),
            answers=Answers(shared=SharedAnswers(redis, settings) if redis else None),
            rates=Rates(redis),
            redis=redis,
            shops=shops,
            committer=GroupCommitter(
                landing, capacity=settings.landing_queue, on_batch=meters.batches.observe
            ),
            refusals=Refusals(shops.pool),
            dagster=Dagster(settings.dagster_url or f"http://127.0.0.1:{settings.dagster_port}"),
            meters=meters,
        )
        services._watch()
        return services

    def _watch(self) -> None:
        """Gauges that a scrape reads here and now."""
        self.meters.watch(
            "shopmart_landing_queue_events",
            "Deliveries that wait to be committed.",
            {"": lambda: self.committer.waiting},
        )
        self.meters.watch(
            "shopmart_landing_queue_capacity",
            "How many may wait before further ones are answered with 503.",
            {"": lambda: self.settings.landing_queue},
        )
        pools = {**self.marts.pools, "landing": self.shops.pool, "control": self.control}
        for name, told, read in (
            ("used", "Connections at work.", lambda pool: pool.used),
            ("capacity", "Connections that may be at work at once.", lambda pool: pool.size),
        ):
            self.meters.watch(
                f"shopmart_pool_connections_{name}",
                told,
                {pool: partial(read, one) for pool, one in pools.items()},
                label="pool",
            )

    async def open(self) -> None:
        """Start what runs in the background; needs no Postgres yet."""
        await self.marts.open()
        await self.shops.open()
        self.committer.start()
        self.refusals.start()

    async def close(self) -> None:
        """Store what was accepted, then give every connection back."""
        await self.committer.stop()
        await self.refusals.stop()
        await self.shops.close()
        await self.marts.close()
        await self.dagster.close()
        if self.redis is not None:
            await self.redis.close()


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


Wired = Annotated[Services, Depends(_services)]
