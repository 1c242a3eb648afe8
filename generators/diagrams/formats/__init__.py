"""The languages a picture is written in: one format a file, each binding its instance to `format`."""
