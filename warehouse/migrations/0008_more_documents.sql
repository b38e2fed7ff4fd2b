-- Room for what stands beside orders: products, stock, checkouts and carts, merges of customers.

-- Documents whose key is a number of Shopify's, and documents whose key is a text: a checkout and a cart
-- by token, a stock level by item and location, a moment of activity by its subject and time.
do $$
declare
    resource record;
begin
    for resource in
        select * from (values
            ('products', 'bigint'), ('customer_merges', 'bigint'),
            ('checkouts', 'text'), ('checkout_deletions', 'text'), ('carts', 'text'),
            ('checkout_activity', 'text'), ('inventory_levels', 'text')
        ) as resources (name, key_type)
    loop
        execute format(
            'create table raw.%I (
                tenant_id bigint not null references control.tenants,
                id %s not null,
                origin text not null check (origin in (''admin'', ''webhook'')),
                updated_at timestamptz not null,
                triggered_at timestamptz not null,
                parent_id %s,
                payload jsonb not null,
                _dlt_load_id text not null,
                primary key (tenant_id, id, origin)
            )', resource.name, resource.key_type, resource.key_type);
        execute format('create index on raw.%I (_dlt_load_id, tenant_id, id)', resource.name);
        execute format(
            'create index on raw.%I (tenant_id, parent_id) where parent_id is not null', resource.name);
        execute format('alter table raw.%I alter column payload set statistics 0', resource.name);
        if exists (
            select 1 from pg_settings
            where name = 'default_toast_compression' and 'lz4' = any (enumvals)
        ) then
            execute format('alter table raw.%I alter column payload set compression lz4', resource.name);
        end if;
    end loop;
end
$$;

grant select, insert, update, delete on
    raw.products, raw.customer_merges, raw.checkouts, raw.checkout_deletions, raw.carts,
    raw.checkout_activity, raw.inventory_levels to shopmart_loader;
grant select on
    raw.products, raw.customer_merges, raw.checkouts, raw.checkout_deletions, raw.carts,
    raw.checkout_activity, raw.inventory_levels to shopmart_dbt;

do $$
declare
    relation text;
begin
    foreach relation in array array[
        'raw.products', 'raw.customer_merges', 'raw.checkouts', 'raw.checkout_deletions', 'raw.carts',
        'raw.checkout_activity', 'raw.inventory_levels'
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
