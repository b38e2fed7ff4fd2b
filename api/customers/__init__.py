"""The list of a tenant's buyers."""
