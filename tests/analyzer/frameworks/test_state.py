"""State in memory: what functions change, and what they only read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.graph import Graph

STATES = {
    "collections of a module": (
        """
        from collections import defaultdict
        HANDLERS, COUNTS, QUEUE = {}, defaultdict(int), []
        TABLE = {}
        NAMES = {"a": 1}
        TABLE["b"] = 2
        def one(x):
            HANDLERS[x] = 1
            COUNTS[x]["y"] += 1
        HANDLERS = {}
        COUNTS = defaultdict(int)
        QUEUE = []
        def two(): QUEUE.append(NAMES["a"])
        def three(): return HANDLERS.get(1), len(QUEUE), TABLE, NAMES
        def four():
            del HANDLERS[1]
            found = COUNTS
            found.clear()
        """,
        {
            "one writes HANDLERS", "one writes COUNTS", "two writes QUEUE", "three reads HANDLERS",
            "three reads QUEUE", "four writes HANDLERS", "four writes COUNTS", "four reads COUNTS",
        },
    ),
    "classes that a function makes": (
        """
        def one(names):
            class Meta:
                exclude = []
            for name in names:
                Meta.exclude.append(name)
            return Meta
        class Kept:
            class Inner:
                names = []
        def two(): Kept.Inner.names.append(1)
        """,
        {"two writes Kept.Inner.names"},
    ),
    "names that are bound anew": (
        """
        client = None
        limit = 3
        def one():
            global client
            if client is None:
                client = make()
            return client
        def two():
            global limit
            return limit
        def three():
            client = 3
            return client
        """,
        {"one writes client", "one reads client"},
    ),
    "attributes of classes": (
        """
        class Base:
            registry = {}
            own = []
            fixed = {"a": 1}
            def __init__(self): self.own = []
        class Child(Base):
            @classmethod
            def add(cls, x): cls.registry[x] = 1
            def keep(self, x):
                self.own.append(x)
                self.registry.pop(x)
                return self.fixed
        def one(): return Base.registry, Child.registry
        """,
        {"Child.add writes Base.registry", "Child.keep writes Base.registry", "one reads Base.registry"},
    ),
    "objects of classes of the project": (
        """
        import flask
        class Registry:
            def __init__(self): self.items = {}
            def add(self, x): self.items[x] = 1
            def find(self, x): return self.items[x]
        class App(flask.Flask):
            def put_on(self, x): self.x = x
        registry, app = Registry(), App()
        registry = Registry()
        app = App()
        def one(): registry.add(1)
        def two(): return registry.find(1)
        def three(): app.put_on(1)
        def four(): app.debug = True
        """,
        {"one writes registry", "two reads registry"},
    ),
    "what is kept for a thread or a function": (
        """
        import functools, threading
        from functools import lru_cache as keep
        local = threading.local()
        def one(): local.user = 1
        def two(): return local.user
        @keep(maxsize=None)
        def three(x): return x
        @functools.cache
        def four(): return 1
        @functools.wraps(one)
        def five(): return 1
        """,
        {
            "one writes local", "two reads local", "three writes three()", "three reads three()",
            "four writes four()", "four reads four()",
        },
    ),
}  # fmt: skip


def uses_of(graph: Graph) -> set[str]:
    """ "function writes VARIABLE" of module a."""
    return {
        f"{e.source.partition(':')[2]} {e.kind} {e.target.partition(':')[2]}".replace("a.", "")
        for e in graph.edges("reads", "writes")
        if e.target.startswith("state:")
    }


@pytest.mark.parametrize("name", STATES)
def test_state(name: str, graph_of: Callable[..., Graph]) -> None:
    """What functions change is state with its readers; what is only read is none."""
    text, expected = STATES[name]
    assert uses_of(graph_of({"a.py": text})) == expected


def test_state_of_other_modules(graph_of: Callable[..., Graph]) -> None:
    """State is found through imports and re-exports; a module that fills another's when imported changes it."""
    graph = graph_of(
        {
            "shop/__init__.py": "from shop.registry import HANDLERS\n",
            "shop/registry.py": "HANDLERS = {}\nLEVEL = 1\n",
            "shop/orders.py": """
                from shop import registry, HANDLERS
                HANDLERS["order"] = 1
                def f(): registry.LEVEL = 2
            """,
            "shop/mail.py": """
                from shop.registry import HANDLERS as known, LEVEL
                def g(): return known["order"], LEVEL
            """,
            "tests/test_a.py": """
                from shop import registry
                def test_a(): registry.OTHER = {}
            """,
        }
    )
    edges = {(e.source, e.kind, e.target) for e in graph.edges() if e.target.startswith("state:")}
    assert edges == {
        ("module:shop.orders", "writes", "state:shop.registry.HANDLERS"),
        ("function:shop.orders.f", "writes", "state:shop.registry.LEVEL"),
        ("function:shop.mail.g", "reads", "state:shop.registry.HANDLERS"),
        ("function:shop.mail.g", "reads", "state:shop.registry.LEVEL"),
    }
    node = graph.node("state:shop.registry.HANDLERS")
    assert node is not None
    assert (node.path, node.line, node.attributes) == ("shop/registry.py", 1, (("holds", "dict"),))


def test_other_names_for_state(graph_of: Callable[..., Graph]) -> None:
    """A variable that is another name for one of another module is that one, also where a module fills it."""
    graph = graph_of(
        {
            "shop/registry.py": "HANDLERS = {}\nNAMES = []\nLEVEL = 1\n",
            "shop/orders.py": """
                from shop import registry
                from shop.registry import NAMES, LEVEL
                known = registry.HANDLERS
                mine = NAMES
                mine.append("orders")
                own = LEVEL
                def f(): known.pop("a", None)
                def g():
                    global own
                    own = 2
            """,
            "shop/mail.py": "from shop.orders import mine as theirs\ndef h(): return list(theirs)\n",
        }
    )
    edges = {(e.source, e.kind, e.target) for e in graph.edges() if e.target.startswith("state:")}
    assert edges == {
        ("module:shop.orders", "writes", "state:shop.registry.NAMES"),
        ("function:shop.mail.h", "reads", "state:shop.registry.NAMES"),
        ("function:shop.orders.f", "writes", "state:shop.registry.HANDLERS"),
        ("function:shop.orders.g", "writes", "state:shop.orders.own"),
    }


def test_state_that_crosses(graph_of: Callable[..., Graph]) -> None:
    """State belongs to the service of its module; who changes it from another one crosses."""
    graph = graph_of(
        {
            "shop/orders.py": "SEEN = set()\n",
            "shop/mail.py": "from shop import orders\ndef f(): orders.SEEN.add(1)\n",
        }
    )
    services = (Service("orders", modules=("shop.orders",)), Service("mail", modules=("shop.mail",)))
    crossing = [c for c in cut(graph, Boundary(services=services)) if c.edge.kind == "writes"]
    assert [(c.origin, c.owner, c.edge.target) for c in crossing] == [
        ("mail", "orders", "state:shop.orders.SEEN")
    ]
    assert crossing[0].consequence == "this memory is no longer shared: each process has its own copy"


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing."""
    text = """
        from . import *
        X = X
        Y = Y.Y = {}
        class C(C):
            x = x = {}
            def f(self): self.x[...][1:2] = C.x.y.z = 1; self.append(1); self.x.x.x.append(2)
        def f():
            global X, Z, f
            X = Z = f = 1
            (lambda: X).append(1); [X for X in X][0] = 1; X[X[X]] = X; del X, Y.Y[0]
            f().x.append(1); "".join.update(); {}[0] = 1; (a := X).add(1)
    """
    assert graph_of({"p/__init__.py": "", "p/a.py": text}) is not None
