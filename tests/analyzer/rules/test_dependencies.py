"""Who may depend on whom: callers, may_use, packages from outside, bases, the kernel, circles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import SHARED, Boundary, Ignore, Service, Shared
from carveout.analyzer.model.evidence import Place
from carveout.analyzer.model.findings import Debt, Violation
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.rules.judge import judge

FILES = {
    "shop/__init__.py": "",
    "shop/common.py": """
        def late():
            from shop.orders import views
            from shop.orders import store
            return views.show()
    """,
    "shop/orders/__init__.py": "",
    "shop/orders/views.py": """
        import stripe.error
        from shop.payments import api
        from shop.payments.store import Record
        class Shown(Record):
            pass
        def show():
            return api.charge(1)
        def back():
            api.refund(1)
    """,
    "shop/orders/store.py": "",
    "shop/payments/__init__.py": "",
    "shop/payments/api.py": """
        import stripe
        from shop.payments.store import audit
        def charge(x):
            return audit(x)
        def refund(x):
            return stripe.refund(x)
    """,
    "shop/payments/store.py": """
        class Record:
            pass
        def audit(x):
            return x
    """,
    "shop/reports.py": """
        from shop.payments.api import audit
        from shop.orders.views import show
        def all():
            return audit(show())
    """,
    "tests/test_shop.py": """
        import stripe
        from shop.payments.store import Record
        class Fake(Record):
            pass
    """,
}
ORDERS = Service("orders", modules=("shop.orders",))
REPORTS = Service("reports", modules=("shop.reports",))
PAYMENTS = Service("payments", modules=("shop.payments",))


def test_what_is_handed_in_is_no_dependency(graph_of: Callable[..., Graph]) -> None:
    """A callback is how a dependency is turned around: the one who calls it knows nothing of its service."""
    files = {
        "shop/__init__.py": "",
        "shop/orders.py": """
            from shop import payments
            def told(step):
                return step
            def place():
                payments.charge(told)
        """,
        "shop/payments.py": """
            def charge(tell):
                return tell(1)
        """,
    }
    orders = Service("orders", modules=("shop.orders",))
    payments = Service("payments", modules=("shop.payments",), may_use=())
    graph = graph_of(files)
    assert any(
        edge.target == "function:shop.orders.told" for edge in graph.out("function:shop.payments.charge")
    )
    assert judge(graph, Boundary((orders, payments))).violations == ()


def payments(**settings: object) -> Service:
    """The service with some of its settings."""
    return Service("payments", modules=("shop.payments",), **settings)  # type: ignore[arg-type]


@pytest.fixture
def shop(graph_of: Callable[..., Graph]) -> Graph:
    return graph_of(FILES)


def found(graph: Graph, rule: str, *services: Service, shared: Shared = Shared()) -> list[Violation]:  # noqa: B008
    """The violations of one rule."""
    result = judge(graph, Boundary(services, shared))
    return [violation for violation in result.violations if violation.rule == rule]


def ends(violations: list[Violation]) -> list[tuple[str, str]]:
    """Their relationships, by name."""
    return [(v.source.partition(":")[2], v.target.partition(":")[2]) for v in violations]


def test_who_is_no_caller_may_use_nothing(shop: Graph) -> None:
    """A service that names its callers is closed to all others, imports and calls alike."""
    all_of = found(shop, "callers", ORDERS, REPORTS, payments(callers={"orders": ("*",)}))
    assert ends(all_of) == [
        ("shop.reports.all", "shop.payments.store.audit"),
        ("shop.reports", "shop.payments.api"),
    ]
    assert all_of[0].title == "reports must not use payments: it is not among its callers"
    assert all_of[0].why.endswith("shop.payments.store.audit; payments lets orders in")
    assert all_of[0].help.startswith("let orders do it; or agree with payments on reports = [...]")
    assert found(shop, "callers", ORDERS, REPORTS, PAYMENTS) == []


def test_callers_may_use_what_they_were_granted(shop: Graph) -> None:
    """By the end of a name, a whole one or a glob; the module around it may be imported, nothing beside it."""
    for entry in ("charge", "api.charge", "shop.payments.api.charge", "*.ch?rge"):
        rest = found(shop, "callers", ORDERS, payments(callers={"orders": (entry, "store.Record")}))
        assert ends(rest) == [("shop.orders.views.back", "shop.payments.api.refund")]
    assert rest[0].title == "orders must not use what payments does not grant it"
    assert found(shop, "callers", ORDERS, payments(callers={"orders": ("api", "store")})) == []


def test_what_is_not_public_is_left_to_the_public_interface(shop: Graph) -> None:
    """One thing is told once: past `public` is CO101, through it without a grant CO102."""
    service = payments(public=("shop.payments.api",), callers={"orders": ("charge",)})
    assert ends(found(shop, "callers", ORDERS, service)) == [
        ("shop.orders.views.back", "shop.payments.api.refund")
    ]
    assert ends(found(shop, "public-interface", ORDERS, service)) == [
        ("shop.orders.views", "shop.payments.store")
    ]


def test_what_a_public_module_hands_on_can_be_granted(shop: Graph) -> None:
    """`audit` is defined in the store, and shown by the module that imports it."""
    service = payments(public=("shop.payments.api",), callers={"reports": ("audit",)})
    assert found(shop, "callers", REPORTS, service) == []


def test_a_service_for_the_outside_has_no_callers(shop: Graph) -> None:
    """exposure = "external" closes it to services."""
    shut = found(shop, "callers", REPORTS, payments(exposure="external"))
    assert {v.source for v in shut} == {"module:shop.reports", "function:shop.reports.all"}
    assert "exposure" in shut[0].why


def test_may_use(shop: Graph) -> None:
    """No list means any, an empty one none; imports, calls and bases of a pair of modules are one violation."""
    assert found(shop, "may-use", ORDERS, PAYMENTS) == []
    assert found(shop, "may-use", Service("orders", ("shop.orders",), may_use=("payments",)), PAYMENTS) == []
    where = {("may_use", ""): Place("carveout.toml", 4)}
    shut = found(shop, "may-use", Service("orders", ("shop.orders",), may_use=(), places=where), PAYMENTS)
    assert ends(shut) == [
        ("shop.orders.views", "shop.payments.api"),
        ("shop.orders.views", "shop.payments.store"),
    ]
    assert shut[0].why == (
        "shop.orders.views imports and calls shop.payments.api; orders may use no other service"
    )
    assert "imports and inherits from" in shut[1].why
    assert shut[0].owner_place == "carveout.toml:4"
    assert [place.line for place, _ in shut[0].evidence] == [3, 8, 10]


def test_packages_from_outside(shop: Graph) -> None:
    """A package and all below it; the help names a service that may, tests do not count."""
    orders = Service("orders", ("shop.orders",), may_not_import=("stripe",))
    (one,) = found(shop, "may-not-import", orders, PAYMENTS)
    assert (one.source, one.origin, one.owner) == ("module:shop.orders.views", "orders", "")
    assert one.title.startswith("orders must not import stripe")
    assert one.help.startswith("ask payments for what is meant")
    assert found(shop, "may-not-import", Service("orders", ("shop.orders",), may_not_import=("strip",))) == []
    kernel = Shared(("shop.payments",), may_not_import=("stripe",))
    assert [v.origin for v in found(shop, "may-not-import", shared=kernel)] == [SHARED]


def test_inheritance(shop: Graph) -> None:
    """Also from what is public; not from what is shared."""
    (one,) = found(shop, "inheritance-across", ORDERS, payments(public=("shop.payments",)))
    assert ends([one]) == [("shop.orders.views.Shown", "shop.payments.store.Record")]
    assert one.cost == "this class loses its base"
    assert found(shop, "inheritance-across", ORDERS, shared=Shared(("shop.payments",))) == []


def test_the_kernel_depends_on_no_service(shop: Graph) -> None:
    """Once for a module and a service; no other rule speaks of the kernel's imports."""
    result = judge(shop, Boundary((ORDERS, payments(public=("nothing",))), Shared(("shop.common",))))
    kernel = [v for v in result.violations if v.origin == SHARED]
    assert [(v.rule, v.source, v.target) for v in kernel] == [
        ("shared-kernel", "module:shop.common", "service:orders")
    ]
    assert [place.line for place, _ in kernel[0].evidence] == [3, 4, 5]
    assert "shop.orders.store and 2 more" in kernel[0].why


CIRCLE = {
    "a.py": "import b\nb.f()\nb.g()\n",
    "b.py": "import c\ndef f():\n    return c.f()\ndef g():\n    return 1\n",
    "c.py": "def f():\n    import a\n",
}
ABC = tuple(Service(name, (name,)) for name in "abc")


def test_a_circle_is_broken_where_least_is_to_change(graph_of: Callable[..., Graph]) -> None:
    """One violation for the lightest dependency of the circle, with its places and the way back."""
    graph = graph_of(CIRCLE)
    (one,) = found(graph, "service-cycle", *ABC)
    assert (one.source, one.target, one.title) == (
        "service:c", "service:a", "c must not depend on a, which depends on it"
    )  # fmt: skip
    assert "1 use closes the circle c -> a -> b -> c (imports 1)" in one.why
    assert [str(place) for place, _ in one.evidence] == ["c.py:2"]
    assert found(graph, "service-cycle", *ABC[:2]) == []


def test_an_accepted_dependency_breaks_the_circle(graph_of: Callable[..., Graph]) -> None:
    """Ignored or accepted as debt, another one than the lightest will do; paying off never finds a new one."""
    graph = graph_of(CIRCLE)
    debt = Debt("service-cycle", "a", "b", "service:a", "service:b")
    result = judge(graph, Boundary(ABC), baseline=(debt,))
    assert [(v.source, v.baseline) for v in result.violations] == [("service:a", True)]
    assert result.stale == ()
    ignore = Ignore("service-cycle", "service:b", "service:c", "why not")
    result = judge(graph, Boundary(ABC, ignores=(ignore,)))
    assert (result.violations, [v.source for v, _ in result.ignored]) == ((), ["service:b"])
    gone = judge(graph, Boundary(ABC[:2]), baseline=(debt,))
    assert (gone.violations, gone.stale) == ((), (debt,))


def test_a_decorated_class_is_shown_by_the_line_with_its_bases(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(
        {
            "shop/a.py": "class A: ...\n",
            "shop/b.py": "import x\nfrom shop.a import A\n@x.y\n@x.z\nclass B(A): ...\n",
        }
    )
    (edge,) = graph.out("class:shop.b.B", "inherits")
    node = graph.node("class:shop.b.B")
    assert edge.evidence[0].place.line == 5 and node is not None and node.line == 3
