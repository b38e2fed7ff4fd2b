-- Who the tenants are, how their credentials are sealed, and how far each one's data has been read.

create schema if not exists control;
create schema if not exists landing;
create schema if not exists raw;
create schema if not exists staging;
create schema if not exists marts;
create schema if not exists dagster;

create table control.tenants (
    tenant_id bigint generated always as identity primary key,
    name text not null check (length(name) between 1 and 200),
    shop_domain text not null unique check (shop_domain = lower(shop_domain)),
    created_at timestamptz not null default now(),
    status text not null default 'active' check (status in ('active', 'paused')),
    pause_reason text,
    iana_timezone text,
    currency text check (currency ~ '^[A-Z]{3}$'),
    coverage_from timestamptz,
    has_access_token boolean not null default false
);

create table control.credentials (
    tenant_id bigint primary key references control.tenants,
    sealed bytea not null,
    changed_at timestamptz not null default now()
);

create table control.syncs (
    tenant_id bigint not null references control.tenants,
    sync_id bigint generated always as identity,
    trigger text not null,
    status text not null default 'running' check (status in ('running', 'succeeded', 'failed')),
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    counts jsonb not null default '{}',
    error text,
    hint text,
    primary key (tenant_id, sync_id)
);

-- A cursor moves only over data whose line counts were proven (law L4).
create table control.cursors (
    tenant_id bigint not null references control.tenants,
    resource text not null,
    read_until timestamptz not null,
    moved_at timestamptz not null default now(),
    primary key (tenant_id, resource)
);

-- Orders that a webhook showed to have changed in ways only their agreements tell exactly.
create table control.refetch_orders (
    tenant_id bigint not null references control.tenants,
    order_id bigint not null,
    marked_at timestamptz not null default now(),
    reason text not null,
    primary key (tenant_id, order_id)
);
