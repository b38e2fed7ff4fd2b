{{
    config(
        materialized='incremental',
        incremental_strategy='consumed',
        on_schema_change='fail',
        contract={'enforced': true},
        grants={'select': ['shopmart_reader']},
        meta={'consumes': {'table': 'dirty_buyers', 'column': 'tenant_id', 'key': 'tenant_id'}},
    )
}}

-- One buyer more moves the places of all that spent less: those of a touched shop are counted anew, from
-- an index alone.

with ranked as (

    select
        tenant_id,
        buyer_key,
        customer_id,
        spent_order,
        row_number() over (partition by tenant_id order by spent_order desc, buyer_key desc) - 1 as rows_before

    from {{ ref('customer_lives') }}
    where tenant_id in ({{ dirty_tenants('dirty_buyers') }})

)

select
    tenant_id,
    rows_before / {{ rows_between_places() }} as nth,
    max(spent_order) as spent_order,
    (array_agg(buyer_key order by rows_before))[1] as buyer_key,
    count(*)::integer as buyers,
    count(customer_id)::integer as customers

from ranked
group by tenant_id, rows_before / {{ rows_between_places() }}
