insert into begun_buyers
select tenant_id, buyer_key
from control.dirty_buyers
where build_group = %(build_group)s
