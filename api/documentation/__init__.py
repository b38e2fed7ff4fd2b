"""The API described: OpenAPI and a page that shows it without a network."""
