"""Files that `ast` refuses: read through tree-sitter, statement by statement."""
