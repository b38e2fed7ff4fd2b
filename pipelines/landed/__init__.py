"""Landed webhooks: checked, made documents, read for orders that need their agreements."""
