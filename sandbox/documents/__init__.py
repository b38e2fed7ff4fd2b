"""How a shop's books read: Admin API documents (camelCase) and webhook bodies (snake_case)."""
