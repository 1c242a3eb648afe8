"""Classes that answer through an adapter of the project's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from carveout.analyzer.graph.reach import reach
from carveout.analyzer.model.graph import Graph

GraphOf = Callable[[Mapping[str, str]], Graph]

ADAPTER = """
    import inspect

    def make_view(obj):
        if inspect.isclass(obj):
            def wrapper(**kwargs):
                return obj().answer()
            return wrapper
        return obj
"""
WEB = """
    from flask import Blueprint, Flask
    from shop.adapt import make_view

    class Handler:
        def answer(self):
            self.check()
            return self.work()

        def check(self):
            pass

    class Ours(Blueprint):
        def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
            super().add_url_rule(rule, endpoint, make_view(view_func), **options)

    class Orders(Handler):
        def work(self):
            return listed()

        def unused(self):
            return nothing()

    class Bills(Handler):
        def check(self):
            return allowed()

        def work(self):
            return "bills"

    def listed():
        return 1

    def nothing():
        return 2

    def allowed():
        return 3

    bp = Ours("shop", __name__)
    bp.add_url_rule("/orders", "orders", Orders)
    bp.add_url_rule("/bills", "bills", Bills)
    app = Flask(__name__)
    app.register_blueprint(bp)
"""


def test_what_a_class_defines_anew_runs_for_its_route(graph_of: GraphOf) -> None:
    """The adapter calls one method, which calls others on the instance: each class has its own."""
    graph = graph_of({"shop/adapt.py": ADAPTER, "shop/web.py": WEB})
    times = reach(graph).times
    ran = {id.removeprefix("function:shop.web.") for id in times}
    assert {"Orders.work", "listed", "Bills.check", "allowed", "Bills.work", "Handler.answer"} <= ran
    assert not {"Orders.unused", "nothing"} & ran
    assert {edge.target for edge in graph.out("class:shop.web.Bills", "calls")} == {
        "function:shop.web.Bills.check",
        "function:shop.web.Bills.work",
        "function:shop.web.Handler.answer",
    }


def test_two_adapters_tell_nothing(graph_of: GraphOf) -> None:
    """Which of the two runs is not known."""
    both = ADAPTER.replace(
        "return wrapper", "def other():\n                return obj().check()\n            return wrapper"
    )
    graph = graph_of({"shop/adapt.py": both, "shop/web.py": WEB})
    assert list(graph.out("class:shop.web.Bills", "calls")) == []
