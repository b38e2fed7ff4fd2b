-- How a shop is reached, when a checkout counts as abandoned, what builds owe and what was acted upon.

alter table control.tenants
    -- Minutes without activity after which an open checkout counts as abandoned.
    add column abandonment_minutes integer not null default 60
        check (abandonment_minutes between 1 and 43200),
    -- The first checkout webhook; what a backfill knows of later checkouts only fills gaps.
    add column checkout_webhooks_from timestamptz,
    add column granted_scopes text[],
    add column scopes_checked_at timestamptz,
    add column api_version_served text,
    add column token_expires_at timestamptz,
    add column paused_at timestamptz;

alter table control.shop_zones
    add column abandonment_minutes integer not null default 60,
    add column checkout_webhooks_from timestamptz;

-- What a sync left out and why, for each resource; a scope that was not granted, for example.
alter table control.syncs add column skipped jsonb not null default '{}';

-- One bucket of query cost for each shop, shared by every worker that reads it.
create table control.query_costs (
    tenant_id bigint primary key references control.tenants,
    available numeric(20, 4) not null,
    maximum numeric(20, 4) not null,
    restore_rate numeric(20, 4) not null,
    measured_at timestamptz not null default clock_timestamp()
);

-- The bulk operation that last began for a resource; one that still runs after a crash is adopted.
create table control.bulk_operations (
    tenant_id bigint not null references control.tenants,
    resource text not null,
    operation_id text not null,
    query_sha256 text not null,
    read_began timestamptz not null,
    submitted_at timestamptz not null default now(),
    primary key (tenant_id, resource)
);

create table control.dirty_checkouts (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    checkout_id text not null,
    primary key (tenant_id, build_group, checkout_id)
);
create table control.dirty_products (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    product_id bigint not null,
    primary key (tenant_id, build_group, product_id)
);
create table control.dirty_refunds (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    refund_id bigint not null,
    primary key (tenant_id, build_group, refund_id)
);

-- Checkouts that a detection has counted as abandoned: each is counted once.
create table control.detected_checkouts (
    tenant_id bigint not null references control.tenants,
    checkout_id text not null,
    detected_at timestamptz not null default now(),
    primary key (tenant_id, checkout_id)
);

-- Proof that a topic which Shopify makes mandatory was received and acted upon.
create table control.receipts (
    tenant_id bigint not null references control.tenants,
    topic text not null,
    webhook_id text not null,
    received_at timestamptz not null default now(),
    acted_at timestamptz,
    deed text,
    primary key (tenant_id, topic, webhook_id)
);

grant select, insert, update, delete on
    control.dirty_checkouts, control.dirty_products, control.dirty_refunds to shopmart_dbt;
grant select (
    abandonment_minutes, checkout_webhooks_from
) on control.tenants to shopmart_dbt;
grant select, insert, update, delete on
    control.query_costs, control.bulk_operations to shopmart_loader;
grant select, insert, update on control.receipts to shopmart_loader;
grant select, insert, delete on control.detected_checkouts to shopmart_control;
grant select, insert, update, delete on control.query_costs to shopmart_control;
grant select on control.receipts, control.load_batches, control.refetch_orders to shopmart_control;
grant select (
    tenant_id, event_seq, topic, triggered_at, received_at, load_batch, verdict
) on landing.webhook_events to shopmart_control;
grant select on landing.quarantine to shopmart_control;
grant select (
    abandonment_minutes, checkout_webhooks_from, paused_at
) on control.tenants to shopmart_reader;

do $$
declare
    relation text;
begin
    foreach relation in array array[
        'control.query_costs', 'control.bulk_operations', 'control.dirty_checkouts',
        'control.dirty_products', 'control.dirty_refunds', 'control.detected_checkouts', 'control.receipts'
    ] loop
        execute format('alter table %s enable row level security', relation);
        execute format('alter table %s force row level security', relation);
        execute format(
            'create policy service on %s to current_user, shopmart_landing, shopmart_control,
                shopmart_loader, shopmart_dbt using (true) with check (true)', relation);
        execute format(
            'create policy tenant on %s for select to shopmart_reader
                using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::bigint)',
            relation);
    end loop;
end
$$;
