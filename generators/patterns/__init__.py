"""Patterns that can be generated: one a file, under the noun of its detector in `analyzer/patterns/`."""
