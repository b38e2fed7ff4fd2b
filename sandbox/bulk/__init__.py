"""Bulk operations: what Shopify refuses, how a query becomes JSONL, and the desk that runs them."""
