"""Values that flow through libraries: what these call elsewhere, hold, hand on and make, and what calls come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

HEAD = "class A:\n    def m(self): pass\nclass B:\n    def m(self): pass\n"

CASES = {
    # Called elsewhere: in threads, pools, loops, at the end.
    "a thread": "import threading\ndef want(a): a.m()\nthreading.Thread(target=want, args=(A(),)).start()",
    "a thread by names": "from threading import Thread\ndef want(a): a.m()\nThread(target=want, kwargs={'a': A()})",
    "a timer": "import threading\ndef want(a): a.m()\nthreading.Timer(1, want, (A(),)).start()",
    "a pool": "from concurrent.futures import ThreadPoolExecutor as Pool\ndef want(a): a.m()\n"
    "with Pool() as pool: pool.submit(want, A())",
    "a future": "from concurrent.futures import ThreadPoolExecutor as Pool, as_completed\ndef make(x): return A()\n"
    "def want():\n    pool = Pool()\n    for f in as_completed([pool.submit(make, 1)]): f.result().m()",
    "each element": "from concurrent.futures import ProcessPoolExecutor as Pool\ndef make(x): return x\n"
    "def want():\n    for a in Pool().map(make, [A()]): a.m()",
    "a loop's pool": "import asyncio\ndef want(a): a.m()\n"
    "async def go(): await asyncio.get_running_loop().run_in_executor(None, want, A())",
    "what a thread gives": "import asyncio\ndef make(): return A()\n"
    "async def want(): (await asyncio.to_thread(make)).m()",
    "later": "import asyncio\ndef want(a): a.m()\ndef go(): asyncio.get_event_loop().call_later(1, want, A())",
    "at the end": "import atexit\ndef want(a): a.m()\natexit.register(want, A())",
    "a stack of managers": "from contextlib import ExitStack\nclass M:\n    def __enter__(self): return A()\n"
    "def want():\n    with ExitStack() as stack: stack.enter_context(M()).m()",
    "a stack's callback": "import contextlib\ndef want(a): a.m()\ndef go():\n"
    "    with contextlib.ExitStack() as s: s.callback(want, A())",
    "nothing to enter": "from contextlib import closing, nullcontext\ndef want():\n    with closing(A()) as a: a.m()",
    # Containers and what goes over them.
    "flattened": "from itertools import chain\ndef want():\n    for a in chain.from_iterable([[A()]]): a.m()",
    "a slice": "from itertools import islice\ndef want():\n    for a in islice([A()], 3): a.m()",
    "a product": "from itertools import product\ndef want():\n    for a, b in product([A()], [B()]): a.m()",
    "a queue": "import queue\nq = queue.Queue()\nq.put(A())\ndef want(): q.get().m()",
    "a context variable": "from contextvars import ContextVar\nv = ContextVar('v')\ndef put(): v.set(A())\n"
    "def want(): v.get().m()",
    "dictionaries seen as one": "from collections import ChainMap\nd = ChainMap({'x': A()})\ndef want(): d['x'].m()",
    "gathered": "import asyncio\nasync def make(): return A()\nasync def want():\n"
    "    for a in await asyncio.gather(*[make() for _ in 'ab']): a.m()",
    "several times": "def want():\n    for a in [A()] * 3: a.m()",
    "keys alone": "d = dict.fromkeys(['x'], A())\ndef want(): d['x'].m()",
    "a class that is a dictionary": "class D(dict): pass\nd = D(b=B())\nd['a'] = A()\ndef want(): d['a'].m()",
    "its own way to put in": "class D(dict):\n    def __setitem__(self, k, v): super().__setitem__(k, v)\nd = D()\n"
    "d['a'] = A()\ndef want(): d.get('a').m()",
    "a class that is a list": "class L(list): pass\nl = L()\nl.append(A())\ndef want():\n    for a in l: a.m()",
    "a user's dictionary": "from collections import UserDict\nclass D(UserDict): pass\nd = D()\nd['a'] = A()\n"
    "def want(): d['a'].m()",
    "a named tuple, taken apart": "from typing import NamedTuple\nclass N(NamedTuple):\n    a: object\n    b: object\n"
    "def want():\n    for a, b in [N(A(), B())]: a.m()",
    "a named tuple, by place": "from typing import NamedTuple\nclass N(NamedTuple):\n    b: object\n    a: object\n"
    "def want(): N(B(), A())[1].m()",
    "a named tuple without a class": "from collections import namedtuple\nN = namedtuple('N', 'b a')\n"
    "def want(): N(B(), A()).a.m()",
    "below a named tuple": "from collections import namedtuple\nclass N(namedtuple('N', ['b', 'a'])): pass\n"
    "def want():\n    b, a = N(B(), a=A())\n    a.m()",
    # Classes.
    "all below": "class Base: pass\nclass C(Base):\n    m = A.m\ndef want():\n    for c in Base.__subclasses__(): c().m()",
    "what a metaclass makes": "R = {}\nclass M(type):\n    def __new__(mcs, n, b, d):\n"
    "        c = super().__new__(mcs, n, b, d)\n        R[n] = c\n        return c\n"
    "class C(A, metaclass=M): pass\ndef want(): R['C']().m()",
    "what a metaclass gets": "R = []\nclass M(type):\n    def __init__(cls, n, b, d): R.append(cls)\n"
    "class C(A, metaclass=M): pass\nclass D(C): pass\ndef want(): R[0]().m()",
    "members of an enumeration": "import enum\nclass E(enum.Enum):\n    X = 1\n    m = A.m\ndef want():\n    for e in E: e.m()",
    "fields of attrs": "import attr\n@attr.s\nclass D:\n    a = attr.ib(factory=A)\ndef want(): D().a.m()",
    # What libraries keep.
    "a context's object": "import click\n@click.group()\n@click.pass_context\ndef cli(ctx): ctx.obj = A()\n"
    "@cli.command()\n@click.pass_context\ndef want(ctx): ctx.obj.m()",
    "the object itself": "import click\n@click.group()\n@click.pass_context\ndef cli(ctx): ctx.obj = A()\n"
    "@cli.command()\n@click.pass_obj\ndef want(obj): obj.m()",
    "a context's dictionary": "import click\n@click.group()\n@click.pass_context\ndef cli(ctx):\n"
    "    ctx.ensure_object(dict)\n    ctx.obj['a'] = A()\n"
    "@cli.command()\n@click.pass_context\ndef want(ctx): ctx.obj['a'].m()",
    "passed by a decorator": "import click\npass_a = click.make_pass_decorator(A)\n@click.command()\n@pass_a\n"
    "def want(a): a.m()",
    "found in a callback": "import click\ndef want(ctx, param, value): ctx.find_object(A).m()\n"
    "@click.command()\n@click.option('--x', callback=want)\ndef go(x): pass",
    "a command invoked": "import click\n@click.command()\ndef want(a): a.m()\n@click.command()\n@click.pass_context\n"
    "def go(ctx): ctx.invoke(want, a=A())",
    "a parser's function": "import argparse\ndef run(args): return A()\ndef want():\n"
    "    parser = argparse.ArgumentParser()\n    sub = parser.add_subparsers().add_parser('x')\n"
    "    sub.set_defaults(func=run)\n    args = parser.parse_args()\n    args.func(args).m()",
    "Flask's g": "from flask import g\ndef before(): g.a = A()\ndef want(): g.a.m()",
    "an application's extensions": "from flask import current_app, Flask\ndef make():\n    app = Flask(__name__)\n"
    "    app.extensions['a'] = A()\ndef want(): current_app.extensions['a'].m()",
    "an application's attribute": "from flask import current_app, Flask\ndef make():\n    app = Flask(__name__)\n"
    "    app.store = A()\ndef want(): current_app.store.m()",
    "a proxy": "from werkzeug.local import LocalProxy\ndef _get(): return A()\ncurrent = LocalProxy(_get)\n"
    "def want(): current.m()",
    "two that are passed": "import click\n@click.group()\n@click.pass_context\ndef cli(ctx): ctx.obj = A()\n"
    "@cli.command()\n@click.pass_obj\n@click.pass_context\ndef want(ctx, obj): obj.m()",
    "a parser's type": "import argparse\ndef read(text): return A()\ndef want():\n"
    "    parser = argparse.ArgumentParser()\n    parser.add_argument('-x', '--the-a', type=read)\n"
    "    parser.parse_args().the_a.m()",
    # What is called later, and reaches into what it is given.
    "a weak reference": "import weakref\nclass N:\n    def __init__(self, a): self.ref = weakref.ref(a)\n"
    "    def want(self): self.ref().m()\nN(A())",
    "a weak method": "import weakref\ndef want(f): f()()\nwant(weakref.WeakMethod(A().m))",
    "an attribute by name": "from operator import attrgetter\nclass N:\n    def __init__(self): self.a = A()\n"
    "def want(): attrgetter('a')(N()).m()",
    "an item": "from operator import itemgetter\ndef want(): itemgetter(1)((B(), A())).m()",
    "a method by name": "from operator import methodcaller\ndef want(): return list(map(methodcaller('m'), [A()]))",
    "called until": "def make(): return A()\ndef want():\n    for a in iter(make, None): a.m()",
    "waited for": "import asyncio\nasync def make(): return A()\nasync def want():\n"
    "    done, rest = await asyncio.wait([asyncio.create_task(make())])\n    for task in done: task.result().m()",
    "a task": "import asyncio\nasync def make(): return A()\nasync def want():\n"
    "    task = asyncio.create_task(make())\n    (await task).m()",
    "when a task is done": "import asyncio\nasync def make(): return A()\ndef want(task): task.result().m()\n"
    "async def go(): asyncio.create_task(make()).add_done_callback(want)",
    "what is sent": "def want():\n    while True:\n        a = yield\n        a.m()\n"
    "def go():\n    w = want()\n    next(w)\n    w.send(A())",
    # Names that are values.
    "a namespace": "from types import SimpleNamespace\ndef make(): return SimpleNamespace(a=A(), b=B())\n"
    "def want(): make().a.m()",
    "a class made by a call": "C = type('C', (A,), {})\ndef want(): C().m()",
    "a method of such a class": "C = type('C', (), {'run': A.m})\ndef want(): C().run()",
    "global names": "def run_a(): return A()\ndef want(kind): globals()['run_' + kind]().m()",
    "a global name or none": "def run_a(): return A()\ndef want(kind):\n"
    "    f = globals().get(f'run_{kind}')\n    f().m()",
    "a global that is set": "globals()['made'] = A()\ndef want(): made.m()",
    "the module itself": "import sys\ndef run(): return A()\ndef want(): sys.modules[__name__].run().m()",
    "attributes that are given": "class N:\n    def __init__(self, **kw): self.__dict__.update(kw)\n"
    "    def want(self): self.a.m()\nN(a=A(), b=B())",
    "attributes set in a loop": "class N:\n    def __init__(self, **kw):\n"
    "        for name, value in kw.items():\n            if value: setattr(self, name, value)\n"
    "    def want(self): self.a.m()\nN(a=A(), b=B())",
    "a name or what stands for it": "class N:\n    def other(self): return A()\n"
    "    def want(self, kind): getattr(self, 'visit_' + kind, self.other)().m()\n    def visit_x(self): pass",
    "a setting or what stands for it": "from django.conf import settings\ndef make(): return A()\n"
    "maker = getattr(settings, 'MAKER', make)\ndef want(): maker().m()",
    "a stack of contexts": "from werkzeug.local import LocalStack, LocalProxy\nstack = LocalStack()\n"
    "class C:\n    def push(self): stack.push(self)\n    m = A.m\n"
    "@LocalProxy\ndef current(): return stack.top\ndef go(): C().push()\ndef want(): current.m()",
    "a module whose name is put together": "from importlib import import_module\n"
    "def want(kind):\n    if kind: name = 'parts.%s_part' % kind\n    else: name = kind\n"
    "    getattr(import_module(name), 'make')().m()",
    "a generator among many lists": "def rows(): yield A()\nclass R:\n    def __iter__(self):\n        found = rows()\n"
    "        for l in ([1], [2], [3], [4], [5], [6], [7], [8]): found = l\n        return found\n"
    "def want():\n    for a in R(): a.m()",
    "parts of a text": "class N:\n    def run(self): return A()\n    def other(self): return B()\n"
    "def want():\n    for name in 'run'.split(): getattr(N(), name)().m()",
    "a class by its path": "from importlib import import_module\n"
    "def load(path):\n    module, name = path.rsplit('.', 1)\n    return getattr(import_module(module), name)\n"
    "def want(): load('parts.by_path.make')().m()",
    "values of members": "import enum\nclass E(enum.Enum):\n    X = A()\ndef want(): E.X.value.m()",
    "numbered members": "import enum\nclass E(enum.Enum):\n    X = enum.auto()\n    m = A.m\ndef want(): E.X.m()",
    "what members are made of": "import enum\nclass E(enum.Enum):\n    X = (1, A())\n"
    "    def __init__(self, number, a): self.a = a\ndef want(): E.X.a.m()",
    "pairs": "from collections import OrderedDict\nd = OrderedDict([('b', B()), ('a', A())])\ndef want(): d['a'].m()",
    "objects as keys": "d = {}\nd[A()] = 1\ndef want():\n    for a, number in d.items(): a.m()",
    "classes as keys": "d = {A: 1}\ndef want():\n    for c in d: c().m()",
    "keys of a comprehension": "d = {a: 1 for a in [A()]}\ndef want():\n    for a in d.keys(): a.m()",
    "a handler by the request's method": "class Base:\n    def go(self, request):\n"
    "        handle = getattr(self, request.method.lower(), None)\n        return handle()\n"
    "class Page(Base):\n    def get(self): return self.data()\n    def data(self): pass\n"
    "class One(Page):\n    def data(self): return A()\n"
    "def view(cls, request): return cls().go(request)\ndef want(): view(Page, 1).m(); view(One, 1)",
    "names that begin alike": "class N:\n    def do_a(self): return A()\n    def other(self): return B()\n"
    "    def __init__(self): self.known = {n.replace('do_', ''): getattr(self, n) for n in dir(self) if n.startswith('do_')}\n"
    "def want(kind): N().known[kind]().m()",
    "names that end alike": "class N:\n    def a_step(self): return A()\n    def other(self): return B()\n"
    "def want():\n    for name in dir(N):\n        if not name.endswith('_step'): continue\n        getattr(N(), name)().m()",
    "methods by a mark": "def job(f):\n    f.is_job = True\n    return f\n"
    "class N:\n    @job\n    def one(self): return A()\n    def other(self): return B()\n"
    "    def jobs(self):\n        found = {}\n        for name in dir(self):\n            each = getattr(self, name)\n"
    "            if hasattr(each, 'is_job'): found[name] = each\n        return found\n"
    "def want(kind): N().jobs()[kind]().m()",
    "members by a mark": "import inspect\ndef job(f):\n    f.is_own_job = True\n    return f\n"
    "class N:\n    @job\n    def one(self): return A()\n    def other(self): return B()\n"
    "def want():\n    n = N()\n    for name, each in inspect.getmembers(n, inspect.ismethod):\n"
    "        if getattr(each, 'is_own_job', False): each().m()",
    "a model that forms below name": "from django import forms\nclass Base(forms.ModelForm):\n"
    "    def want(self): self.save().m()\nclass Own(Base):\n    class Meta: model = A\nOwn().want()",
    "a hook": "import pluggy\nmarked = pluggy.HookimplMarker('shop')\npm = pluggy.PluginManager('shop')\n"
    "@marked\ndef menu(user): return user\ndef want():\n    for user in pm.hook.menu(user=A(), request=B()): user.m()",
    "a hook under another name": "import pluggy\nmarked = pluggy.HookimplMarker('shop')\n"
    "class P:\n    @marked(specname='pages', trylast=True)\n    def own(self, user): user.m()\n"
    "def go(pm: pluggy.PluginManager): pm.hook.pages(user=A())\nwant = P.own",
    "the first of a hook": "import pluggy\nspec = pluggy.HookspecMarker('shop')\nmarked = pluggy.HookimplMarker('shop')\n"
    "@spec(firstresult=True)\ndef best(): pass\nclass Q:\n    @marked\n    def best(self): return A()\n"
    "def want(pm: pluggy.PluginManager): pm.hook.best().m()",
    "a method that only classes below have": "import abc\nclass Base(abc.ABC):\n    @abc.abstractmethod\n"
    "    def make(self): ...\n    def want(self): self.make().m()\nclass C(Base):\n    def make(self): return A()\nC()",
}


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Which of the two methods is called in each case: the cases are read together, a file each."""
    from carveout import analyze

    root = tmp_path_factory.mktemp("cases")
    (root / "parts").mkdir()
    for module, case in (
        ("one_part", "a module whose name is put together"),
        ("by_path", "a class by its path"),
    ):
        own = f"c{[*CASES].index(case):03}"
        (root / "parts" / f"{module}.py").write_text(f"import {own}\ndef make(): return {own}.A()\n")
    for number, code in enumerate(CASES.values()):
        (root / f"c{number:03}.py").write_text(HEAD + code + "\n")
    found: dict[str, set[str]] = {name: set() for name in CASES}
    for edge in analyze(root, cache=False, workers=1).edges("calls"):
        module, _, method = edge.target.partition(":")[2].partition(".")
        if method in ("A.m", "B.m"):
            found[[*CASES][int(module[1:])]].add(method)
    return found


@pytest.mark.parametrize("name", CASES)
def test_values_come_back(name: str, reached: dict[str, set[str]]) -> None:
    assert reached[name] == {"A.m"}


def test_what_builtins_do_not_have_is_unknown(graph_of: Callable[..., object]) -> None:
    """A list has no method `publish`: so the value is something else, and the call is told by its name alone."""
    text = "class Hub:\n    def publish(self): pass\ndef f(x=[]): x.publish()\n"
    graph = graph_of({"a.py": text})
    edges = {(e.source, e.target, e.confidence) for e in graph.edges("calls")}  # type: ignore[attr-defined]
    assert edges == {("function:a.f", "function:a.Hub.publish", "possible")}


def test_sets_are_told_apart_from_nothing(graph_of: Callable[..., object]) -> None:
    """Methods of sets that are made as `set()`, or lie in dictionaries, are no blind spots."""
    text = "def f(d={}):\n    seen = set()\n    seen.isdisjoint(d)\n    d.setdefault('x', set()).add(1)\n"
    graph = graph_of({"a.py": text})
    assert not graph.blind_spots  # type: ignore[attr-defined]


def test_a_generator_runs_where_it_is_gone_over(graph_of: Callable[..., object]) -> None:
    text = "def rows():\n    yield 1\ndef make(): return rows()\ndef use():\n    for row in make(): pass\n"
    graph = graph_of({"a.py": text})
    trust = {(e.source, e.target): e.confidence for e in graph.edges("calls")}  # type: ignore[attr-defined]
    assert trust["function:a.make", "function:a.rows"] == "certain"
    assert trust["function:a.use", "function:a.rows"] == "possible"


def test_what_an_object_of_a_library_keeps_of_itself_ends(graph_of: Callable[..., object]) -> None:
    """An attribute that holds what it gives itself: asking what that has ends."""
    text = "import lib\ndef f():\n    s = lib.make()\n    s.peer = s.peer()\n    s.peer.start()\n"
    graph = graph_of({"a.py": text})
    targets = {edge.target for edge in graph.edges("calls")}  # type: ignore[attr-defined]
    assert targets >= {"function:lib.make"}


SPECIAL = {
    "keys that are compared": (
        "class K:\n    def __lt__(self, other): pass\ndef want(r): return sorted(r, key=lambda row: [K()])\n",
        "K.__lt__",
    ),
    "how much room a list needs": (
        "class L:\n    def __len__(self): return 0\n    def __iter__(self): return iter(())\n"
        "def want(): return list(L())\n",
        "L.__len__",
    ),
    "what is put into a text": (
        "class L:\n    def __str__(self): return ''\ndef want(): return '%s of %d' % (L(), 1)\n",
        "L.__str__",
    ),
    "all attributes asked for": (
        "class N:\n    def __init__(self): self.x = 1\n    def __getattribute__(self, name): pass\n"
        "def want(): return N().x\n",
        "N.__getattribute__",
    ),
    "attributes kept elsewhere": (
        "class N:\n    def __setattr__(self, name, value): pass\n    def __getattr__(self, name): pass\n"
        "def go(n: N): n.x = 1\ndef want(n: N): return n.x\n",
        "N.__getattr__",
    ),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_special_methods(name: str, graph_of: Callable[..., object]) -> None:
    text, target = SPECIAL[name]
    graph = graph_of({"a.py": text})
    called = {e.target for e in graph.edges("calls") if e.source == "function:a.want"}  # type: ignore[attr-defined]
    assert f"function:a.{target}" in called


def test_what_is_left_to_classes_below(graph_of: Callable[..., object]) -> None:
    """A method that only raises NotImplementedError is meant to be another: nothing calls it."""
    text = (
        "class Base:\n    def get(self):\n        raise NotImplementedError\n    def run(self): self.get()\n"
        "class One(Base):\n    def get(self): pass\nclass Two(Base):\n    def get(self): pass\nOne().run()\nTwo().run()\n"
    )
    graph = graph_of({"a.py": text})
    trust = {e.target: e.confidence for e in graph.edges("calls") if e.source == "function:a.Base.run"}  # type: ignore[attr-defined]
    assert trust == dict.fromkeys(
        ("function:a.Base.get", "function:a.One.get", "function:a.Two.get"), "possible"
    )


def test_what_setattr_keeps_of_one_name_is_not_what_others_are_set_to(graph_of: Callable[..., Graph]) -> None:
    """`self.__dict__["inner"] = value` in a method that is handed the values of all names."""
    text = (
        "class A:\n    def run(self): pass\nclass B:\n    def run(self): pass\n"
        "class Lazy:\n    def __setattr__(self, name, value):\n"
        "        if name == 'inner':\n            self.__dict__['inner'] = value\n"
        "def f():\n    lazy = Lazy()\n    lazy.inner = A()\n    lazy.other = B()\n"
        "def g(lazy: Lazy):\n    lazy.inner.run()\n"
    )
    graph = graph_of({"m.py": text})
    found = {edge.target for edge in graph.edges("calls") if edge.source == "function:m.g"}
    assert found == {"function:m.A.run"}


def test_what_getattr_itself_asks_for_is_not_asked_of_it(graph_of: Callable[..., Graph]) -> None:
    """Were `inner` not there, `__getattr__` would ask itself for ever."""
    text = (
        "class A:\n    def run(self): pass\n    def other(self): return A()\n"
        "class Proxy:\n    def __init__(self, inner): self.inner = inner\n"
        "    def __setattr__(self, name, value): super().__setattr__(name, value)\n"
        "    def __getattr__(self, name): return getattr(self.inner, name)\n"
        "    def go(self): self.inner.run()\n"
        "Proxy(A())\n"
    )
    graph = graph_of({"m.py": text})
    found = {edge.target for edge in graph.edges("calls") if edge.source == "function:m.Proxy.go"}
    assert found == {"function:m.A.run"}


def test_few_methods_of_many_receivers_are_told_apart(graph_of: Callable[..., Graph]) -> None:
    """Thirty methods bound to something, but three functions: they are no crowd."""
    text = "class Base:\n    def one(self): pass\n    def two(self): pass\n    def three(self): pass\n"
    text += (
        "HELD = []\ndef hold(x):\n    HELD.append(x.one)\n    HELD.append(x.two)\n    HELD.append(x.three)\n"
    )
    text += "".join(f"class C{n}(Base): pass\nhold(C{n}())\n" for n in range(10))
    text += "".join(f"HELD.extend([C{n}().one, C{n}().two, C{n}().three])\n" for n in range(10))
    text += "def run():\n    for each in HELD: each()\n"
    graph = graph_of({"m.py": text})
    found = {edge.target for edge in graph.edges("calls") if edge.source == "function:m.run"}
    assert found == {"function:m.Base.one", "function:m.Base.two", "function:m.Base.three"}
