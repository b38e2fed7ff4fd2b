"""A process that syncs one tenant until it is killed: a child of the tests.

Argument: a file with the settings and the tenant's id.
"""

import pickle
import sys
from pathlib import Path

from pipelines.sync import sync_tenant

if __name__ == "__main__":
    settings, tenant_id = pickle.loads(Path(sys.argv[1]).read_bytes())
    sync_tenant(settings, tenant_id, trigger="killed")
