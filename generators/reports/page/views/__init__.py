"""One view of the page a file: a section of HTML that reads without script."""
