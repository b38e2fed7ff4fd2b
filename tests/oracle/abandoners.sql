-- How many checkouts each buyer has abandoned by now: those of the customer, or of the guest's address.

create macro digits_of(phone) as
    regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^00', '');

create or replace table marts.customers as
with abandoned as (
    select
        tenant_id,
        customer_id,
        if(customer_id is null, lower(email), null) as email,
        if(customer_id is null and email is null, digits_of(phone), null) as phone,
        count(*) as checkouts
    from marts.checkouts
    where status = 'ABANDONED' and is_counted
    group by all
)
select customers.*, coalesce(abandoned.checkouts, 0) as abandoned_checkouts
from marts.customers
left join abandoned
    on abandoned.tenant_id = customers.tenant_id
    and case
        when customers.customer_id is not null then abandoned.customer_id = customers.customer_id
        when customers.email is not null then abandoned.email = lower(customers.email)
        else abandoned.phone = digits_of(customers.phone)
    end;
