"""Celery: names of tasks in constants, helpers that send by a name that they are given."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

FILES = {
    "shop/__init__.py": "",
    "shop/const.py": "PREFIX = 'shop'\nPAY = f'{PREFIX}.pay'\n",
    "shop/tasks.py": """
        from celery import Celery
        from shop import const
        celery = Celery()

        @celery.task(name=const.PAY)
        def _pay(id): ...

        def launch(name, args=None):
            if name in celery.tasks:
                celery.send_task(name, args=args)
    """,
    "shop/views.py": """
        from shop import const
        from shop.tasks import launch

        def buy(id):
            launch(const.PAY, args=[id])

        def later(id):
            launch(name="shop.pay", args=[id])
    """,
}


def test_names_that_constants_hold(graph_of: Callable[..., Graph]) -> None:
    """A task is called what the constant says; who hands its name to a helper sends it."""
    graph = graph_of(FILES)
    assert [(edge.source, edge.target) for edge in graph.edges("handles")] == [
        ("task:shop.pay", "function:shop.tasks._pay")
    ]
    assert {(edge.source, edge.target, edge.confidence) for edge in graph.edges("enqueues")} == {
        ("function:shop.views.buy", "task:shop.pay", "likely"),
        ("function:shop.views.later", "task:shop.pay", "likely"),
    }
    assert not graph.blind_spots


def test_a_helper_that_nobody_gives_a_name(graph_of: Callable[..., Graph]) -> None:
    """What it sends is not known, and that is said."""
    graph = graph_of({**FILES, "shop/views.py": "import shop.tasks\n"})
    assert [(spot.kind, spot.place.path) for spot in graph.blind_spots] == [("unknown-task", "shop/tasks.py")]
