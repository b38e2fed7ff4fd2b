"""A local Shopify: Admin GraphQL, bulk operations and signed webhooks over shops whose true figures it knows.

Imports nothing of the product, so that its truth shares no code with the models.
"""
