"""The work itself: Shopify and landed webhooks into the raw tables, and the build of the marts.

Runs without an orchestrator: ``python -m pipelines --help``.
"""
