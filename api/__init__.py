"""The HTTP service: takes Shopify's webhooks in and serves the marts; imports only ``warehouse``."""
