"""The sweep: a shop's ids compared with ours, and what Shopify no longer has put to rest.

Shopify tells of deletions by webhook alone, and a webhook can be lost for good. So the ids of all
orders, customers and products are exported and compared; each that is missing is asked for by
itself before it gets a tombstone, as the webhook would have left one.
"""

from pipelines.sweep.comparing import Swept
from pipelines.sweep.sweeping import SweepOutcome, sweep_tenant, sweep_tenants

__all__ = ["SweepOutcome", "Swept", "sweep_tenant", "sweep_tenants"]
