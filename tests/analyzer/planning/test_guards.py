"""What is asked before requests goes along with the routes, or is told and refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.planning.steps import plan

FILES = {
    "shop/__init__.py": "",
    "shop/auth.py": "def admins_only(): pass\ndef anyone(): pass\n",
    "shop/pay.py": """
        from flask import Blueprint
        bp = Blueprint("pay", __name__)
        @bp.before_request
        def counted(): pass
        @bp.get("/pay")
        def show(): return ""
    """,
    "shop/stock.py": """
        from flask import Blueprint
        bp = Blueprint("stock", __name__)
        @bp.get("/stock")
        def show(): return ""
    """,
}
MADE = """
    from flask import Flask
    def create():
        app = Flask(__name__)
        register(app)
        return app
    def tests_only(app):
        from shop.auth import anyone
        app.before_request(anyone)
"""
REGISTERS = """
    def register(app{more}):
        from shop import auth, pay, stock
        pay.bp.before_request(auth.admins_only)
        stock.bp.before_request(auth.anyone)
        app.before_request(auth.anyone)
        app.register_blueprint(pay.bp)
        app.register_blueprint(stock.bp)
"""
LEFT = "pay.bp.before_request(auth.admins_only) at shop/app.py:13; app.before_request(auth.anyone) at shop/app.py:15"


@pytest.mark.parametrize("call, left", [("register(app)", ""), ("register(app, {})", LEFT)])
def test_hooks_that_the_service_does_not_run_refuse_the_step(
    call: str, left: str, graph_of: Callable[..., Graph], tmp_path: Path
) -> None:
    """Those that the service repeats from a function that registers, or has in its own modules, are none."""
    made = MADE.replace("register(app)", call)
    app = dedent(made) + dedent(REGISTERS.format(more=", options" if left else ""))
    files = {**FILES, "shop/app.py": app}
    boundary = Boundary((Service("pay", modules=("shop.pay",)), Service("stock", modules=("shop.stock",))))
    texts = {path: dedent(text) for path, text in files.items()}
    step = plan(graph_of(files), boundary, "pay", texts).steps[0]
    done = [f"{call.module}.{call.name} {call.on}" for call in step.wiring]
    assert done == ([] if left else ["shop.pay.bp.before_request ", "shop.auth.anyone before_request"])
    found = [hazard for hazard in step.hazards if hazard.id == "guard-left-behind"]
    assert [hazard.severity for hazard in found] == ["error"] * bool(left)
    assert all(hazard.title.endswith(f": {left}") for hazard in found)
