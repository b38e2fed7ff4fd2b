-- HMAC-SHA256 by hand, for plain Postgres has no keyed hash; the padded keys are bound, never written out.
update identities
set identity_hash = sha256(%(outer)s::bytea || sha256(%(inner)s::bytea || convert_to(identity, 'UTF8')))
