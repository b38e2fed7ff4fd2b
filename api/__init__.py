"""The HTTP room: lands webhooks, serves figures from the marts, controls tenants and syncs."""
