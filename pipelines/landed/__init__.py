"""Landed webhooks: checked, turned into documents, and read for orders that need their agreements."""
