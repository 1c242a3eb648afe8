"""A database backend of Django whose connection is that of the tests' process."""
