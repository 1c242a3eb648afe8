"""In which schemas a script looks for names without one: `SET search_path`, `USE`, `CURRENT_SCHEMA`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..model.facts import Json

DEFAULT_SCHEMAS = frozenset({"public", "dbo", "main"})
"""Where databases keep what no schema is told for."""

_SET = re.compile(
    r"(?:set\s+(?:(?:session|local)\s+)?(?:search_path(?:\s*=|\s+to\b)|(?:current\s+)?schema\b(?:\s*=)?)"
    r"|alter\s+session\s+set\s+current_schema\s*=|use(?=\s))\s*(?P<listed>[^;\n]*)",
    re.IGNORECASE,
)
_CONFIG = re.compile(
    r"select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'search_path'\s*,\s*'(?P<listed>[^']*)'",
    re.IGNORECASE,
)
_RESET = re.compile(r"reset\s+(?:search_path|all)\b", re.IGNORECASE)
_NAME = re.compile(r"[\w$#]+\Z")
_NONE = frozenset({"$user", "pg_catalog", "default", "information_schema", "none"})


def after(text: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """The schemas in which a script looks for names behind a statement; what it makes lies in the first."""
    if _RESET.match(text):
        return ()
    found = _SET.match(text) or _CONFIG.match(text)
    if found is None:
        return before
    named = (part.strip().strip("'\"`[]").lower() for part in found["listed"].split(","))
    return tuple(name for name in named if name not in _NONE and _NAME.match(name))


class Schemas:
    """Where names without a schema lie, by what scripts say of the schemas that they look into.

    Where all scripts of a project name but one, it goes without saying.
    """

    def __init__(self, statements: Sequence[Mapping[str, Any]]) -> None:
        first = {data["schemas"][0] for data in statements if data.get("schemas")} - DEFAULT_SCHEMAS
        self._unsaid = DEFAULT_SCHEMAS | (first if len(first) == 1 else frozenset())
        self._made = {
            self._own(str(made["name"]), data["schemas"])
            for data in statements
            if data.get("schemas")
            for made in data["definitions"]
            if made["action"] == "create"
        }

    def _own(self, name: str, schemas: Sequence[str]) -> str:
        """What is made lies in the first schema."""
        return name if "." in name or schemas[0] in self._unsaid else f"{schemas[0]}.{name}"

    def _find(self, name: str, schemas: Sequence[str]) -> str:
        """The name in the first schema that has it."""
        if "." in name:
            return name
        named = (name if schema in self._unsaid else f"{schema}.{name}" for schema in schemas)
        return next((full for full in named if full in self._made), name)

    def resolved(self, data: Mapping[str, Json]) -> Mapping[str, Json]:
        """A statement's data with all names in their schemas."""
        schemas = data.get("schemas")
        if not schemas:
            return data

        def find(name: Any) -> str:
            return self._find(str(name), schemas)

        def uses(found: Sequence[Any]) -> list[Json]:
            return [[find(use[0]), *use[1:]] for use in found]

        made = [
            {
                **each,
                "name": self._own(str(each["name"]), schemas)
                if each["action"] == "create" and not each["temporary"] and each["kind"] != "index"
                else find(each["name"]),
                "on": find(each["on"]) if each["kind"] != "table" else each["on"],
                "foreign_keys": [[key[0], find(key[1]), *key[2:]] for key in each["foreign_keys"]],
                "uses": uses(each["uses"]),
                "bases": [find(base) for base in each["bases"]],
            }
            for each in data["definitions"]
        ]
        calls = [find(called) for called in data["calls"]]
        told = {**data, "uses": uses(data["uses"]), "definitions": made, "calls": calls}
        if "sequences" in data:
            told["sequences"] = [
                [find(name), mode, line, kind, find(owner) if owner else ""]
                for name, mode, line, kind, owner in data["sequences"]
            ]
        return told
