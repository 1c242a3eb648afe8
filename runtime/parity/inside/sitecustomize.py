"""Started by Python itself in the process of the user's tests, which have this folder on their path.

Only a process that carveout started for `verify` has the variable that this looks for.
"""

import importlib
import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path


def _next_one() -> None:
    """Another sitecustomize of the environment runs as it would have without us."""
    here = str(Path(__file__).parent)
    others = [path for path in sys.path if path and str(Path(path)) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if os.environ.get("CARVEOUT_PARITY"):
    importlib.import_module("carveout_parity").install(os.environ["CARVEOUT_PARITY"])
_next_one()
