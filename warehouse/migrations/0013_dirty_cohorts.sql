-- Cohorts that a build recomputes: the months in which the touched buyers first bought, new and old.

create table control.dirty_cohorts (
    tenant_id bigint not null references control.tenants,
    build_group text not null,
    cohort_month date not null,
    primary key (tenant_id, build_group, cohort_month)
);
grant select, insert, update, delete on control.dirty_cohorts to shopmart_dbt;
alter table control.dirty_cohorts enable row level security;
alter table control.dirty_cohorts force row level security;
create policy service on control.dirty_cohorts to current_user, shopmart_dbt using (true) with check (true);
create policy tenant on control.dirty_cohorts for select to shopmart_reader
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
