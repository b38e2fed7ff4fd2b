-- Days whose orders, checkouts or refunds a build counts again, and a way for the reader to the counts
-- that lists are paged by. What it may read in staging is granted table by table.

create table control.dirty_list_days (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    shop_date date not null,
    primary key (tenant_id, build_group, shop_date)
);
grant select, insert, update, delete on control.dirty_list_days to shopmart_dbt;
alter table control.dirty_list_days enable row level security;
alter table control.dirty_list_days force row level security;
create policy service on control.dirty_list_days to current_user, shopmart_dbt using (true) with check (true);
create policy tenant on control.dirty_list_days for select to shopmart_reader
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);

grant usage on schema staging to shopmart_reader;
-- Filled and emptied by every build, as its neighbours are.
alter table control.dirty_list_days set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);
