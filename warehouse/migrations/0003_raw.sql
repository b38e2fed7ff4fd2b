-- Documents as Shopify wrote them, one newest for each origin. dlt merges into these tables but never makes them:
-- without the primary key made here a merge would cost as much as the whole table.

do $$
declare
    resource text;
begin
    foreach resource in array array['shops', 'orders', 'customers', 'refunds', 'order_edits'] loop
        execute format(
            'create table raw.%I (
                tenant_id bigint not null references control.tenants,
                id bigint not null,
                origin text not null check (origin in (''admin'', ''webhook'')),
                updated_at timestamptz not null,
                triggered_at timestamptz not null,
                parent_id bigint,
                payload jsonb not null,
                _dlt_load_id text not null,
                primary key (tenant_id, id, origin)
            )', resource);
        execute format('create index on raw.%I (_dlt_load_id, tenant_id, id)', resource);
        execute format(
            'create index on raw.%I (tenant_id, parent_id) where parent_id is not null', resource);
        if exists (
            select 1 from pg_settings
            where name = 'default_toast_compression' and 'lz4' = any (enumvals)
        ) then
            execute format('alter table raw.%I alter column payload set compression lz4', resource);
        end if;
    end loop;
end
$$;
