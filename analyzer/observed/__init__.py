"""What is seen beside the source: the history of its repository."""
