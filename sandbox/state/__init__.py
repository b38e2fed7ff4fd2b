"""The shop's own books: orders folded from facts, agreements and sales, the shop around them."""
