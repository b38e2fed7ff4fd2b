-- Webhook deliveries as they arrived: bytes first, parsed later; claimed in batches, quarantined with a reason.

create table landing.webhook_events (
    tenant_id bigint not null references control.tenants,
    event_seq bigint generated always as identity,
    webhook_id text not null,
    event_id text,
    topic text not null,
    shop_domain text not null,
    api_version text,
    triggered_at timestamptz,
    received_at timestamptz not null default now(),
    headers jsonb not null,
    body bytea not null,
    load_batch bigint,
    verdict text check (verdict in ('loaded', 'kept', 'quarantined')),
    primary key (tenant_id, topic, webhook_id)
);
create index webhook_events_load_batch on landing.webhook_events (load_batch);
create index webhook_events_unclaimed on landing.webhook_events (event_seq) where load_batch is null;

create table landing.quarantine (
    tenant_id bigint not null references control.tenants,
    topic text not null,
    webhook_id text not null,
    reason text not null,
    quarantined_at timestamptz not null default now(),
    released_at timestamptz,
    primary key (tenant_id, topic, webhook_id)
);

-- A claim is a flag on the event: what commits late is claimed by a later batch, never skipped.
create table control.load_batches (
    batch_id bigint generated always as identity primary key,
    claimed_at timestamptz not null default now(),
    loaded_at timestamptz,
    load_id text,
    tries integer not null default 0
);
create index load_batches_open on control.load_batches (batch_id) where loaded_at is null;

-- Says why Postgres refuses a text as jsonb; null when it takes it.
create function landing.jsonb_error(document text) returns text
language plpgsql immutable as $$
begin
    perform document::jsonb;
    return null;
exception when others then
    return sqlerrm;
end
$$;

do $$
begin
    if exists (
        select 1 from pg_settings
        where name = 'default_toast_compression' and 'lz4' = any (enumvals)
    ) then
        alter table landing.webhook_events alter column body set compression lz4;
    end if;
end
$$;
