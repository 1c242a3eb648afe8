"""Slices: a definition with all that it needs when it runs, and nothing else, as it stood."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.planning.declarations import Declarations
from carveout.analyzer.planning.slices import Slices

SlicesOf = Callable[..., Slices]


@pytest.fixture
def slices_of(graph_of: Callable[..., Graph]) -> SlicesOf:
    def make(files: Mapping[str, str], roots: Iterable[tuple[str, str]]) -> Slices:
        graph = graph_of(files)
        texts = {path: dedent(text) for path, text in files.items()}
        slices = Slices(graph, Declarations(graph, texts), texts)
        slices.add(roots)
        return slices

    return make


def test_a_function_brings_what_it_runs_with_and_nothing_else(slices_of: SlicesOf, tmp_path: Path) -> None:
    slices = slices_of({
        "shop/__init__.py": "from .web import view\n",
        "shop/pay.py": '''
            """Pay."""
            import os, re
            from typing import Any
            from .money import Cents as C, FEES, unused
            from . import rates, web
            from shop.users import User
            import secrets

            # What a fee is at least.
            LEAST = 3
            TABLE = {}
            TABLE["a"] = LEAST
            OTHER = secrets.token_hex()

            def helper(a): return re.sub("x", "y", a) + str(TABLE["a"])

            # Charges.
            @staticmethod
            def charge(user: User, a: "web.View", *, b=FEES) -> Any:
                from .late import LATE
                return helper(user.name), rates.current(C(1)), LATE, b  # all

            def other(): return web.view()
            ''',
        "shop/money.py": "import decimal\nclass Cents(int): ...\nFEES = (1, 2)\ndef unused(): return decimal.Decimal(1)\n",
        "shop/rates.py": "from .more import deep\ndef current(c): return deep(c)\ndef past(): ...\n",
        "shop/more.py": "import json\ndef deep(c): return json.dumps(c)\n",
        "shop/late.py": "LATE = 1\nLATER = 2\n",
        "shop/web.py": "class View: ...\ndef view(): ...\n",
        "shop/users.py": "class User: ...\n",
    }, [("shop.pay", "charge")])  # fmt: skip
    assert slices.modules() == ("shop", "shop.late", "shop.money", "shop.more", "shop.pay", "shop.rates")
    text = slices.text("shop.pay")
    assert "# What a fee is at least.\nLEAST = 3\n" in text
    assert "# Charges.\n@staticmethod\ndef charge(" in text
    assert "return helper(user.name), rates.current(C(1)), LATE, b  # all\n" in text
    for gone in ("OTHER", "secrets", "import os", "unused", "def other"):
        assert gone not in text
    assert "if TYPE_CHECKING:\n    from typing import Any\n    from typing import Any as User\n" in text
    assert slices.text("shop") == ""
    assert (
        slices.text("shop.money")
        == "from __future__ import annotations\n\n\nclass Cents(int): ...\n\nFEES = (1, 2)\n"
    )
    for module in slices.modules():
        ast.parse(slices.text(module))
    folder = tmp_path / "apart" / "shop"
    folder.mkdir(parents=True)
    for module in slices.modules():
        name = module.removeprefix("shop").lstrip(".") or "__init__"
        (folder / f"{name}.py").write_text(slices.text(module))
    code = "from types import SimpleNamespace as N; from shop.pay import charge; print(charge.__func__(N(name='x'), 1))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "apart", capture_output=True, text=True, check=False
    )
    assert done.stdout == "('y3', '1', 1, (1, 2))\n", done.stderr


def test_whole_modules_conditional_imports_and_circles(slices_of: SlicesOf) -> None:
    slices = slices_of({
        "a.py": "try:\n    import fast as f\nexcept ImportError:\n    f = None\nfrom b import g\n\ndef go(): return f, g\n",
        "b.py": "import a\n\ndef g(): return a.go()\n\ndef h(): ...\n",
        "c.py": "# all of it\nX = 1\n",
    }, [("a", "go"), ("c", "")])  # fmt: skip
    assert slices.text("c") == "# all of it\nX = 1\n"
    assert "except ImportError:\n    f = None\n" in slices.text("a")
    assert "def h" not in slices.text("b") and "def g" in slices.text("b")
    assert (slices.external, slices.optional) == (set(), {"fast"})


def test_a_broken_module_that_is_needed_is_refused(slices_of: SlicesOf) -> None:
    """Without what it defines the service could not be imported."""
    files = {"a.py": "def f(:\n", "b.py": "from a import f\nfrom nowhere import x\ndef g(): return f, x\n"}
    with pytest.raises(Refused, match="cannot be parsed"):
        slices_of(files, [("b", "g")])


def test_newer_syntax_is_sliced_as_it_stands(slices_of: SlicesOf) -> None:
    """What another Python would parse is read as the analysis reads it, and goes along unchanged."""
    newer = (
        "type Rows = list[int]\n\n\ndef first[T](rows: list[T]) -> T:\n    try:\n        return rows[SOME]\n"
        "    except KeyError, IndexError:\n        raise\n\n\nSOME = 0\nOTHER = 1\n"
    )
    files = {"a.py": newer, "b.py": "from a import first\ndef g(): return first([1])\n"}
    made = slices_of(files, [("b", "g")]).text("a")
    assert newer.partition("\n\n\n")[2].partition("\n\n\n")[0] in made
    assert "SOME = 0" in made and "OTHER" not in made
