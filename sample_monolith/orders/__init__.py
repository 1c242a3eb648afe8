"""From checkout to delivery."""
