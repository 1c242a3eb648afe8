"""Rules about the boundary itself: what nobody owns, and exceptions that except nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from carveout.analyzer.model.boundary import Boundary, Ignore, Service, Shared
from carveout.analyzer.model.evidence import Place
from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.rules.judge import judge

FILES = {
    "shop/__init__.py": "",
    "shop/reports.py": """
        from shop import orders
        def monthly(conn):
            orders.all(conn)
            return conn.execute("SELECT a FROM invoice")
    """,
    "shop/orders.py": 'def all(conn):\n    return conn.execute("SELECT a FROM orders")\n',
    "tests/test_it.py": "import shop.orders\n",
    "setup.py": "import setuptools\n",
}
ORDERS = Service("orders", ("shop.orders",), tables=("orders",))
TODAY = datetime.date(2027, 3, 1)


def unassigned(graph: Graph, *services: Service, shared: Shared = Shared()) -> list[Violation]:  # noqa: B008
    """What belongs to nobody."""
    found = judge(graph, Boundary(services, shared, levels={"unassigned": "error"})).violations
    return [violation for violation in found if violation.rule.startswith("unassigned")]


def test_what_nobody_owns(graph_of: Callable[..., Graph]) -> None:
    """Modules that do something and tables; not tests, scripts and empty packages. Off unless asked for."""
    graph = graph_of(FILES)
    assert judge(graph, Boundary((ORDERS,))).violations == ()
    module, table = unassigned(graph, ORDERS)
    assert (module.id, module.source, module.target) == ("CO901", "module:shop.reports", "")
    assert module.help == (
        'add "shop.reports" to modules of [services.orders], which it has most to do with, or of [shared]'
    )
    assert (table.id, table.source) == ("CO902", "table:invoice")
    assert [str(place) for place, _ in table.evidence] == ["shop/reports.py:5"]
    assert unassigned(graph, ORDERS, shared=Shared(("shop.reports",), ("invoice",))) == []


def test_what_nobody_owns_can_be_excepted(graph_of: Callable[..., Graph]) -> None:
    """It has no target, so any target will do."""
    graph = graph_of(FILES)
    ignores = tuple(Ignore("unassigned", name, "*", "why not") for name in ("shop.reports", "table:inv*"))
    result = judge(graph, Boundary((ORDERS,), ignores=ignores, levels={"unassigned": "error"}))
    assert (result.violations, len(result.ignored)) == ((), 2)


def stale(graph: Graph, *ignores: Ignore, **levels: str) -> list[tuple[str, str, str]]:
    """(title, why, severity) of what is said of ignores."""
    named = {name.replace("_", "-"): level for name, level in levels.items()}
    boundary = Boundary((ORDERS, Service("reports", ("shop.reports",))), ignores=ignores, levels=named)  # type: ignore[arg-type]
    result = judge(graph, boundary, today=TODAY)
    return [(v.title, v.why, v.severity) for v in result.violations if v.rule == "stale-ignore"]


def test_ignores_that_cover_nothing(graph_of: Callable[..., Graph]) -> None:
    """Said as a warning with what is not there; what another entry covers as well is not stale."""
    files = FILES | {"shop/reports.py": 'def f(conn):\n    conn.execute("SELECT a FROM orders")\n'}
    graph = graph_of(files)
    good = Ignore("table-read", "shop.reports", "orders", "why not")
    also = Ignore("table-*", "*", "*", "why not")
    wrong = Ignore("table-read", "shop.report", "orders", "why not", place=Place("carveout.toml", 9))
    gone = Ignore("table-write", "shop.reports", "orders", "why not")
    assert stale(graph, good, also, wrong, gone) == [
        ("the ignore of table-read covers nothing", 'nothing is called "shop.report"', "warning"),
        ("the ignore of table-write covers nothing", "no violation from shop.reports to orders was found", "warning"),
    ]  # fmt: skip
    assert [severity for *_, severity in stale(graph, gone, stale_ignore="error")] == ["error"]
    assert stale(graph, gone, stale_ignore="off") == stale(graph, gone, table_write="off") == []


def test_ignores_that_have_ended(graph_of: Callable[..., Graph]) -> None:
    """What they covered counts again, and the entry says so as long as there is something."""
    files = FILES | {"shop/reports.py": 'def f(conn):\n    conn.execute("SELECT a FROM orders")\n'}
    graph = graph_of(files)
    old = Ignore("table-read", "shop.reports", "orders", "moves soon", datetime.date(2027, 2, 28))
    ((title, why, severity),) = stale(graph, old)
    assert (title, severity) == ("the ignore of table-read ended on 2027-02-28", "warning")
    assert why == "what it covered counts again (1 violation); its reason was: moves soon"
    assert stale(graph, Ignore("table-read", "*", "*", "moves soon", TODAY)) == []


def test_tables_that_tests_declare_are_theirs(graph_of: Callable[..., Graph]) -> None:
    """Base classes of the application that ask for rows of any class do not make them the application's."""
    models = """
        from django.db import models
        class Sample(models.Model):
            %s = models.ForeignKey("shop.Order", on_delete=models.CASCADE)
    """
    files = {
        "shop/__init__.py": "",
        "shop/models.py": "from django.db import models\nclass Order(models.Model): pass\n",
        "shop/service.py": "from .models import Order\ndef end(): Order.objects.all().delete()\n",
        "shop/test/__init__.py": "",
        "shop/test/models.py": models % "order",
        "shop/other/__init__.py": "",
        "shop/other/models.py": models % "order",
    }
    orders = Service("orders", ("shop",), tables=("shop_order",))
    assert [each.source for each in unassigned(graph_of(files), orders)] == ["table:other_sample"]
