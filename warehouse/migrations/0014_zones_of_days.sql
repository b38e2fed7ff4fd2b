-- The API tells days in the zone that the marts were built in: the tenant's stated one may not be known
-- to the server, and a moved shop's days are the old ones until they are built anew.

grant select on control.shop_zones to shopmart_reader;
