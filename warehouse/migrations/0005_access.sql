-- Least rights for each role, and row-level security behind every query (law L6).

grant usage on schema control, landing to shopmart_landing;
grant select (tenant_id, shop_domain, status) on control.tenants to shopmart_landing;
grant select on control.credentials to shopmart_landing;
grant select, insert on landing.webhook_events to shopmart_landing;

grant usage on schema control, landing to shopmart_control;
grant select, insert, update on control.tenants, control.credentials, control.syncs to shopmart_control;
grant select on control.cursors, control.data_versions, control.builds to shopmart_control;

grant usage on schema control, landing to shopmart_loader;
grant usage, create on schema raw to shopmart_loader;
grant select, update on control.tenants to shopmart_loader;
grant select, update on control.credentials to shopmart_loader;
grant select, insert, update on control.syncs, control.cursors, control.load_batches to shopmart_loader;
grant select, insert, update, delete on control.refetch_orders to shopmart_loader;
grant select, update on landing.webhook_events to shopmart_loader;
grant select, insert, update on landing.quarantine to shopmart_loader;
grant select, insert, update, delete on all tables in schema raw to shopmart_loader;

grant usage on schema control, raw to shopmart_dbt;
grant usage, create on schema staging, marts to shopmart_dbt;
grant select on all tables in schema raw to shopmart_dbt;
grant select (tenant_id, iana_timezone, currency, coverage_from, created_at) on control.tenants to shopmart_dbt;
grant select, insert, update, delete on
    control.builds, control.build_loads, control.dirty_orders, control.dirty_buyers, control.dirty_days,
    control.buyers, control.order_buyers, control.customer_buyers, control.data_versions to shopmart_dbt;
-- dlt makes its bookkeeping tables by itself, as the loader; the build reads which loads are complete.
alter default privileges for role shopmart_loader in schema raw grant select on tables to shopmart_dbt;

grant usage, create on schema dagster to shopmart_dagster;

grant usage on schema control, marts to shopmart_reader;
grant select (tenant_id, name, shop_domain, created_at, status, iana_timezone, currency, coverage_from)
    on control.tenants to shopmart_reader;
grant select on control.data_versions to shopmart_reader;

do $$
declare
    lane text;
begin
    foreach lane in array array['webhooks', '0', '1', '2', '3'] loop
        execute format('create schema if not exists %I authorization shopmart_loader', 'raw_stage_' || lane);
    end loop;
end
$$;

do $$
declare
    relation record;
begin
    for relation in
        select tables.schemaname, tables.tablename
        from pg_tables as tables
        inner join information_schema.columns as columns
            on columns.table_schema = tables.schemaname and columns.table_name = tables.tablename
        where tables.schemaname in ('control', 'landing', 'raw') and columns.column_name = 'tenant_id'
    loop
        execute format('alter table %I.%I enable row level security', relation.schemaname, relation.tablename);
        execute format('alter table %I.%I force row level security', relation.schemaname, relation.tablename);
        execute format(
            'create policy service on %I.%I to current_user, shopmart_landing, shopmart_control,
                shopmart_loader, shopmart_dbt using (true) with check (true)',
            relation.schemaname, relation.tablename);
        execute format(
            'create policy tenant on %I.%I for select to shopmart_reader
                using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::bigint)',
            relation.schemaname, relation.tablename);
    end loop;
end
$$;
