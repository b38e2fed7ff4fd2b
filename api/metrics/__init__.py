"""The headline figures of a tenant."""
