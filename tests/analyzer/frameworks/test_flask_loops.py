"""Flask: rules that loops add, with the names that each turn binds."""

from __future__ import annotations

from collections.abc import Callable

CODE = """
    from flask import Blueprint, Flask
    app = Flask(__name__)
    bp = Blueprint("shop", __name__)
    app.register_blueprint(bp)

    def view(): ...
    def more(): ...

    for kind in ("order", "line", "none"):
        if kind == "none":
            continue
        if kind == "order":
            prefix = "/orders"
        else:
            prefix = "/lines/<int:id>"
        prefix += "/manage"
        bp.add_url_rule(prefix + "/list", f"{kind}_list", view)
        for verb in ("add", "drop"):
            path = f"{prefix}/{verb}"
            bp.add_url_rule(path, f"{kind}_{verb}", view)
        if kind not in ("line",):
            bp.add_url_rule(prefix + "/more", "more", more)
"""


def test_names_that_a_turn_binds(edges_of: Callable[..., set[str]]) -> None:
    """Branches by the loop's variable, texts that are put together, loops in loops."""
    assert edges_of({"app.py": CODE}, "handles") == {
        "GET /orders/manage/list -> app.view",
        "GET /orders/manage/add -> app.view",
        "GET /orders/manage/drop -> app.view",
        "GET /orders/manage/more -> app.more",
        "GET /lines/<int:id>/manage/list -> app.view",
        "GET /lines/<int:id>/manage/add -> app.view",
        "GET /lines/<int:id>/manage/drop -> app.view",
    }


def test_a_branch_that_nobody_tells(edges_of: Callable[..., set[str]]) -> None:
    """What both branches bind is not known after them; what stands in them is."""
    code = """
        from flask import Flask
        app = Flask(__name__)
        def view(): ...
        for kind in ("a", "b"):
            if app.debug:
                path = f"/debug/{kind}"
                app.add_url_rule(path, f"d_{kind}", view)
            else:
                path = f"/{kind}"
            app.add_url_rule(path, kind, view)
    """
    assert edges_of({"app.py": code}, "handles") == {"GET /debug/a -> app.view", "GET /debug/b -> app.view"}
