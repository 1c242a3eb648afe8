"""Customers, addresses and who is signed in."""
