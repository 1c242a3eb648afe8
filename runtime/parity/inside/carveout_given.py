"""Settings that a service must be given before it starts: variables with the values of the monolith."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
from pathlib import Path

from carveout_service import ask

NEEDED, OPTIONAL = "NEEDED", "OPTIONAL"
"""Lists of names in the settings of a service of Flask."""


def needed(package: str) -> list[str]:
    """Variables that its settings ask for by `given` or list, and nobody has set."""
    return asked(package, NEEDED, calls=True)


def asked(package: str, listed: str, *, calls: bool = False) -> list[str]:
    """Variables that its settings have in a list, and with `calls` those that they ask for by `given`."""
    found = importlib.util.find_spec(f"{package}.settings")
    assert found is not None and found.origin is not None
    tree = ast.parse(Path(found.origin).read_text(encoding="utf-8"))
    names = [
        node.args[0].value
        for node in ast.walk(tree)
        if calls
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "given"
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
    ]
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id == listed:
                names += ast.literal_eval(node.value)
    return [str(name) for name in names if name not in os.environ]


def give(names: list[str], what: str = "settings") -> None:
    """As whoever runs the service would."""
    for name, value in ask(what, names).items():
        os.environ[name] = value if isinstance(value, str) else json.dumps(value, default=str)
