"""Registries of callbacks: what is put in by decorators and calls, and called from where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

EVENTS = {
    "events.py": """
        from collections import defaultdict
        HANDLERS = {}
        ALL = []
        LATER = defaultdict(list)

        def on(name):
            def register(f):
                HANDLERS.setdefault(name, []).append(f)
                return f
            return register

        def emit(name, *args):
            for handler in HANDLERS.get(name, ()):
                handler(*args)

        def each(f):
            ALL.append(f)
            return f

        def run_all():
            return [f() for f in sorted(ALL)]

        def add_later(name, f, order=0):
            if f is None:
                def decorator(f):
                    add_later(name, f, order)
                    return f
                return decorator
            LATER[name].append((f, order))

        def given(name):
            found = LATER.get(name, [])
            return [f for f, _ in found]
    """,
}

CASES = {
    "a decorator with a key, and callers with a key": (
        """
        from events import emit, on
        @on("paid")
        def ship(): pass
        @on("sent")
        def mail(): pass
        def pay(): emit("paid")
        def send(): emit(name="sent")
        """,
        {
            "use.ship -> events.HANDLERS[paid]",
            "use.mail -> events.HANDLERS[sent]",
            "use.pay -> events.HANDLERS[paid]",
            "use.send -> events.HANDLERS[sent]",
        },
    ),
    "a plain list: the function that calls publishes": (
        """
        import events
        @events.each
        def one(): pass
        def two(): pass
        events.ALL.append(two)
        events.each(lambda: 1)
        """,
        {
            "use.one -> events.ALL",
            "use.two -> events.ALL",
            "use.<lambda1> -> events.ALL",
            "events.run_all -> events.ALL",
        },
    ),
    "a function that gives what is registered, and a registrar that may decorate": (
        """
        import events
        @events.add_later("night", order=1)
        def one(): pass
        def two(): pass
        events.add_later("day", two)
        def night():
            for f in events.given("night"):
                f()
        def day():
            for f in events.given("day"): f()
        """,
        {
            "use.one -> events.LATER[night]",
            "use.two -> events.LATER[day]",
            "use.night -> events.LATER[night]",
            "use.day -> events.LATER[day]",
        },
    ),
    "keys that are names of constants": (
        """
        import enum
        from events import emit, on
        class Event(enum.Enum):
            PAID = 1
        @on(Event.PAID)
        def ship(): pass
        def pay(): emit(Event.PAID)
        """,
        {"use.ship -> events.HANDLERS[use.Event.PAID]", "use.pay -> events.HANDLERS[use.Event.PAID]"},
    ),
    "a registry that a class holds": (
        """
        class Bus:
            def __init__(self):
                self.receivers = {}
            def subscribe(self, key, receiver):
                self.receivers[key] = receiver
            def dispatch(self, key):
                return self.receivers[key]()
        bus = Bus()
        def one(): pass
        bus.subscribe("x", one)
        def fire(): bus.dispatch("x")
        """,
        {"use.one -> use.Bus.receivers[x]", "use.fire -> use.Bus.receivers[x]"},
    ),
    "what is put in and never called, or called and never put in": (
        """
        NAMES = []
        TABLE = {}
        def add(f): NAMES.append(f)
        @add
        def one(): pass
        def show():
            for f in NAMES: print(f)
        def call(key): return TABLE[key]()
        def local():
            found = []
            found.append(one)
            for f in found: f()
        class Plugins:
            plugins = []
            def register(self, plugin): self.plugins.append(plugin)
            def start(self):
                for plugin in self.plugins: plugin.start()
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_registries(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Who registers and who calls what is registered; both must be seen."""
    text, expected = CASES[name]
    assert edges_of({**EVENTS, "use.py": text}, "publishes", "subscribes") == expected


def test_keys_that_cannot_be_told(graph_of: Callable[..., Graph]) -> None:
    """A call under an unknown key is a blind spot; where no key is ever written, it may mean any."""
    text = """
        from events import emit, on
        @on("paid")
        def ship(): pass
        def one(name): emit(name)
    """
    graph = graph_of({**EVENTS, "use.py": text})
    found = {(e.source, e.target, e.confidence) for e in graph.edges("publishes")}
    assert found == {
        ("function:use.one", "signal:events.HANDLERS", "likely"),
        ("function:use.one", "signal:events.HANDLERS[paid]", "possible"),
    }
    spots = [(s.place.line, s.text) for s in graph.blind_spots if s.kind == "unknown-key"]
    assert spots == [(5, "events.HANDLERS[...]()")]
    with_key = graph_of({**EVENTS, "use.py": f"{text}    def two(): emit('paid')\n"})
    assert {(e.source, e.target) for e in with_key.edges("publishes")} == {
        ("function:use.one", "signal:events.HANDLERS"),
        ("function:use.two", "signal:events.HANDLERS[paid]"),
    }


def test_the_node_lies_where_the_registry_is_made(graph_of: Callable[..., Graph]) -> None:
    """With the name of the variable, so that it belongs to a service."""
    graph = graph_of({**EVENTS, "use.py": CASES["a decorator with a key, and callers with a key"][0]})
    node = graph.node("signal:events.HANDLERS[paid]")
    assert node is not None
    assert (node.path, node.line, dict(node.attributes)) == ("events.py", 3, {"registry": "events.HANDLERS"})


def test_registrations_in_tests_alone_make_no_registry(edges_of: Callable[..., set[str]]) -> None:
    """What only tests register says nothing of the program."""
    text = CASES["a decorator with a key, and callers with a key"][0]
    assert edges_of({**EVENTS, "tests/test_use.py": text}, "publishes", "subscribes") == set()


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes, circles and long chains break nothing."""
    chain = "\n".join(f"        x{i} = x{i + 1} or x{i}" for i in range(300))
    text = f"""
        A = []
        A = A
        def register(*f, **k):
            A.append(*f)
            A.append()
            A.insert(1)
            A[...] = f
            A[f, k] = A[A] = register
            (yield)[1] = f
        register(register(register))
        register(*A, **A)
        @register(A)(A)
        @A[0]
        @(lambda f: f)
        def a(x, x2=A):
            x = y = x
            y = x
            for x in x: x()
            for y, (z, *w) in A: y()
            [x() for x in A for A in x]
            A[0]()
            A[x][y]()()
            return A[return_ := x]
        def loop(f): loop(f)
        @loop
        def b():
{chain}
            x0()
    """
    assert len(graph_of({"a.py": text})) > 0
