"""Mobia, a small web shop for mobile phone accessories."""
