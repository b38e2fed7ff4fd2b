-- Checkouts that stand with a dirty order, and open ones of the same customer or e-mail, for every group.
insert into control.dirty_checkouts (tenant_id, build_group, checkout_id)
select standing.tenant_id, groups.build_group, standing.checkout_id
from (
    select lives.tenant_id, lives.checkout_id
    from marts.checkout_lives as lives
    inner join control.dirty_orders as dirty
        on lives.tenant_id = dirty.tenant_id and lives.order_id = dirty.order_id
    where dirty.build_group = %(build_group)s
    union
    select lives.tenant_id, lives.checkout_id
    from marts.checkout_lives as lives
    inner join control.dirty_orders as dirty
        on lives.tenant_id = dirty.tenant_id and lives.weak_order_id = dirty.order_id
    where dirty.build_group = %(build_group)s
    union
    select lives.tenant_id, lives.checkout_id
    from control.dirty_orders as dirty
    inner join raw.orders as documents
        on dirty.tenant_id = documents.tenant_id and dirty.order_id = documents.id
    inner join marts.checkout_lives as lives
        on documents.tenant_id = lives.tenant_id
        and substring(split_part(documents.payload #>> '{customer,id}', '?', 1) from '[0-9]+$')::bigint
        = lives.customer_id
    where dirty.build_group = %(build_group)s and lives.order_id is null
    union
    select lives.tenant_id, lives.checkout_id
    from control.dirty_orders as dirty
    inner join raw.orders as documents
        on dirty.tenant_id = documents.tenant_id and dirty.order_id = documents.id
    inner join marts.checkout_lives as lives
        on documents.tenant_id = lives.tenant_id
        and lower(coalesce(
            nullif(trim(documents.payload ->> 'email'), ''), trim(documents.payload ->> 'contact_email')
        )) = lower(lives.email)
    where dirty.build_group = %(build_group)s and lives.order_id is null
) as standing
cross join unnest(%(groups)s::text[]) as groups (build_group)
on conflict do nothing
