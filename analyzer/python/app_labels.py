"""What Django calls the application that a module lies in."""

from __future__ import annotations

from collections.abc import Mapping


def label_of(module: str, labels: Mapping[str, str]) -> str:
    """The label of the nearest package that has one, else the name of the folder that models lie in."""
    name = module
    while name:
        if name in labels:
            return labels[name]
        name = name.rpartition(".")[0]
    parts = module.split(".")
    if "models" in parts[1:]:
        return parts[parts.index("models", 1) - 1]
    return parts[-2:][0]
