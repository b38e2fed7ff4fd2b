{# METRICS.md, Customers: an order's place in its buyer's life, by its placing and then its number. #}
{% macro place_in_life(orders) -%}
    row_number() over (
        partition by {{ orders }}.tenant_id, {{ orders }}.buyer_key
        order by {{ orders }}.processed_at, {{ orders }}.order_id
    )::integer
{%- endmacro %}

{#
    An order that comes, goes or changes its buyer moves the places of others that are not dirty: give
    all orders of the touched buyers, new and old, their place, in the model's own transaction. A full
    refresh has ranked them all.
#}
{% macro rank_orders() %}
    {% if is_incremental() %}
    update {{ this }} as standing
    set order_rank = ranked.order_rank, is_first_order = ranked.order_rank = 1
    from (
        select lives.tenant_id, lives.order_id, {{ place_in_life('lives') }} as order_rank
        from {{ this }} as lives
        where (lives.tenant_id, lives.buyer_key) in (
            {{ dirty_keys('dirty_buyers', 'buyer_key') }}
            union
            select fresh.tenant_id, fresh.buyer_key
            from {{ this }} as fresh
            where (fresh.tenant_id, fresh.order_id) in ({{ dirty_keys('dirty_orders', 'order_id') }})
        )
    ) as ranked
    where standing.tenant_id = ranked.tenant_id
        and standing.order_id = ranked.order_id
        and standing.order_rank <> ranked.order_rank
    {% endif %}
{% endmacro %}

{# One of five classes of equal size by rank; whoever shares a rank shares the class, and 5 is best. #}
{% macro quintile(rank, size) -%}
    least(5, 1 + 5 * ({{ rank }} - 1) / greatest({{ size }} - 1, 1))::integer
{%- endmacro %}
