-- What each sale adds to each figure; every sales figure of every mart is a sum over this table.

create table entries as
with parts as (
    select
        *,
        line_type = 'product' and action in ('order', 'update') as is_sold,
        (line_type = 'product' and action = 'return') or line_type = 'adjustment' as is_returned
    from ledger
),
apart as (
    select
        *,
        if(line_type = 'product' and action = 'order', quantity, 0) as units_sold,
        if(is_sold, gross, 0) as gross_sales,
        if(is_sold, discount, 0) as discounts,
        if(is_returned, -net, 0) as "returns",
        if(line_type = 'shipping', net, 0) as shipping,
        if(line_type = 'duty', net, 0) as duties,
        if(line_type = 'additional_fee', net, 0) as additional_fees,
        if(line_type = 'fee', net, 0) as return_fees,
        if(line_type = 'unknown', net, 0) as other_sales,
        if(line_type in ('tip', 'gift_card'), 0, tax) as taxes,
        if(line_type = 'tip', total, 0) as tips,
        if(line_type = 'gift_card', total, 0) as gift_card_sales
    from parts
)
select
    *,
    gross_sales - discounts - "returns" as net_sales,
    net_sales + shipping + taxes + duties + additional_fees + return_fees + other_sales as total_sales
from apart;

set variable figures =
    '^(units_sold|gross_sales|discounts|returns|net_sales|shipping|duties|additional_fees|return_fees'
    || '|other_sales|taxes|total_sales|tips|gift_card_sales)$';

-- Of goods, whose taxes and total are those of the product lines alone.
set variable goods_figures =
    '^(units_sold|gross_sales|discounts|returns|net_sales|taxes|total_sales|gift_card_sales)$';

create table goods as
select * replace (net_sales + taxes as total_sales)
from entries
where line_type in ('product', 'gift_card');

create table order_figures as
select
    tenant_id,
    order_id,
    sum(columns(getvariable('figures'))),
    sum(total) as ledger_total
from entries
group by tenant_id, order_id;

create schema marts;

create table marts.ledger as select * from ledger;
