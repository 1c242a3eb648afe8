"""Frameworks, one a file or folder: each reads one file's facts and links those of all files."""
