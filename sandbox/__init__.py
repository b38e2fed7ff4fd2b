"""A local Shopify: GraphQL, bulk operations, signed webhooks over shops with known figures.

Imports nothing of the product, so that its truth shares no code with the models.
"""
