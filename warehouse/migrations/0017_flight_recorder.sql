-- What became of each delivery: how often it came, when it was claimed, loaded and built, what was refused
-- at the door, and why a batch that cannot be loaded cannot.

alter table landing.webhook_events
    -- When it was last handed to the loader again.
    add column replayed_at timestamptz;
-- A tenant's deliveries, newest first.
create index webhook_events_by_tenant on landing.webhook_events (tenant_id, event_seq);

-- How often a delivery came after the first time; most never do. Its row goes with the delivery's.
create table landing.redeliveries (
    tenant_id bigint not null references control.tenants,
    topic text not null,
    webhook_id text not null,
    times bigint not null,
    last_received_at timestamptz not null default now(),
    primary key (tenant_id, topic, webhook_id),
    foreign key (tenant_id, topic, webhook_id)
        references landing.webhook_events (tenant_id, topic, webhook_id) on delete cascade
);

-- Deliveries that were not taken: counted for each day, cause and named shop; the headers of the newest
-- one, never its body nor its signature. Whose they are nobody proved, so they are no tenant's.
create table landing.refusals (
    day date not null,
    cause text not null,
    shop_domain text not null,
    deliveries bigint not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    sample jsonb not null default '{}',
    primary key (day, cause, shop_domain)
);

alter table control.load_batches
    -- Why the last try failed.
    add column error text,
    add column failed_at timestamptz,
    -- When the models of each group were built with its documents.
    add column live_built_at timestamptz,
    add column whole_built_at timestamptz;
create index load_batches_by_load on control.load_batches (load_id);

grant select, insert, update on landing.redeliveries to shopmart_landing;
grant select, insert, update on landing.refusals to shopmart_landing;
grant select on landing.redeliveries, landing.refusals to shopmart_control, shopmart_loader;
grant select (
    webhook_id, event_id, shop_domain, api_version, headers, replayed_at
) on landing.webhook_events to shopmart_control;
grant update (load_batch, verdict, replayed_at) on landing.webhook_events to shopmart_control;
grant update (released_at) on landing.quarantine to shopmart_control;
grant select (load_id, live_built_at, whole_built_at) on control.load_batches to shopmart_dbt;
grant update (live_built_at, whole_built_at) on control.load_batches to shopmart_dbt;

alter table landing.redeliveries enable row level security;
alter table landing.redeliveries force row level security;
create policy service on landing.redeliveries to current_user, shopmart_landing, shopmart_control,
    shopmart_loader using (true) with check (true);
create policy tenant on landing.redeliveries for select to shopmart_reader
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);

update control.load_batches as batches
set live_built_at = built.live_at, whole_built_at = built.whole_at
from (
    select
        load_id, min(built_at) as live_at, min(built_at) filter (where build_group = 'all') as whole_at
    from control.build_loads group by load_id
) as built
where batches.load_id = built.load_id;
