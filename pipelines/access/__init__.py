"""The way into one tenant's shop: its token, a client that uses it, a folder for what is exported.

Three ways lead to a token: client credentials (a day), an expiring offline token with its refresh
token (an hour), a token that lasts.
"""

from pipelines.access.clients import tenant_client
from pipelines.access.exports import export_folder
from pipelines.access.tokens import TenantTokens

__all__ = ["TenantTokens", "export_folder", "tenant_client"]
