-- Which customer another one became, at the end of each chain of merges. A build writes it in the
-- transaction that marks the merged customer's orders dirty.

create table control.merged_customers (
    tenant_id bigint not null references control.tenants,
    customer_id bigint not null,
    kept_id bigint not null,
    primary key (tenant_id, customer_id)
);
grant select, insert, update, delete on control.merged_customers to shopmart_dbt;
alter table control.merged_customers enable row level security;
alter table control.merged_customers force row level security;
create policy service on control.merged_customers to current_user, shopmart_dbt using (true) with check (true);
create policy tenant on control.merged_customers for select to shopmart_reader
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
