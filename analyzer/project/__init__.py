"""What the user gave: the boundary file, the source files, the accepted debt."""
