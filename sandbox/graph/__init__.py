"""The Admin GraphQL API over a shop: schema subset, search syntax, paging, execution, cost."""
