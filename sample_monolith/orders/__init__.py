"""Orders, from checkout to cancellation."""
