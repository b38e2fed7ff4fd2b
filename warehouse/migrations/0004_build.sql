-- What a build has consumed, what it still owes, and who the buyers are.

create table control.builds (
    build_id bigint generated always as identity primary key,
    build_group text not null,
    full_refresh boolean not null default false,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    status text not null default 'running' check (status in ('running', 'succeeded', 'failed')),
    loads integer not null default 0,
    error text
);

create table control.build_loads (
    load_id text not null,
    build_group text not null,
    built_at timestamptz not null default now(),
    primary key (load_id, build_group)
);

-- Keys to recompute, new and old. They are kept until the build that they belong to has succeeded.
create table control.dirty_orders (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    order_id bigint not null,
    primary key (tenant_id, build_group, order_id)
);
create table control.dirty_buyers (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    buyer_key uuid not null,
    primary key (tenant_id, build_group, buyer_key)
);
create table control.dirty_days (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    shop_date date not null,
    primary key (tenant_id, build_group, shop_date)
);

-- A buyer's key is random; only the keyed hash of the identity leads to it, so erasing the hash
-- erases the person and moves no sum.
create table control.buyers (
    tenant_id bigint not null references control.tenants,
    identity_hash bytea not null,
    buyer_key uuid not null default gen_random_uuid(),
    primary key (tenant_id, identity_hash),
    unique (tenant_id, buyer_key)
);
create table control.order_buyers (
    tenant_id bigint not null references control.tenants,
    order_id bigint not null,
    buyer_key uuid not null,
    primary key (tenant_id, order_id)
);
create index order_buyers_by_buyer on control.order_buyers (tenant_id, buyer_key);
create table control.customer_buyers (
    tenant_id bigint not null references control.tenants,
    customer_id bigint not null,
    buyer_key uuid not null,
    primary key (tenant_id, customer_id)
);
create index customer_buyers_by_buyer on control.customer_buyers (tenant_id, buyer_key);

-- Bumped by each build that changed a tenant; answers computed for an older version are stale.
create table control.data_versions (
    tenant_id bigint primary key references control.tenants,
    data_version bigint not null default 0,
    built_at timestamptz
);
