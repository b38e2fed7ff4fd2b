-- Customers with a document in those loads (in a full build: all), with or without orders.
insert into identities (tenant_id, order_id, customer_id, identity)
select distinct
    documents.tenant_id,
    null::bigint,
    documents.id,
    documents.tenant_id || ':customer:' || documents.id
from raw.customers as documents
where %(full_refresh)s or documents._dlt_load_id in (select load_id from begun_loads)
