"""Mobia: the shop behind the Mobia app, as one application."""
