{# The number at the end of a gid, or of a webhook's plain id, given as text. #}
{% macro shopify_id(text) -%}
    substring(split_part({{ text }}, '?', 1) from '[0-9]+$')::bigint
{%- endmacro %}

{# An amount of a money bag in either shape: Admin camelCase first, webhook snake_case second. #}
{% macro amount(admin_bag, webhook_bag, money='shop') -%}
    coalesce(
        {{ admin_bag }} #>> '{{ "{" ~ money ~ "Money,amount}" }}',
        {{ webhook_bag }} #>> '{{ "{" ~ money ~ "_money,amount}" }}'
    )::numeric(20, 4)
{%- endmacro %}

{# True when no newer document of the same thing stands in the table; a tie goes to the Admin API. #}
{% macro is_newest(documents, raw_table) -%}
    not exists (
        select 1
        from {{ raw_table }} as twins
        where twins.tenant_id = {{ documents }}.tenant_id
            and twins.id = {{ documents }}.id
            and twins.origin <> {{ documents }}.origin
            and (twins.updated_at, twins.origin = 'admin')
                > ({{ documents }}.updated_at, {{ documents }}.origin = 'admin')
    )
{%- endmacro %}

{# True unless Shopify told of the thing's deletion, which leaves a tombstone in place of a webhook. #}
{% macro is_not_deleted(documents, raw_table) -%}
    not exists (
        select 1
        from {{ raw_table }} as tombstones
        where tombstones.tenant_id = {{ documents }}.tenant_id
            and tombstones.id = {{ documents }}.id
            and tombstones.origin = 'webhook'
            and tombstones.payload ? 'deleted_at'
    )
{%- endmacro %}

{# The objects of a JSON list; nothing when the document has no such list, or null in its place. #}
{% macro each(document, path) -%}
    jsonb_path_query({{ document }}, '$.{{ path }}[*] ? (@.type() == "object")')
{%- endmacro %}

{# How many units of a line the refunds within an order's webhook name. #}
{% macro refunded_units(order_document, line_item_id) -%}
    (
        select sum((part ->> 'quantity')::bigint)
        from {{ each(order_document, 'refunds[*].refund_line_items') }} as part
        where part ->> 'line_item_id' = {{ line_item_id }}
    )
{%- endmacro %}

{# How many decimals the currency's smallest coin has (ISO 4217). #}
{% macro currency_digits(currency) -%}
    case
        when {{ currency }} in (
            'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV',
            'XAF', 'XOF', 'XPF'
        ) then 0
        when {{ currency }} in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
        else 2
    end
{%- endmacro %}

{#
    METRICS.md, Customers: whose a thing is that names a customer, an e-mail or a phone, in words that
    compare: the customer's id, else the e-mail, else the phone; null when it names nobody.
#}
{% macro whose(relation) -%}
    coalesce(
        'customer ' || {{ relation }}.customer_id,
        'email ' || nullif(lower(trim({{ relation }}.email)), ''),
        'phone ' || nullif(
            regexp_replace(regexp_replace({{ relation }}.phone, '[^0-9]', '', 'g'), '^00', ''), ''
        ),
        'buyer ' || {{ relation }}.buyer_key
    )
{%- endmacro %}
