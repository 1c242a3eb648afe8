"""Imports: files and the edges between their modules that must come out, no more and no less."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from carveout.analyzer.model.boundary import Loader, Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

ALL = "def f(): pass\ndef _g(): pass\ndef h(): pass\n"
USE = "f()\n_g()\nh()\n"
LIST = {"p/__init__.py": "", **{f"p/{name}.py": "" for name in "bcdefghi"}}
LOAD = "from importlib import import_module\n"

CASES = {
    "relative at any depth": (
        {
            "p/__init__.py": "", "p/a/__init__.py": "", "p/x.py": "", "p/a/d.py": "",
            "p/a/b/__init__.py": "", "p/a/b/c.py": "from ...x import f\nfrom .. import d\nfrom . import __init__\n",
        },
        {"p.a.b.c -> p.x", "p.a.b.c -> p.a.d", "p.a.b.c -> p.a.b"},
    ),
    "a namespace package": (
        {"ns/a/__init__.py": "", "ns/b/c.py": "", "main.py": "from ns import a\nimport ns.b.c\n"},
        {"main -> ns.a", "main -> ns.b.c"},
    ),
    "a package inside folders without an init, which lie in a package's folder": (
        {
            "top/api/__init__.py": "", "top/api/models/db/migrations/__init__.py": "",
            "top/api/models/db/user.py": "", "top/api/models/db/statistics.py": "from top.api.models.db.user import User\n",
            "top/api/core.py": "import statistics\nfrom top.api.models.db.user import *\n",
        },
        {"top.api.core -> top.api.models.db.user", "top.api.models.db.statistics -> top.api.models.db.user"},
    ),
    "a namespace in several roots": (
        {
            "packages/a/src/zope/a/__init__.py": "from zope.b.x import f\n",
            "packages/b/src/zope/b/__init__.py": "", "packages/b/src/zope/b/x.py": "",
        },
        {"zope.a -> zope.b.x"},
    ),
    "a folder without __init__.py is called as what lies beside it": (
        {
            "__init__.py": "", "manage.py": "", "u/__init__.py": "", "jwt/urls.py": "from . import views\n",
            "jwt/views.py": "import jwt.models\n",
            "jwt/models.py": "", "jwt/migrations/__init__.py": "", "u/v.py": "from jwt.models import T\nimport u.w\n",
            "u/w.py": "",
        },
        {"jwt.urls -> jwt.views", "jwt.views -> jwt.models", "u.v -> jwt.models", "u.v -> u.w"},
    ),
    "roots of a monorepo": (
        {
            "libs/core/core/__init__.py": "", "libs/core/core/n.py": "",
            "apps/web/web/__init__.py": "", "apps/web/web/m.py": "from core.n import f\n",
            "one/pyproject.toml": "", "one/src/one/__init__.py": "import core\n",
        },
        {"web.m -> core.n", "one -> core"},
    ),
    "a function hides the module that it comes from": (
        {"p/__init__.py": "from .run import run\n", "p/run.py": "def run(): pass\n", "u.py": "from p import run\n"},
        {"p -> p.run", "u -> p"},
    ),
    "a star brings the submodules that are listed": (
        {"p/__init__.py": "__all__ = ['sub', 'f']\n", "p/sub.py": "", "p/f.py": "", "u.py": "from p import *\n"},
        {"u -> p", "u -> p.sub", "u -> p.f"},
    ),
    "modules that are imported when they are needed": (
        {
            "p/__init__.py": "", "p/b.py": "",
            "p/a.py": "from p.lazy import LazyImport\nb = LazyImport('p.b')\n",
            "p/lazy.py": "class LazyImport:\n    def __init__(self, name): ...\n",
        },
        {"p.a -> p.lazy", "p.a -> p.b"},
    ),
    "import_module of literals, absolute and relative": (
        {
            "p/__init__.py": LOAD + "import_module('.b', __name__)\n", **{f"p/{name}.py": "" for name in "bcdefg"},
            "p/a.py": "import importlib as i\ni.import_module('p.b')\ni.import_module('.c', 'p')\n"
            "i.import_module('.d', __package__)\ni.import_module('.e', package=__name__.rpartition('.')[0])\n"
            "__import__('p.f')\ni.import_module(name='p.g')\n",
        },
        {"p -> p.b", *(f"p.a -> p.{name}" for name in "bcdefg")},
    ),
    "import_module of texts that are known": (
        {
            **LIST,
            "p/a.py": LOAD + "X = 'b'\nimport_module(f'p.{X}')\nimport_module('p.' + 'c')\n"
            "for n in ['d']:\n    import_module('p.%s' % n)\nfor n in ('e',):\n    import_module('p.{}'.format(n))\n"
            "TABLE = {'x': 'p.f', 'y': 'p.g'}\ndef load(n): import_module(TABLE[n])\n"
            "PAIRS = [('p.h', 'H')]\nfor module, name in PAIRS:\n    import_module(module)\n"
            "[import_module('.'.join(('p', n))) for n in sorted({'i': 1})]\n",
        },
        {*(f"p.a -> p.{name}" for name in "bcdehi"), "p.a.load -> p.f", "p.a.load -> p.g"},
    ),
    "objects that are loaded by a name which a variable holds": (
        {
            "p/__init__.py": "", "p/b.py": "class B: pass\n", "p/c.py": "class C: pass\n",
            "p/a.py": "from django.utils.module_loading import import_string\nB = 'p.b.B'\n"
            "def f(): return import_string(B)()\ndef g(): return import_string('p.c.C')()\n"
            "def h(name): return import_string(name)\nP = 'p'\ndef i(): return import_string(P + '.d.D')\n",
            "p/d.py": "class D: pass\n",
            "p/e.py": "from importlib import import_module as load\nD = 'p.d'\nd = load(D)\n",
        },
        {"p.a.f -> p.b", "p.a.g -> p.c", "p.a.i -> p.d", "p.e -> p.d"},
    ),
    "names with holes": (
        {
            "p/__init__.py": "", "p/plugins/__init__.py": "", "p/plugins/x.py": "", "p/plugins/y.py": "",
            "p/other.py": "", "p/a.py": LOAD + "def f(n):\n    return import_module(f'p.plugins.{n}')\n",
        },
        {"p.a.f -> p.plugins.x", "p.a.f -> p.plugins.y"},
    ),
    "holes that callers fill": (
        {
            "p/__init__.py": "", "p/a/__init__.py": "", "p/a/hooks.py": "", "p/b/hooks.py": "", "p/b/other.py": "",
            "p/find.py": LOAD + "def get_all(name):\n    for app in apps():\n        import_module(f'{app}.{name}')\n",
            "p/c.py": "from p.find import get_all\nget_all('hooks')\n",
        },
        {"p.c -> p.find", "p.find.get_all -> p.a.hooks", "p.find.get_all -> p.b.hooks"},
    ),
    "modules that a file mentions": (
        {
            "p/__init__.py": "", "p/a.py": "",
            "u.py": LOAD + "def load():\n    for each in config or [{'class': 'p.a', 'x': 'p.b'}]:\n"
            "        import_module(each['class'])\n",
        },
        {"u.load -> p.a"},
    ),
    "a variable hides a module": (
        {
            "p/__init__.py": "from .router import router\nfrom . import kept\nx = 1\n", "p/router.py": "router = 1\n",
            "p/kept.py": "", "p/x.py": "", "u.py": "from p import router, kept, x\n",
        },
        {"p -> p.router", "p -> p.kept", "u -> p", "u -> p.kept"},
    ),
    "all modules of a package": (
        {
            "p/__init__.py": "import pkgutil\n" + LOAD
            + "for m in pkgutil.iter_modules(__path__):\n    import_module(f'{__name__}.{m.name}')\n",
            "p/x.py": "", "p/q/__init__.py": "", "p/q/z.py": "",
            "u.py": "import pkgutil\n" + LOAD + "from p import q\n"
            "for _, name, _ in pkgutil.walk_packages(q.__path__, q.__name__ + '.'):\n    import_module(name)\n",
        },
        {"p -> p.x", "p -> p.q", "u -> p.q", "u -> p.q.z"},
    ),
    "a table of lazy names": (
        {
            "p/__init__.py": LOAD + "LAZY = {'f': '.a', 'g': ('p.b', 'h')}\ndef __getattr__(name):\n"
            "    if name in LAZY:\n        return getattr(import_module(LAZY[name], __name__), name)\n",
            "p/a.py": "", "p/b.py": "", "u.py": "from p import f, g\n",
        },
        {"u -> p", "p -> p.a", "p -> p.b", "p.__getattr__ -> p.a"},
    ),
    "lazy modules of a library": (
        {
            "p/__init__.py": "import lazy\n__getattr__ = lazy.attach(__name__, submodules=['b'], attributes={'a': ['f']})\n",
            "p/a.py": "", "p/b.py": "",
        },
        {"p -> p.a", "p -> p.b"},
    ),
    "a package from which manage.py runs is a root where the imports say so": (
        {
            "back/__init__.py": "", "back/manage.py": "", "back/users/__init__.py": "", "back/users/views.py": "",
            "back/api/__init__.py": "", "back/api/urls.py": "from users.views import x\n",
            "shop/__init__.py": "", "shop/manage.py": "", "shop/cart/__init__.py": "", "shop/cart/views.py": "",
            "shop/pay/__init__.py": "", "shop/pay/urls.py": "from shop.cart.views import x\n",
        },
        {"api.urls -> users.views", "shop.pay.urls -> shop.cart.views"},
    ),
    "a folder that bears the name of a library is not what is imported by it": (
        {
            "shop/__init__.py": "", "shop/kit/rest/__init__.py": "", "shop/kit/rest/views.py": "",
            "shop/kit/xml.py": "class Tree: ...\n",
            "shop/a.py": "from rest import serializers\nimport xml.etree\nfrom shop.kit.rest import views\n",
            "shop/b.py": "from rest import fields, views\n",
        },
        {"shop.a -> shop.kit.rest.views"},
    ),
    "a package that names its submodules by aliases": (
        {"p/__init__.py": "import p.a as a\nimport p.b as c\n", "p/a.py": "", "p/b.py": "", "p/c.py": "", "u.py": "from p import a, c\n"},
        {"p -> p.a", "p -> p.b", "u -> p.a", "u -> p"},
    ),
    "a package spread over two roots is no library": (
        {
            "one/setup.py": "", "one/big/core/__init__.py": "from big import store\n",
            "two/setup.py": "", "two/big/store/__init__.py": "from big import core\n",
        },
        {"big.core -> big.store", "big.store -> big.core"},
    ),
    "modules that import each other": ({"a.py": "import b\n", "b.py": "import a\n"}, {"a -> b", "b -> a"}),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_imports(graph_of: Callable[..., Graph], files: dict[str, str], expected: set[str]) -> None:
    """Exactly these edges lead from one module of the project to another."""
    graph = graph_of(files)
    inside = {node.id for node in graph.nodes("module") if node.path}
    found = {
        f"{e.source.partition(':')[2]} -> {e.target[7:]}"
        for e in graph.edges("imports")
        if e.target in inside
    }
    assert found == expected


def test_folders_of_a_package_without_an_init_belong_to_it(tmp_path: Path) -> None:
    """The project's folder is the package itself, so that its name stands in no path."""
    files = {
        "__init__.py": "", "app.py": "from big.ends.v1 import router\nfrom big.ends.one import x\n",
        "ends/one.py": "", "ends/v1/__init__.py": "from big.ends.v1.two import y\n", "ends/v1/two.py": "",
    }  # fmt: skip
    for path, text in files.items():
        place = tmp_path / "big" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    graph = analyze(tmp_path / "big", cache=False, workers=1)
    modules = {node.name for node in graph.nodes("module") if node.path}
    assert modules == {"big", "big.app", "big.ends.one", "big.ends.v1", "big.ends.v1.two"}


STARS = {
    "a literal": ("__all__ = ['f']\n", {"f"}),
    "added": ("__all__ = ['f']\n__all__ += ('_g',)\n", {"f", "_g"}),
    "appended and extended": (
        "__all__ = []\n__all__.append('f')\n__all__.extend(['_g', 'h'])\n",
        {"f", "_g", "h"},
    ),
    "removed": ("__all__ = ['f', 'h']\n__all__.remove('h')\n", {"f"}),
    "of another module": ("import o\nfrom o import *\n__all__ = o.__all__ + ['h']\n", {"f", "h"}),
    "unpacked": ("import o\n__all__ = [*o.__all__]\n", {"f"}),
    "under another name": ("from o import __all__ as theirs\n__all__ = list(theirs)\n", {"f"}),
    "computed": ("__all__ = [name for name in dir()]\n", {"f", "h"}),
    "none": ("", {"f", "h"}),
}


@pytest.mark.parametrize(("text", "expected"), STARS.values(), ids=STARS)
def test_a_star_brings_what_is_listed(
    edges_of: Callable[..., set[str]], text: str, expected: set[str]
) -> None:
    """`__all__` in all its shapes; where it is not told, all public names."""
    files = {"o.py": "__all__ = ['f']\n", "a.py": ALL + text, "u.py": "from a import *\n" + USE}
    found = {edge for edge in edges_of(files, "calls") if edge.startswith("u ->")}
    assert found == {f"u -> a.{name}" for name in expected}


def test_lazy_names_are_followed(edges_of: Callable[..., set[str]]) -> None:
    """A name that a table or `__getattr__` brings is what its module defines."""
    files = {
        "p/__init__.py": "import lazy\n__getattr__ = lazy.attach(__name__, names={'a': ['f']})\n",
        "p/a.py": "def f(): pass\n",
        "q/__init__.py": "def __getattr__(name):\n    if name == 'g':\n        from .b import h\n        return h\n",
        "q/b.py": "def h(): pass\n",
        "u.py": "from p import f\nfrom q import g\nf()\ng()\n",
    }
    assert {"u -> p.a.f", "u -> q.b.h"} <= edges_of(files, "calls")


def test_conditions_are_told(graph_of: Callable[..., Graph]) -> None:
    """What always runs is certain, what stands under a condition likely, what is guessed from a pattern possible."""
    text = """
        from typing import TYPE_CHECKING
        from importlib import import_module
        import p.always
        if TYPE_CHECKING:
            import p.types
        try:
            import p.fast
        except ImportError:
            pass
        def f(name):
            import p.inside
            import_module(f"p.some.{name}")
        """
    names = ("always", "types", "fast", "inside", "some/x", "some/__init__", "__init__")
    graph = graph_of({"a.py": text, **{f"p/{name}.py": "" for name in names}})
    found = {
        e.target[9:]: (e.source, e.confidence)
        for e in graph.edges("imports")
        if e.target.startswith("module:p.")
    }
    assert found == {
        "always": ("module:a", "certain"),
        "types": ("module:a", "likely"),
        "fast": ("module:a", "likely"),
        "inside": ("function:a.f", "certain"),
        "some.x": ("function:a.f", "possible"),
    }
    assert [(spot.kind, spot.text) for spot in graph.blind_spots] == [
        ("dynamic-import", "importlib.import_module(p.some.{})")
    ]


def test_what_cannot_be_told_is_a_blind_spot(graph_of: Callable[..., Graph]) -> None:
    """A name that comes from elsewhere gives no edge, but is said once."""
    graph = graph_of(
        {"a.py": "import importlib\ndef f(name): return importlib.import_module(name)\n", "b.py": ""}
    )
    assert [(spot.kind, spot.place.line) for spot in graph.blind_spots] == [("dynamic-import", 2)]


def test_loaders_that_the_user_teaches(graph_of: Callable[..., Graph]) -> None:
    """A call that `carveout.toml` explains is an import of the module that it loads."""
    files = {
        "p/__init__.py": "", "p/load.py": "def get_class(a, b): ...\n", "p/apps/x.py": "class K: pass\n",
        "u.py": "from p.load import get_class\nK = get_class('x', 'K')\n",
    }  # fmt: skip
    graph = graph_of(files, Project(loaders=(Loader("p.load.get_class", "p.apps.{0}.{1}"),)))
    assert ("module:u", "module:p.apps.x") in {edge[:2] for edge in graph.pairs("imports")}
