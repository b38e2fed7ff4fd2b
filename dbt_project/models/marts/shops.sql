{{ config(meta={'consumes': 'everything'}) }}

with documents as (

    select
        *,
        row_number() over (partition by tenant_id order by document_at desc, origin, shop_id) as nth

    from {{ ref('stg_shopify__shops') }}

),

known as (

    -- A webhook may leave out what the Admin API told, and the other way round.
    select
        tenant_id,
        {% for field in ('shop_id', 'name', 'shop_domain', 'plan', 'currency', 'iana_timezone', 'has_taxes_included', 'created_at') %}
        (array_agg({{ field }} order by nth) filter (where {{ field }} is not null))[1] as {{ field }}{{ "," if not loop.last }}
        {% endfor %}

    from documents
    group by tenant_id

)

select
    tenants.tenant_id,
    known.shop_id,
    known.name,
    known.shop_domain,
    known.plan,
    coalesce(known.currency, tenants.currency) as currency,
    coalesce(known.iana_timezone, tenants.iana_timezone) as iana_timezone,
    coalesce(zones.iana_timezone, 'UTC') as day_timezone,
    known.has_taxes_included as taxes_included,
    known.created_at,
    tenants.coverage_from,
    tenants.checkout_webhooks_from,
    tenants.abandonment_minutes

from {{ source('control', 'tenants') }} as tenants
left join known
    on tenants.tenant_id = known.tenant_id
left join {{ source('control', 'shop_zones') }} as zones
    on tenants.tenant_id = zones.tenant_id
where tenants.erased_at is null
