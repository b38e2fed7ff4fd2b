select
    documents.tenant_id,
    documents.id as shop_id,
    fields.name,
    coalesce(fields."myshopifyDomain", fields.myshopify_domain) as shop_domain,
    coalesce(fields.plan ->> 'publicDisplayName', fields.plan_display_name) as plan,
    coalesce(fields."currencyCode", fields.currency) as currency,
    coalesce(fields."ianaTimezone", fields.iana_timezone) as iana_timezone,
    coalesce(fields."taxesIncluded", fields.taxes_included) as has_taxes_included,
    coalesce(fields."createdAt", fields.created_at) as created_at,
    documents.origin,
    documents.updated_at as document_at

from {{ source('raw', 'shops') }} as documents
cross join lateral jsonb_to_record(documents.payload) as fields (
    name text, "myshopifyDomain" text, myshopify_domain text, plan jsonb, plan_display_name text,
    "currencyCode" text, currency text, "ianaTimezone" text, iana_timezone text,
    "taxesIncluded" boolean, taxes_included boolean, "createdAt" timestamptz, created_at timestamptz
)
