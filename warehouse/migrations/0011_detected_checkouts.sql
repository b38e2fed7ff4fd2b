-- A detection reads only what it has not counted yet, under the row security of the shop that it looks at.

grant select (tenant_id, checkout_id) on control.detected_checkouts to shopmart_reader;
