-- Who bought (METRICS.md, Customers): customer id, else e-mail, else phone, else the order itself. A
-- customer who was merged into another one is that one.
insert into identities (tenant_id, order_id, customer_id, identity)
select
    named.tenant_id,
    named.order_id,
    coalesce(merged.kept_id, named.customer_id),
    named.tenant_id || case
        when named.customer_id is not null then ':customer:' || coalesce(merged.kept_id, named.customer_id)
        when named.email is not null then ':email:' || named.email
        when named.phone is not null then ':phone:' || named.phone
        else ':order:' || named.order_id
    end
from (
    select
        documents.tenant_id,
        documents.id as order_id,
        substring(split_part(documents.payload #>> '{customer,id}', '?', 1) from '[0-9]+$')::bigint as customer_id,
        nullif(lower(trim(coalesce(
            nullif(trim(documents.payload ->> 'email'), ''), documents.payload ->> 'contact_email'
        ))), '') as email,
        nullif(regexp_replace(
            regexp_replace(documents.payload ->> 'phone', '[^0-9]', '', 'g'), '^00', ''
        ), '') as phone
    from raw.orders as documents
    where
        (documents.tenant_id, documents.id) in (
            select dirty.tenant_id, dirty.order_id
            from control.dirty_orders as dirty
            where dirty.build_group = %(build_group)s
        )
        and not documents.payload ? 'deleted_at'
        and not exists (
            select 1
            from raw.orders as twins
            where
                twins.tenant_id = documents.tenant_id
                and twins.id = documents.id
                and twins.origin <> documents.origin
                and not twins.payload ? 'deleted_at'
                and (twins.updated_at, twins.origin = 'admin')
                    > (documents.updated_at, documents.origin = 'admin')
        )
) as named
left join control.merged_customers as merged
    on named.tenant_id = merged.tenant_id and named.customer_id = merged.customer_id
