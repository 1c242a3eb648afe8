"""Tests of the shop, only through HTTP."""
