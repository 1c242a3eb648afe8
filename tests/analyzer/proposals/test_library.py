"""Library and domain apart: base classes out of parts with tables, commands, what leaves the kernel again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Proposal, Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.choose import propose

Make = Callable[..., Graph]
APPS = ("orders", "stock", "people", "billing", "mail")


def project(make: Make, modules: Iterable[str] = (), edges: Iterable[tuple[str, str, str]] = ()) -> Graph:
    """Five apps with a table and a route each, and whatever else is said."""
    known = {f"{app}{part}": 300 for app in APPS for part in ("", ".models", ".views")}
    links = []
    for app in APPS:
        links += [
            (f"model:{app}.models.Row", f"table:{app}_row", "maps"),
            (f"function:{app}.views.show", f"table:{app}_row", "reads"),
            (f"route:GET /{app}", f"function:{app}.views.show", "handles"),
        ]
    return make(known | dict.fromkeys(modules, 60), [*links, *edges])


def first(graph: Graph) -> Proposal:
    """The proposal of `packages`."""
    return propose(graph, Wishes(strategies=("packages",)))[0]


def test_base_classes_leave_a_part_that_has_a_table_of_its_own(make: Make) -> None:
    """What all inherit from is shared, with what it needs; the part's own table and view stay with it."""
    inherits = [(f"class:{app}.models.Row", "class:platform.bases.Base", "inherits") for app in APPS]
    own = [
        ("model:platform.models.Setting", "table:platform_setting", "maps"),
        ("route:GET /platform", "function:platform.views.show", "handles"),
        ("function:platform.views.show", "table:platform_setting", "reads"),
        ("module:platform.bases", "module:platform.fields", "imports"),
    ]
    names = ("platform", "platform.bases", "platform.fields", "platform.models", "platform.views")
    boundary = first(project(make, names, [*inherits, *own])).boundary
    assert boundary.shared.modules == ("platform.bases", "platform.fields")
    assert boundary.shared.reasons["platform.bases"] == (
        "used by 5 of 5 other parts; no tables and no routes"
    )
    assert boundary.shared.reasons["platform.fields"] == (
        "the shared kernel needs it; no tables and no routes"
    )
    service = boundary.service("platform")
    assert service is not None and service.tables == ("platform_setting",)


def test_what_touches_its_own_tables_is_no_library(make: Make) -> None:
    """All parts call the services of `people`, which read its table: they stay where the table is."""
    calls = [(f"function:{app}.views.show", "function:people.services.find", "calls") for app in APPS]
    reads = ("function:people.services.find", "table:people_row", "reads")
    boundary = first(project(make, ("people.services",), [*calls, reads])).boundary
    assert not boundary.shared.modules
    assert Membership(project(make, ("people.services",)), boundary).of_module("people.services") == "people"


def test_a_utility_that_needs_a_service_more_than_it_is_used_leaves_the_kernel(make: Make) -> None:
    """A kernel that depends on a service drags it into all others; the rest of the utilities stays."""
    uses = [(f"module:{app}.views", "module:utils.text", "imports") for app in APPS]
    back = [
        ("function:utils.bills.total", "function:billing.views.show", "calls"),
        ("module:utils.bills", "module:billing.models", "imports"),
    ]
    graph = project(make, ("utils", "utils.text", "utils.bills"), [*uses, *back])
    proposal = first(graph)
    membership = Membership(graph, proposal.boundary)
    assert membership.of_module("utils.text") == "shared"
    assert membership.of_module("utils.bills") == "billing"
    assert not [edge for edge in proposal.cut if edge.origin == "shared"]


def test_commands_alone_make_no_service(make: Make) -> None:
    """One joins the part whose data it works on, one is for the whole project, two are tied to nothing or little."""
    modules = (
        "manage_it",
        "manage_it.one",
        "tools_for",
        "tools_for.all",
        "lonely",
        "lonely.fork",
        "cli",
        "cli.go",
    )
    edges = [
        ("command:one", "function:manage_it.one.run", "handles"),
        ("function:manage_it.one.run", "function:stock.views.show", "calls"),
        ("command:all", "function:tools_for.all.run", "handles"),
        ("command:go", "function:cli.go.run", "handles"),
        ("function:cli.go.run", "function:stock.views.show", "calls"),
        ("command:fork", "function:lonely.fork.run", "handles"),
    ]
    edges += [("function:tools_for.all.run", f"function:{app}.views.show", "calls") for app in APPS]
    proposal = first(project(make, modules, edges))
    names = [service.name for service in proposal.boundary.services]
    assert names == sorted(APPS)
    stock = proposal.boundary.service("stock")
    assert stock is not None and "manage_it" in stock.modules
    assert proposal.aside["tools_for"] == "a command line for the whole project: it uses 5 parts"
    assert proposal.aside["lonely"] == "a command line for the whole project: it uses no part"
    assert proposal.aside["cli"] == "a command line that nothing uses; it touches no tables"


def test_a_part_without_data_and_answers_is_no_service(make: Make) -> None:
    """What one part alone uses joins it; what several use and needs none of them is shared."""
    modules = ("render", "render.page", "ledger", "ledger.sums")
    edges = [("function:billing.views.show", "function:ledger.sums.add", "calls")]
    edges += [(f"function:{app}.views.show", "function:render.page.draw", "calls") for app in APPS[:3]]
    proposal = first(project(make, modules, edges))
    assert [service.name for service in proposal.boundary.services] == sorted(APPS)
    assert "render" in proposal.boundary.shared.modules
    billing = proposal.boundary.service("billing")
    assert billing is not None and "ledger" in billing.modules


def test_a_route_or_two_without_any_table_are_no_service(make: Make) -> None:
    """A page that touches no tables stays where it is; one that reads a table is a part as before."""
    modules = ("health", "pages", "about", *(f"orders.part{number}" for number in range(45)))
    edges = [("module:orders.views", f"module:orders.part{number}", "imports") for number in range(45)]
    edges += [
        ("route:GET /health", "function:health.show", "handles"),
        ("route:GET /about", "function:about.show", "handles"),
        ("route:GET /contact", "function:about.contact", "handles"),
        ("route:GET /pages", "function:pages.show", "handles"),
        ("function:pages.show", "table:mail_row", "reads"),
    ]
    proposal = first(project(make, modules, edges))
    assert proposal.aside["health"] == "1 route that touches no tables; nothing uses it"
    assert proposal.aside["about"] == "2 routes that touch no tables; nothing uses it"
    assert "pages" not in proposal.aside


def test_inherited_views_belong_to_whoever_has_the_view(graph_of: Callable[..., Graph]) -> None:
    """The viewset's module has the route although a base class of the project answers it."""
    graph = graph_of(
        {
            "base/__init__.py": "",
            "base/views.py": "from rest_framework import viewsets\nclass Base(viewsets.ViewSet):\n"
            "    def list(self, request):\n        return []\n",
            "orders/__init__.py": "",
            "orders/views.py": "from base.views import Base\nclass Orders(Base):\n    pass\n",
            "urls.py": "from django.urls import include, path\nfrom rest_framework import routers\n"
            "from orders.views import Orders\nrouter = routers.SimpleRouter()\n"
            "router.register('orders', Orders, basename='order')\nurlpatterns = [path('', include(router.urls))]\n",
        }
    )
    node = graph.node("route:GET /orders/")
    assert node is not None and dict(node.attributes)["view"] == "orders.views.Orders"
    assert next(graph.out(node.id, "handles")).target == "function:base.views.Base.list"
    from carveout.analyzer.model.boundary import Boundary, Service, Shared

    agreed = Boundary((Service("orders", ("orders",)),), Shared(("base",)))
    assert Membership(graph, agreed).of(node.id) == "orders"


def test_a_god_module_is_divided_and_the_proposal_says_so(make: Make) -> None:
    """Functions whose data lies in several packages go there; one that serves one package does not."""
    edges = []
    tables = [f"{app}_{name}" for app in APPS for name in ("row", "more")]
    for app in APPS:
        edges.append((f"model:{app}.models.More", f"table:{app}_more", "maps"))
        edges += [(f"function:legacy.store.{t}", f"table:{t}", "writes") for t in tables if t.startswith(app)]
    graph = project(make, ("legacy", "legacy.store"), edges)
    community = next(each for each in propose(graph) if "community" in (each.strategy, *_also(each)))
    said = [note for note in community.boundary.notes if note.startswith("legacy.store is divided")]
    assert len(said) == 1
    assert "as its 10 functions and classes touch 10 tables, each only a few of them" in said[0]
    membership = Membership(graph, community.boundary)
    assert membership.of("function:legacy.store.stock_row") == membership.of("table:stock_row")


def _also(proposal: Proposal) -> list[str]:
    return [reason.partition(" ")[0] for reason in proposal.reasons]


def test_functions_whose_data_is_at_home_in_one_package_are_no_god_module(make: Make) -> None:
    """Twelve views of twelve tables of one package among several are just that package's views."""
    from carveout.analyzer.proposals.survey import survey

    names = [f"t{number}" for number in range(12)]
    edges = [(f"model:orders.models.{name.title()}", f"table:{name}", "maps") for name in names]
    edges += [(f"function:orders.views.{name}", f"table:{name}", "writes") for name in names]
    others = [(f"model:stock.models.S{n}", f"table:s{n}", "maps") for n in range(12)]
    assert not [unit for unit in survey(project(make, (), [*edges, *others])).split if "views" in unit]
