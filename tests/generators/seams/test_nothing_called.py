"""A service that nobody calls has no seam, and is told a way that is open to it; exceptions are told as `except` names them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.planning.seam import seam
from carveout.generators.reports.interface_lines import interface_lines
from carveout.generators.seams.contract import seam_changes

BOUNDARY = Boundary((Service("pay", modules=("shop.pay",)),), Shared())
ROUTE = 'from flask import Flask\napp = Flask("shop")\n@app.get("/pay")\ndef pay() -> str: return "paid"\n'


@pytest.mark.parametrize(
    ("service", "caller", "way"),
    [
        ("def total() -> int: return 1\n", "", "join it with another service: carveout propose --what-if"),
        (ROUTE, "", "carveout scaffold pay --step routes: its routes go"),
        (
            "class Till:\n    @property\n    def total(self) -> int: return 1\n",
            "from .pay import Till\ndef use(): return Till().total\n",
            "give it functions",
        ),
    ],
)
def test_what_is_left_to_do(
    graph_of: Callable[..., Graph], tmp_path: Path, service: str, caller: str, way: str
) -> None:
    graph = graph_of({"shop/__init__.py": "", "shop/pay.py": service, "shop/web.py": caller})
    (step,) = seam(graph, BOUNDARY, "pay", tmp_path).steps
    with pytest.raises(Refused) as caught:
        seam_changes(step)
    assert way in str(caught.value.help)


def test_what_a_function_raises_is_told_by_its_class(graph_of: Callable[..., Graph], tmp_path: Path) -> None:
    graph = graph_of({
        "shop/__init__.py": "",
        "shop/pay.py": "class Card:\n    class Missing(Exception): ...\n"
        "def charge(n: int) -> int:\n    if not n: raise Card.Missing\n    raise KeyError(n)\n",
        "shop/web.py": "from .pay import charge\ndef view(): return charge(1)\n",
    })  # fmt: skip
    (step,) = seam(graph, BOUNDARY, "pay", tmp_path).steps
    (told,) = [line.split(None, 1)[1] for line in interface_lines(step.interface) if "raises" in line]
    assert told == "KeyError, Card.Missing"
