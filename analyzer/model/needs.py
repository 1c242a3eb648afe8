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


class Needs(NamedTuple):
    """What is known of a function, without its calls."""

    parameters: tuple[Parameter, ...] = ()

    def text(self) -> str:
        """As a JSON object, without what is empty; this is how graphs hold it."""
        return dumps({"parameters": [_parameter(p) for p in self.parameters]} if self.parameters else {})

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
            )
        )


def _parameter(parameter: Parameter) -> dict[str, object]:
    return {name: value for name, value in parameter._asdict().items() if value}
