-- The cohorts that the dirty buyers are of as they stand; int_buyer_months adds those that they are of now.
insert into control.dirty_cohorts (tenant_id, build_group, cohort_month)
select distinct months.tenant_id, %(build_group)s, months.cohort_month
from staging.int_buyer_months as months
where (months.tenant_id, months.buyer_key) in (
    select dirty.tenant_id, dirty.buyer_key
    from control.dirty_buyers as dirty
    where dirty.build_group = %(build_group)s
)
on conflict do nothing
