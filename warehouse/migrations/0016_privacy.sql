-- What was erased, so that it stays erased whoever brings it back, and receipts that say what was done.

-- E-mails and phone numbers stand here as keyed hashes, under a key of their own: they say who must be
-- kept out, and lead to nobody's figures.
create table control.erased (
    tenant_id bigint not null references control.tenants,
    kind text not null check (kind in ('customer', 'email', 'phone', 'order', 'checkout', 'cart')),
    value text not null,
    -- The buyer whose key the documents keep; null where they keep another person's.
    buyer_key uuid,
    -- Whether an e-mail, or a phone number, stood there: figures go on counting it as reachable.
    had_contact boolean not null default false,
    -- What was made before is erased; what a person orders later is a new buyer's.
    erased_at timestamptz not null default now(),
    primary key (tenant_id, kind, value)
);
grant select, insert, update on control.erased to shopmart_loader;
grant select on control.erased to shopmart_dbt;
alter table control.erased enable row level security;
alter table control.erased force row level security;
create policy service on control.erased to current_user, shopmart_loader, shopmart_dbt
    using (true) with check (true);
create policy tenant on control.erased for select to shopmart_reader
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);

alter table control.receipts
    -- Whose data, by Shopify's numbers only.
    add column request jsonb not null default '{}',
    -- Rows for each table: erased, or of a request for data: found.
    add column counts jsonb not null default '{}',
    -- When the dead rows and the files of what was erased were gone, too.
    add column cleaned_at timestamptz,
    -- The bundle that answered a request for data.
    add column bundle text,
    add column bundled_at timestamptz;
create index receipts_by_arrival on control.receipts (tenant_id, received_at);

-- A shop that was erased: its row says so, and nothing is loaded for it.
alter table control.tenants add column erased_at timestamptz;
grant select (erased_at) on control.tenants to shopmart_dbt;
