"""What a picture shows: one level a file, each binding its instance to `level`."""
