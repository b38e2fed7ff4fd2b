"""The shop's own books: orders folded from facts, their agreements and sales, and the shop around them."""
