"""The list of a tenant's products."""
