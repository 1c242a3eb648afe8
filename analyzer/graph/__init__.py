"""Questions asked of a dependency graph: the cut, who touches which table, what an entry point reaches."""
