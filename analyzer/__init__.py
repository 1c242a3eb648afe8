"""Understands: source files to facts, graph, proposals and plans. Returns records, prints nothing."""
