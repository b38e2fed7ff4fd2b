"""The work itself: extract from Shopify, land into raw, build the marts.

Runs without an orchestrator (``python -m pipelines``); imports only ``warehouse``.
"""
