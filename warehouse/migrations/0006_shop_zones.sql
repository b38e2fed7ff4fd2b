-- The time zone that the marts of a shop are built in. A build writes it in the transaction that marks
-- the shop's orders dirty, so a zone that changes in mid-build cannot mix days of two zones.

create table control.shop_zones (
    tenant_id bigint primary key references control.tenants,
    stated_timezone text,
    iana_timezone text not null
);
grant select, insert, update, delete on control.shop_zones to shopmart_dbt;
alter table control.shop_zones enable row level security;
alter table control.shop_zones force row level security;
create policy service on control.shop_zones to current_user, shopmart_dbt using (true) with check (true);
create policy tenant on control.shop_zones for select to shopmart_reader
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
