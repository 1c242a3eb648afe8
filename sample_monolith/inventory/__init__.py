"""What lies in the warehouse."""
