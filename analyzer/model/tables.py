"""What the code does with the tables: who uses and who owns each, what transactions span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .evidence import Place
from .graph import Node

LETTERS = "CRUDW"
"""Created, read, updated, deleted; `W`: written, and how is not told."""


class TableUse(NamedTuple):
    """What one function (or module, view, routine ...) does with a table.

    `how` are letters of `LETTERS`; `home` is the package or service of the source, "" where it has none.
    """

    source: str
    home: str
    how: str
    places: tuple[Place, ...]
    loops: bool = False
    locks: bool = False

    @property
    def writes(self) -> bool:
        """Whether the table is changed."""
        return self.how.strip("R") != ""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table or view with its uses by the application's own code (no tests, scripts, migrations).

    `owner` is the service that it was agreed to belong to, else the package that declares its model, else the
    one that writes it most. `functionalities` maps entry points to letters. `possible` is how many functions
    may use it as well, where nothing tells which table they use; they do not count.
    """

    node: Node
    owner: str
    uses: tuple[TableUse, ...]
    functionalities: Mapping[str, str]
    possible: int = 0

    @property
    def name(self) -> str:
        """Without its kind."""
        return self.node.name

    @property
    def users(self) -> tuple[str, ...]:
        """The packages that read or write it, sorted."""
        return tuple(sorted({use.home for use in self.uses}))

    @property
    def writers(self) -> tuple[str, ...]:
        """The packages that write it, sorted."""
        return tuple(sorted({use.home for use in self.uses if use.writes}))

    @property
    def sharing(self) -> str:
        """`written by several`, `read by others`, `exclusive`, `only read`, `possibly used` or `unused`."""
        if not self.uses:
            return "possibly used" if self.possible else "unused"
        if len(self.writers) > 1:
            return "written by several"
        if len(self.users) == 1:
            return "exclusive"
        return "read by others" if self.writers else "only read"


class SpanningTransaction(NamedTuple):
    """A transaction with the tables that it writes, owner -> ids, and the hosts and tasks that it calls.

    `source` is the function that opens it.
    """

    id: str
    source: str
    place: Place
    opened: str
    owners: Mapping[str, tuple[str, ...]]
    outbound: tuple[str, ...] = ()


class SequenceView(NamedTuple):
    """A sequence with the tables and the packages (or services) that take numbers from it, sorted."""

    id: str
    tables: tuple[str, ...]
    homes: tuple[str, ...]

    @property
    def shared(self) -> bool:
        """Whether several tables or packages take numbers from it."""
        return len(self.tables) > 1 or len(self.homes) > 1


@dataclass(frozen=True, slots=True)
class TableViews:
    """All tables, sorted by id; `homes` are the packages or services that use them, `agreed` tells which.

    `transactions` are those that write something and either write tables of several owners or, while they are
    open, send requests or tasks: those with most owners first.
    """

    tables: tuple[TableView, ...]
    homes: tuple[str, ...]
    transactions: tuple[SpanningTransaction, ...]
    agreed: bool = False
    sequences: tuple[SequenceView, ...] = ()
