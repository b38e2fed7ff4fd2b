-- Words for reading what Shopify tells in either of its shapes.

create macro tail(gid) as nullif(regexp_extract(gid, '([0-9]+)(\?.*)?$', 1), '');
create macro number_of(gid) as cast(tail(gid) as bigint);
create macro money(amount) as cast(amount as decimal(20, 4));
create macro moment(told) as cast(told as timestamptz);
create macro shop_day(at_time, zone) as cast(timezone(zone, at_time) as date);
create macro present(told) as nullif(trim(told), '');
-- The sum of one amount of each thing in a list. An arrow would be read as a lambda here.
create macro summed(document, list_path, amount) as coalesce(
    list_sum(
        [money(json_extract_string(part, amount)) for part in json_extract(document, list_path)]
    ),
    0
);
-- Exact division of money: decimals become floats in DuckDB, integers do not. Half away from zero.
create macro per(amount, parts, digits) as (
    cast(sign(amount) as decimal(38, 0)) * cast(
        (2 * abs(cast(amount * 10000 as hugeint)) * cast(10 ** (digits - 4) as hugeint) + parts)
        // (2 * parts) as decimal(38, 0)
    )
);
