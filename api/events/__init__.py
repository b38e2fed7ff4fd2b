"""The deliveries of webhooks: what became of each, and loading it again."""
