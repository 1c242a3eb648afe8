"""What a function needs and gives beside its calls: what would have to cross if it moved elsewhere."""

from __future__ import annotations

from json import dumps, loads
from typing import NamedTuple


class Parameter(NamedTuple):
    """A parameter, and what the function and all that it calls do with it.

    `type` is the annotation ("" without). `reads` and `writes` are access paths from the value on
    (`user.email`, `META['HOST']`, `items[].price`, `.` for the value itself, `*` for anything below);
    `escapes` are (path, how): where a part is handed to code outside the project, stored, returned ...
    """

    name: str
    type: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    escapes: tuple[tuple[str, str], ...] = ()


class Guarded(NamedTuple):
    """The body of a `try`: its lines, what is caught there, and what is caught but raised again."""

    line: int
    end_line: int
    catches: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


class Needs(NamedTuple):
    """What is known of a function, without its calls.

    `raises` are the dotted names of the exceptions that come out of it, its own and those of what it calls
    (`?`: one that cannot be told); `guards` are its `try` statements, in the order of the source.
    """

    parameters: tuple[Parameter, ...] = ()
    raises: tuple[str, ...] = ()
    guards: tuple[Guarded, ...] = ()

    def around(self, line: int) -> tuple[Guarded, ...]:
        """The `try` statements around a line of the function, such as that of a call; the outermost first."""
        return tuple(guard for guard in self.guards if guard.line <= line <= guard.end_line)

    def text(self) -> str:
        """As a JSON object, without what is empty; this is how graphs hold it."""
        row = {
            "parameters": [_told(parameter) for parameter in self.parameters],
            "raises": self.raises,
            "guards": [_told(guard) for guard in self.guards],
        }
        return dumps({name: value for name, value in row.items() if value})

    @classmethod
    def of(cls, text: str) -> Needs:
        """The opposite of `text`."""
        row = loads(text) if text else {}
        return cls(
            tuple(
                Parameter(
                    p["name"],
                    p.get("type", ""),
                    tuple(p.get("reads", ())),
                    tuple(p.get("writes", ())),
                    tuple((path, how) for path, how in p.get("escapes", ())),
                )
                for p in row.get("parameters", ())
            ),
            tuple(row.get("raises", ())),
            tuple(
                Guarded(g["line"], g["end_line"], tuple(g.get("catches", ())), tuple(g.get("again", ())))
                for g in row.get("guards", ())
            ),
        )


def _told(row: Parameter | Guarded) -> dict[str, object]:
    return {name: value for name, value in row._asdict().items() if value}
