"""From files to facts to the graph: reading (parallel, cached) and linking."""
