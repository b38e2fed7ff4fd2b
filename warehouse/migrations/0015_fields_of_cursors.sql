-- A cursor tells how far documents were read with these fields: once a scope is granted, or a release asks
-- for more, the older ones are read anew.

alter table control.cursors add column fields_sha256 text;

-- Nothing owes a refund by itself: what touches one touches its order.
drop table control.dirty_refunds;
