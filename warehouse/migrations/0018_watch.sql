-- What is watched: deliveries that stay away, ids that are gone, fields that come and go; and how often
-- the busiest tables are vacuumed.

-- What is known of a shop's webhooks, as of the last look.
create table control.webhook_watch (
    tenant_id bigint primary key references control.tenants,
    -- Where its subscriptions were made to deliver; null: not by us.
    address text,
    -- Since when its orders are told by webhook without a break that we know of.
    orders_told_from timestamptz,
    checked_at timestamptz, last_delivery_at timestamptz,
    -- How many were usual in the time since, and since when they stay away.
    expected_deliveries numeric(20, 4) not null default 0,
    silent_since timestamptz,
    subscriptions_checked_at timestamptz,
    -- Topics without a right subscription after the last look, and those that it had to make or repair.
    missing_topics text[] not null default '{}', repaired_topics text[] not null default '{}',
    repaired_at timestamptz, error text
);

-- Orders that the Admin API told of and no webhook did.
create table control.untold_orders (
    tenant_id bigint not null references control.tenants, order_id bigint not null,
    created_at timestamptz not null, found_at timestamptz not null default now(),
    primary key (tenant_id, order_id)
);

-- How many webhooks came in each hour: what is usual for a shop.
create table control.delivery_hours (
    tenant_id bigint not null references control.tenants,
    hour timestamptz not null,
    deliveries bigint not null, last_received_at timestamptz not null,
    primary key (tenant_id, hour)
);
alter table control.load_batches add column counted boolean not null default false;
create index load_batches_uncounted on control.load_batches (batch_id) where not counted;

-- Each comparison of a shop's ids with ours.
create table control.sweeps (
    tenant_id bigint not null references control.tenants,
    sweep_id bigint generated always as identity,
    trigger text not null,
    status text not null default 'running' check (status in ('running', 'succeeded', 'failed')),
    started_at timestamptz not null default now(), finished_at timestamptz,
    counts jsonb not null default '{}', error text, hint text,
    primary key (tenant_id, sweep_id)
);

-- The fields that documents have been seen with.
create table control.payload_fields (
    tenant_id bigint not null references control.tenants,
    resource text not null, origin text not null, field text not null,
    first_seen_at timestamptz not null default now(), last_seen_at timestamptz not null default now(),
    -- Seen by the first look already, so no news.
    is_first_look boolean not null,
    -- Seen in every document that was looked at: such a field's absence says something.
    is_constant boolean not null,
    vanished_at timestamptz,
    primary key (tenant_id, resource, origin, field)
);
grant select, insert, update, delete on
    control.webhook_watch, control.untold_orders, control.delivery_hours, control.sweeps,
    control.payload_fields to shopmart_loader;
grant select on
    control.webhook_watch, control.untold_orders, control.sweeps, control.payload_fields to shopmart_control;
-- The status tells which landed webhooks the marts still lack.
grant select on control.build_loads to shopmart_control;

do $$
declare
    relation text;
begin
    foreach relation in array array[
        'control.webhook_watch', 'control.untold_orders', 'control.delivery_hours', 'control.sweeps',
        'control.payload_fields'
    ] loop
        execute format('alter table %s enable row level security', relation);
        execute format('alter table %s force row level security', relation);
        execute format(
            'create policy service on %s to current_user, shopmart_control, shopmart_loader
                using (true) with check (true)', relation);
        execute format(
            'create policy tenant on %s for select to shopmart_reader
                using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::bigint)',
            relation);
    end loop;
end
$$;

-- A fifth of the rows dead, the server's default, is gigabytes in documents. What every build fills and
-- empties is small when it is vacuumed often, and never small again if not.
do $$
declare
    relation record;
begin
    for relation in
        select class.oid::regclass as name, namespace.nspname <> 'control' as holds_documents
        from pg_class as class
        inner join pg_namespace as namespace on class.relnamespace = namespace.oid
        where class.relkind = 'r' and class.relname not like '\_dlt%' and (
            namespace.nspname = 'raw' or class.oid = 'landing.webhook_events'::regclass
            or namespace.nspname = 'control'
            and (class.relname like 'dirty\_%' or class.relname in ('refetch_orders', 'load_batches'))
        )
    loop
        execute format('alter table %s set (%s)', relation.name, case
            when relation.holds_documents then
                'autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
                autovacuum_analyze_scale_factor = 0.02, toast.autovacuum_vacuum_scale_factor = 0.02'
            else
                'autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
                autovacuum_vacuum_cost_delay = 0'
        end);
    end loop;
end
$$;
-- One row for each shop, written anew by each query to it: room for that on its own page.
alter table control.query_costs set (
    fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000
);
