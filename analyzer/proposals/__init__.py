"""Graph -> proposals: what belongs together, what is shared, where to cut. One strategy a file."""
