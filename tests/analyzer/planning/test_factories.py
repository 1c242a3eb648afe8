"""Application factories of Flask: what of them goes along, and what makes routes is called in the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import dedent
from types import MappingProxyType

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.plan import Blueprint, Step
from carveout.analyzer.planning.steps import plan
from carveout.analyzer.planning.trimmed import missed, trimmed

Graphs = Callable[..., Graph]
FILES = {
    "shop/__init__.py": """
        from flask import Flask, render_template
        from .billing import create_billing
        from .ext import csrf, db
        from . import pages
        from .stock import bp as stock_bp
        from .ops import make_ops

        def create_app():
            app = Flask(__name__)
            db.init_app(app)
            create_billing(app)
            pages.init_app(app)
            app.register_blueprint(make_ops(), url_prefix="/ops")
            register(app)
            add_commands(app)
            errors(app)
            return app

        def register(app):
            from .orders import bp
            csrf.exempt(bp)
            csrf.exempt(stock_bp)
            app.register_blueprint(bp, url_prefix="/orders")
            app.register_blueprint(stock_bp)

        def add_commands(app):
            from .stock import bp
            app.cli.add_command(bp)

        def errors(app):
            @app.errorhandler(404)
            def missing(error): return render_template("404.html"), 404
    """,
    "shop/ext.py": "db = csrf = object()\n",
    "shop/billing.py": """
        from flask import Blueprint
        def create_billing(app):
            bp = Blueprint("billing", __name__, url_prefix="/billing")
            @bp.get("/<int:id>")
            def show(id): return {}
            app.register_blueprint(bp)
    """,
    "shop/ops.py": """
        from flask import Blueprint
        def make_ops(deep=False):
            bp = Blueprint("ops", __name__)
            @bp.get("/up")
            def up(): return {}
            return bp
    """,
    "shop/pages.py": """
        def init_app(app):
            @app.get("/about")
            def about(): return ""
    """,
    "shop/orders.py": """
        from flask import Blueprint
        bp = Blueprint("orders", __name__)
        @bp.get("/<int:id>")
        def show(id): return {}
    """,
    "shop/stock.py": """
        from flask import Blueprint
        bp = Blueprint("stock", __name__)
        @bp.get("/stock")
        def show(): return {}
    """,
}
NAMES = ("billing", "ops", "orders", "pages", "stock")
BOUNDARY = Boundary(
    tuple(Service(name, modules=(f"shop.{name}",)) for name in NAMES), Shared(modules=("shop.ext",))
)


def step_of(graph_of: Graphs, service: str, changed: Mapping[str, str] = MappingProxyType({})) -> Step:
    files = {**FILES, **changed}
    texts = {path: dedent(text) for path, text in files.items()}
    return plan(graph_of(files), BOUNDARY, service, texts).steps[0]


def test_a_service_brings_what_its_factory_wires_and_none_of_the_others(graph_of: Graphs) -> None:
    """Imports inside the factory, and those that it alone names, do not bring other services along."""
    step = step_of(graph_of, "orders")
    assert (step.moved, step.copied) == (("shop/orders.py",), ("shop/__init__.py", "shop/ext.py"))
    assert step.blueprints == (Blueprint("shop.orders", "bp", "/orders"),)
    calls = [(call.module, call.name, call.alone) for call in step.wiring]
    assert calls == [
        ("shop.ext", "db.init_app", False),
        ("shop.ext", "csrf.exempt", True),
        ("shop", "errors", False),
    ]
    assert step.wiring[1].arguments[0].module == "shop.orders"
    assert "cut-not-ready" not in [hazard.id for hazard in step.hazards]
    text = step.texts["shop/__init__.py"]
    assert text.startswith("\nfrom flask import render_template\n\n# create_app: stays")
    assert "def errors(app)" in text and "def register" not in text and "billing" not in text
    assert step.trimmed == {"shop/__init__.py"}
    compile(text, "shop/__init__.py", "exec")


def test_functions_that_are_given_the_application_are_called_for_their_routes(graph_of: Graphs) -> None:
    """Also where the routes stand on the application itself; nobody calls them from another process."""
    for service, name in (("billing", "create_billing"), ("pages", "init_app")):
        step = step_of(graph_of, service)
        assert (f"shop.{service}", name) in [(call.module, call.name) for call in step.wiring]
        assert step.blueprints == () and len({route.text for route in step.routes.routes}) == 1
        assert not step.interface.offered
        assert "called-in-process" not in [hazard.id for hazard in step.hazards]


def test_a_blueprint_that_a_function_gives_back_is_made_in_the_service(graph_of: Graphs) -> None:
    """Where the function needs no argument; else the reason is told."""
    step = step_of(graph_of, "ops")
    assert step.blueprints == (Blueprint("shop.ops", "make_ops.bp", "/ops", made=True),)
    needy = FILES["shop/ops.py"].replace("deep=False", "deep")
    app = FILES["shop/__init__.py"].replace("make_ops()", "make_ops(True)")
    with pytest.raises(Refused, match=r"a blueprint that shop\.ops\.make_ops makes"):
        step_of(graph_of, "ops", {"shop/ops.py": needy, "shop/__init__.py": app})


def test_what_other_files_name_stands_in_or_is_not_left_out(graph_of: Graphs) -> None:
    """A task that asks for the application gets that of the service; other names keep their functions there."""
    told = "import Blueprint\n        from . import "
    asks = FILES["shop/orders.py"].replace("import Blueprint", f"{told}create_app")
    step = step_of(graph_of, "orders", {"shop/orders.py": asks})
    text = step.texts["shop/__init__.py"]
    assert (
        "def create_app(*_args, **_options):\n    from orders_service._generated.app import create_app\n"
        in text
    )
    assert "shop/stock.py" not in step.copied
    compile(text, "shop/__init__.py", "exec")
    step = step_of(graph_of, "orders", {"shop/orders.py": asks.replace("create_app", "register")})
    assert "shop/__init__.py" not in step.trimmed
    assert "def create_app" in step.texts["shop/__init__.py"]
    assert "shop/stock.py" in step.copied


def test_only_what_nothing_else_names_is_left_out(graph_of: Graphs) -> None:
    """Functions that their module uses stay, as do names of `__all__` and lines that two statements share."""
    text = """
        import a, b
        from c import (
            d,
            e,
        )
        import f; import g
        __all__ = ["e"]
        def make(app):
            return a, b.x, d, e, f
        def used(): pass
        print(used(), a)
    """
    files = {"m.py": text, "n.py": "import m\nm.d\n"}
    graph, texts = graph_of(files), {path: dedent(each) for path, each in files.items()}
    trims = trimmed(graph, texts, ["function:m.make", "function:m.used", "function:m.none"], "gone")
    assert trims.texts["m.py"] == (
        '\nimport a\nfrom c import e\nimport f; import g\n__all__ = ["e"]\n# make: gone\n'
        "def used(): pass\nprint(used(), a)\n"
    )
    assert trims.leaves("m.py", 2, "b") and not trims.leaves("m.py", 2, "a")
    assert trims.leaves("m.py", 9, "anything") and not trims.leaves("n.py", 1, "m")
    assert missed(trims, texts, {"m.py": "m", "n.py": "n"}) == {"m.py"}
    for named in ("import m\nm.a\n", "from x import m\nm.d\n", "m = object()\nm.d\n"):
        assert not missed(trims, {**texts, "n.py": named}, {"m.py": "m", "n.py": "n"})
    assert missed(trims, {**texts, "n.py": "from m import d\n"}, {"m.py": "m", "n.py": "n"})


@pytest.mark.parametrize(("owner", "goes"), [("orders", True), ("stock", False)])
def test_blueprints_without_routes_that_work_for_all(graph_of: Graphs, owner: str, goes: bool) -> None:
    """Handlers of errors go along with the service that owns them; else it is told that they are missing."""
    app = FILES["shop/__init__.py"].replace(
        "db.init_app(app)", "from .faults import bp\n            app.register_blueprint(bp)"
    )
    faults = """
        from flask import Blueprint
        bp = Blueprint("faults", __name__)
        @bp.app_errorhandler(404)
        def missing(error): return "", 404
    """
    files = {**FILES, "shop/__init__.py": app, "shop/faults.py": faults}
    services = tuple(
        Service(name, modules=(f"shop.{name}", *(("shop.faults",) if name == owner else ())))
        for name in NAMES
    )
    texts = {path: dedent(text) for path, text in files.items()}
    step = plan(graph_of(files), Boundary(services, BOUNDARY.shared), "orders", texts).steps[0]
    assert (("shop.faults", "register_blueprint") in [(call.module, call.on) for call in step.wiring]) == goes
    told = [hazard.consequence for hazard in step.hazards if hazard.id == "application-factory"]
    assert any("app.register_blueprint(shop.faults.bp) at shop/__init__.py:" in each for each in told) != goes


def test_what_a_blueprint_of_others_asks_before_all_requests_is_asked(graph_of: Graphs) -> None:
    """A copied module's `before_app_request` is the application's own; where it cannot be, that is told."""
    stock = """
        from flask import Blueprint
        bp = Blueprint("stock", __name__)
        @bp.before_app_request
        def load_user(): pass
        def login_required(view): return view
        @bp.get("/stock")
        def show(): return {}
    """
    orders = FILES["shop/orders.py"].replace(
        "import Blueprint", "import Blueprint\n        from .stock import login_required"
    )
    step = step_of(graph_of, "orders", {"shop/orders.py": orders, "shop/stock.py": stock})
    assert ("shop.stock", "load_user", "before_request") in [
        (call.module, call.name, call.on) for call in step.wiring
    ]
    assert "guard-left-behind" not in [hazard.id for hazard in step.hazards]
    odd = stock.replace(
        "@bp.before_app_request\n        def load_user(): pass", "bp.before_app_request(lambda: None)"
    )
    step = step_of(graph_of, "orders", {"shop/orders.py": orders, "shop/stock.py": odd})
    assert "guard-left-behind" in [hazard.id for hazard in step.hazards]
