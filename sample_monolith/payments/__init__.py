"""Card payments and refunds."""
