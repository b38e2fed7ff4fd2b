"""The Shopify source: client, bulk operations, queries; it knows nothing of Postgres or dlt."""
