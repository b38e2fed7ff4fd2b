"""The list of a tenant's orders."""
