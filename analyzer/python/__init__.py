"""The Python language: what a file says by itself (facts), and what its names mean among all files."""
