"""The watch over what shops tell us: deliveries that stay away, data that is late, odd or few."""
