"""What functions need of their parameters, in their own code and in what they call."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from carveout.analyzer.indexing.components import components
from carveout.analyzer.indexing.packed_graph import pack_graph, unpack_graph
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.needs import Needs, Parameter
from carveout.analyzer.model.results import AnalysisResult
from carveout.generators.reports.graph_json import GraphJson

GraphOf = Callable[..., Graph]

CASES = {
    "attributes, constant keys and get": (
        "def f(request):\n    return len(request.META['HOST']), int(request.META.get('IP', 0) + request.user.id)\n",
        ("META['HOST']", "META['IP']", "user.id"),
    ),
    "an alias": ("def f(request):\n    u = request.user\n    print(u.email)\n", ("user.email",)),
    "what is read on the way goes without saying": ("def f(r):\n    if r.user: print(r.user.id)\n", ("user.id",)),
    "the value itself": ("def f(n):\n    return n + 1\n", (".",)),
    "a loop": ("def f(o):\n    for item in o.items:\n        print(item.price)\n", ("items[].price",)),
    "a comprehension": ("def f(o):\n    return sum(i.price for i in o.items if i.ok)\n", ("items[].ok", "items[].price")),
    "enumerate and zip": (
        "def f(o):\n    for i, a in enumerate(o.all): print(a.x)\n"
        "    for a, b in zip(o.left, o.right): print(a.x, b.y)\n",
        ("all[].x", "left[].x", "right[].y"),
    ),
    "items of a dictionary": ("def f(d):\n    for k, v in d.items():\n        print(v.x)\n", ("[].x",)),
    "unpacking": ("def f(o):\n    a, b = o.pair\n    print(a.x)\n", ("pair[].x",)),
    "a method outside the project": ("def f(o):\n    print(o.name.strip())\n", ("name.strip()",)),
    "a chain of any length": ("def f(n):\n    while n.up:\n        n = n.up\n", ("up*",)),
    "a function inside": ("def f(o):\n    def g():\n        return o.x\n    return g()\n", ("x",)),
    "getattr": ("def f(o, n):\n    print(getattr(o, 'x'), getattr(o, n))\n", ("*", "x")),
    "by place and by name": (
        "def g(a, *, b): print(a.x, b.y)\ndef f(o):\n    g(o.left, b=o.right)\n",
        ("left.x", "right.y"),
    ),
    "by a method": (
        "class C:\n    def g(self, p): print(p.x)\ndef f(o, c: C): c.g(o.part)\n",
        ("part.x",),
    ),
    "through *args and **kwargs": (
        "def g(*args, **kwargs): print(args[0].x, kwargs['k'].y)\ndef f(o):\n    g(o.a, k=o.b)\n",
        ("a.x", "b.y"),
    ),
    "recursion": ("def f(tree):\n    print(tree.name)\n    for t in tree.kids: f(t)\n", None),
    "what was just assigned is not read": ("def f(o):\n    o.x = str(1)\n    print(o.x)\n", ()),
}  # fmt: skip


COPIES = {
    "an entry of a function's own keywords": (
        "def g(**kwargs):\n    kwargs.pop('k')\n    kwargs['j'].x = 1\ndef f(o): g(k=o.a, j=o.b)\n", ("b.x",)
    ),
    "a copy": ("def f(d):\n    c = d.copy()\n    c['x'] = 1\n    c.update(y=2)\n    return len(c)\n", ()),
    "what a copy holds": ("def f(d):\n    c = d.copy()\n    c['x']['y'] = 1\n", ("['x']['y']",)),
    "made by builtins": ("def f(d):\n    c = dict(d)\n    c.pop('x')\n    l = list(d)\n    l.append(1)\n", ()),
    "handed on": ("def g(c):\n    c['x'] = 1\n    c.pop('z')\n    c.clear()\ndef f(d):\n    g(dict(d))\n", ()),
    "handed on as it is": ("def g(c):\n    c['x'] = 1\ndef f(d):\n    g(d)\n", ("['x']",)),
    "no copy": ("def f(d):\n    c = d\n    c['x'] = 1\n    d.pop('y')\n", ("['x']", "['y']")),
    "a copy or not": ("def f(d, n):\n    c = d.copy() if n else d\n    c['x'] = 1\n", ("['x']",)),
}  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_changing_a_copy_changes_nothing_of_the_caller(graph_of: GraphOf, name: str) -> None:
    text, expected = COPIES[name]
    found = graph_of({"m.py": text}).needs("function:m.f").parameters[0]
    assert found.writes == expected
    if not expected:
        assert not {"clear()", "update()", "append()"} & set(found.reads)


@pytest.mark.parametrize("name", CASES)
def test_reads(graph_of: GraphOf, name: str) -> None:
    """The longest access paths that are read from the first parameter."""
    text, expected = CASES[name]
    graph = graph_of({"a.py": text})
    found = next(graph.needs(n.id) for n in graph.nodes("function") if n.id.endswith(".f"))
    reads = found.parameters[0].reads
    if expected is None:  # of bounded length, and the same on every run
        assert "name" in reads
        assert any(path.endswith("*") for path in reads)
        assert len(reads) <= 12
    else:
        assert reads == expected


def test_methods_receive_their_object(graph_of: GraphOf) -> None:
    """What a method reads of `self` is read from the object that it is called on, also across files."""
    graph = graph_of(
        {
            "m.py": "class Order:\n    def total(self): return sum(i.price for i in self.items)\n",
            "a.py": "from m import Order\ndef pay(order: Order, to):\n    to.amount = order.total()\n    return to\n",
        }
    )
    order, to = graph.needs("function:a.pay").parameters
    assert order == Parameter("order", "m.Order", ("items[].price", "total()"), (), (("total()", "stored"),))
    assert (to.writes, to.escapes) == (("amount",), ((".", "returned"),))


def test_escapes_say_how(graph_of: GraphOf) -> None:
    """What is given to code outside, kept or returned by a callee is told with its path."""
    graph = graph_of(
        {
            "a.py": """
            import json
            kept = []
            def part(o): return o.a
            def f(o):
                part(o)
                json.dumps({"x": o.b})
                kept.append(o.c)
                yield o.d
            class C:
                def __init__(self, x): self.x = x
            def make(o):
                C(o.y).x.z = unknown(o.w)
            """
        }
    )
    escapes = graph.needs("function:a.f").parameters[0].escapes
    assert escapes == (
        ("a", "returned by a.part"),
        ("b", "passed to json.dumps"),
        ("c", "stored"),
        ("d", "yielded"),
    )
    assert graph.needs("function:a.make").parameters[0].escapes == (("w", "passed to unknown"), ("y", "stored"))  # fmt: skip


def test_needs_survive_as_text() -> None:
    """What a graph holds is what was put in."""
    whole = Needs((Parameter("a", "int", ("x",), ("y['k']",), ((".", "stored"),)), Parameter("b")))
    assert Needs.of(whole.text()) == whole
    assert Needs.of("") == Needs()


def test_components_come_after_what_they_lead_to() -> None:
    """Circles together, callees first; deep chains need no recursion."""
    assert list(components([[1], [2], [1, 3], [], [0, 3]])) == [[3], [1, 2], [0], [4]]
    deep = [[index + 1] for index in range(50_000)] + [[0]]
    assert [len(group) for group in components(deep)] == [50_001]


def test_graph_json_shows_them_with_their_function(graph_of: GraphOf) -> None:
    """Needs are fields of the function's node; functions that need nothing have none, and the JSON holds."""
    graph = graph_of({"a.py": "def f(o: int): raise KeyError(o.x)\ndef g(): h()\ndef h(): g()\n"})
    nodes = {node["id"]: node for node in json.loads(GraphJson().render(AnalysisResult("p", graph)))["nodes"]}
    assert nodes["function:a.f"]["raises"] == ["KeyError"]
    assert nodes["function:a.f"]["parameters"] == [{"name": "o", "type": "int", "reads": ["x"]}]
    assert "parameters" not in nodes["function:a.g"]


def test_needs_survive_the_cache(graph_of: GraphOf) -> None:
    """What comes out of the cache is what went in."""
    graph = graph_of({"a.py": "def f(o):\n    try: return o.x\n    except KeyError: pass\n"})
    again = unpack_graph(pack_graph(graph))
    assert again.needs("function:a.f") == graph.needs("function:a.f") != Needs()


def test_getters_are_followed(graph_of: GraphOf) -> None:
    """What a property reads of its object is read where the property is asked for, and raised there."""
    graph = graph_of(
        {
            "a.py": """
            class Order:
                @property
                def total(self):
                    if self.void: raise ValueError
                    return sum(line.price for line in self.lines)
            class Basket:
                def __init__(self): self.order = Order()
            def f(o: Order, b: Basket):
                try: print(b.order.total)
                except ValueError: pass
            def g(o: Order): print(o.total)
            """
        }
    )
    read = ("lines[].price", "total", "void")
    assert graph.needs("function:a.g").parameters[0].reads == read
    assert graph.needs("function:a.f").parameters[1].reads == tuple(f"order.{path}" for path in read)
    assert (graph.needs("function:a.f").raises, graph.needs("function:a.g").raises) == ((), ("ValueError",))
