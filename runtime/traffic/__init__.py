"""Steer a running proxy, and prove that it sends each request where it should."""
