"""Migrations: what each one says, and the models that all of them together leave."""

from .reading import read_migrations
from .replay import Replay, Replayed

__all__ = ["Replay", "Replayed", "read_migrations"]
