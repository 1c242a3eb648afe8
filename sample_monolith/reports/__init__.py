"""Figures for the back office."""
