-- Checkouts that still stand under a customer who was merged away, for every group.
insert into control.dirty_checkouts (tenant_id, build_group, checkout_id)
select lives.tenant_id, groups.build_group, lives.checkout_id
from control.merged_customers as merged
inner join marts.checkout_lives as lives
    on merged.tenant_id = lives.tenant_id and merged.customer_id = lives.customer_id
cross join unnest(%(groups)s::text[]) as groups (build_group)
on conflict do nothing
