"""The strategy `packages`: the project's own structure, repaired."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Boundary, Proposal, Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.choose import propose
from carveout.analyzer.proposals.survey import survey

Make = Callable[..., Graph]


def packages(graph: Graph, granularity: float = 0.5) -> Proposal:
    """The first proposal, which is that of `packages`."""
    proposal = propose(graph, Wishes(granularity, ("packages",)))[0]
    assert proposal.strategy == "packages"
    return proposal


def names(boundary: Boundary) -> list[str]:
    """The services' names."""
    return [service.name for service in boundary.services]


def test_apps_become_services_with_their_tables_and_routes(shop: Callable[..., Graph]) -> None:
    """Containers are opened, an app stays whole, tables and routes follow the code."""
    boundary = packages(shop()).boundary
    assert names(boundary) == ["basket", "catalogue", "dashboard", "order"]
    order = boundary.service("order")
    assert order is not None
    assert order.modules == ("shop.apps.order",)
    assert order.tables == ("audit", "order_order", "order_orderline")
    assert order.entry_points == ("GET /order",)
    assert order.may_use == ("basket",)
    basket = boundary.service("basket")
    assert basket is not None
    assert basket.public == ()
    assert "basket has no interface yet: others use its models" in boundary.notes
    dashboard = boundary.service("dashboard")
    assert dashboard is not None
    assert dashboard.modules == ("shop.apps.dashboard",)
    assert (dashboard.tables, dashboard.public) == ((), ())
    assert dashboard.may_use == ("basket", "catalogue", "order")


def test_the_kernel_and_what_is_aside_have_reasons(shop: Callable[..., Graph]) -> None:
    """Utilities are shared; settings, the root and containers belong to nobody; each says why."""
    proposal = packages(shop())
    assert proposal.boundary.shared.modules == ("shop.core",)
    assert "names a utility" in proposal.boundary.shared.reasons["shop.core"]
    assert proposal.aside["shop.settings"] == "configures or starts the project"
    assert proposal.aside["shop.urls"] == "puts the parts together: it uses 4 of them"
    assert proposal.aside["shop"] == "holds packages of several services"


def test_migrations_and_tests_go_with_their_app(shop: Callable[..., Graph]) -> None:
    """They lie below the app's package and need no pattern of their own."""
    graph = shop()
    membership = Membership(graph, packages(graph).boundary)
    assert membership.of("module:shop.apps.order.migrations.0001_initial") == "order"
    assert membership.of("module:shop.apps.order.tests.test_views") == "order"


def test_the_cut_is_that_of_the_graph(shop: Callable[..., Graph]) -> None:
    """The proposal's cut holds the foreign key, the call and the dashboard's reads."""
    cut = packages(shop()).cut
    found = sorted({(edge.origin, edge.owner, edge.edge.kind) for edge in cut})
    assert found == [
        ("dashboard", "basket", "reads"),
        ("dashboard", "catalogue", "reads"),
        ("dashboard", "order", "reads"),
        ("order", "basket", "calls"),
        ("order", "basket", "references"),
    ]


def test_a_layered_project_is_grouped_by_words_across_its_layers(make: Make) -> None:
    """models/order.py, views/orders.py and services/order_service.py are one service."""
    modules = {"app": 1}
    edges = []
    for word in ("order", "invoice", "customer"):
        names_ = [f"app.models.{word}", f"app.views.{word}s", f"app.services.{word}_service"]
        modules |= dict.fromkeys(names_, 50) | {
            f"app.{layer}": 1 for layer in ("models", "views", "services")
        }
        edges += [
            (f"class:app.models.{word}.{word.title()}", f"table:{word}s", "maps"),
            (f"function:app.services.{word}_service.save", f"table:{word}s", "writes"),
            (f"route:GET /{word}s", f"function:app.views.{word}s.index", "handles"),
        ]
    proposal = packages(make(modules, edges))
    assert names(proposal.boundary) == ["customer", "invoice", "order"]
    order = proposal.boundary.service("order")
    assert order is not None
    assert order.modules == ("app.models.order", "app.services.order_service", "app.views.orders")
    assert order.tables == ("orders",)
    assert "grouped by the words" in proposal.reasons[0]


@pytest.mark.parametrize("models", ["models", "db"])
def test_layers_beside_other_packages_with_routes_are_layers_all_the_same(make: Make, models: str) -> None:
    """Where models and handlers hold nearly all tables and routes, packages beside them are no reason to cut there."""
    modules = {"app": 1, f"app.{models}": 1, "app.handlers": 1, "app.auth": 400, "app.auth.saml": 400}
    modules |= {"app.alerts": 400, "app.alerts.mail": 400}
    edges = [
        ("route:GET /login", "function:app.auth.saml.login", "handles"),
        ("function:app.alerts.mail.send", "table:alerts", "writes"),
    ]
    for word in ("alert", "dashboard", "data_source", "widget"):
        modules |= {f"app.{models}.{word}": 50, f"app.handlers.{word}s": 50}
        edges += [
            (f"class:app.{models}.{word}.Row", f"table:{word}s", "maps"),
            (f"function:app.handlers.{word}s.show", f"table:{word}s", "reads"),
            (f"route:GET /{word}s", f"function:app.handlers.{word}s.show", "handles"),
        ]
    proposal = packages(make(modules, edges))
    assert names(proposal.boundary) == ["alerts", "auth", "dashboard", "data_source", "widget"]
    layers = ", ".join(sorted(["handlers", models]))
    assert proposal.reasons[0] == f"{layers} are layers: modules are grouped by the words of their names"


def test_a_package_with_all_models_is_no_service(make: Make) -> None:
    """Its modules go with the package of their name, else with what uses them most, else with what they refer to."""
    modules = {"app": 1, "app.models": 1, "app.models.base": 9}
    edges = []
    for word in ("order", "customer", "payout"):
        modules |= {f"app.{word}": 1, f"app.{word}.service": 300, f"app.{word}.endpoints": 300}
        edges.append((f"route:GET /{word}", f"function:app.{word}.endpoints.show", "handles"))
    for word in ("order", "order_item", "customer", "ledger", "ledger_line"):
        modules[f"app.models.{word}"] = 40
        edges.append((f"class:app.models.{word}.Row", f"table:{word}", "maps"))
        edges.append((f"module:app.models.{word}", "module:app.models.base", "imports"))
        edges.append(("function:app.customer.service.delete", f"table:{word}", "writes"))
    edges += [(f"function:app.payout.service.f{n}", "table:ledger", "writes") for n in range(3)]
    edges.append(("table:ledger_line", "table:ledger", "references"))
    edges = [
        edge
        for edge in edges
        if edge != ("function:app.customer.service.delete", "table:ledger_line", "writes")
    ]
    proposal = packages(make(modules, edges))
    owned = {service.name: service.tables for service in proposal.boundary.services}
    assert owned == {
        "customer": ("customer",), "order": ("order", "order_item"), "payout": ("ledger", "ledger_line"),
    }  # fmt: skip
    assert any("the models of app.models go with" in reason for reason in proposal.reasons)


def test_a_layer_that_mirrors_the_packages_goes_with_them(make: Make) -> None:
    """`graphql/order` with `order`; what is of no package (the schema) stays a service of its own."""
    modules = {"app": 1, "app.graphql": 1, "app.graphql.schema": 30}
    edges = [("route:POST /graphql", "function:app.graphql.schema.execute", "handles")]
    for word in ("order", "customer", "payout", "app"):
        modules |= {f"app.{word}": 1, f"app.{word}.models": 300, f"app.graphql.{word}": 90}
        edges.append((f"class:app.{word}.models.Row", f"table:{word}", "maps"))
        edges.append((f"function:app.graphql.{word}.resolve", f"table:{word}", "reads"))
        edges.append(("module:app.graphql.schema", f"module:app.graphql.{word}", "imports"))
    proposal = packages(make(modules, edges))
    owned = {service.name: service.modules for service in proposal.boundary.services}
    assert owned == {
        "app": ("app.app", "app.graphql.app"),
        "customer": ("app.customer", "app.graphql.customer"),
        "graphql": ("app.graphql",),
        "order": ("app.graphql.order", "app.order"),
        "payout": ("app.graphql.payout", "app.payout"),
    }
    assert "the pieces of app.graphql go with the packages of their names" in proposal.reasons


def test_a_data_layer_and_its_models_are_no_service(make: Make) -> None:
    """Pieces of `dao` and classes of one `models.py` go with packages of their names, others by themselves."""
    modules = {"app": 1, "app.models": 500, "app.dao.refund_dao": 90}
    edges = [
        ("class:app.models.RefundLine", "table:refund_line", "maps"),
        ("function:app.dao.refund_dao.give", "table:refund_line", "writes"),
        ("function:app.payout.rest.show", "table:service", "writes"),
        ("function:app.payout.rest.show", "table:service", "reads"),
    ]
    for word in ("order", "service", "payout"):
        modules |= {f"app.{word}": 1, f"app.{word}.rest": 300, f"app.dao.{word}s_dao": 90}
        edges.append((f"class:app.models.{word.title()}", f"table:{word}", "maps"))
        edges.append((f"route:GET /{word}", f"function:app.{word}.rest.show", "handles"))
        edges.append((f"function:app.{word}.rest.show", f"function:app.dao.{word}s_dao.give", "calls"))
        edges.append((f"function:app.dao.{word}s_dao.give", f"table:{word}", "reads"))
    boundary = packages(make(modules, edges)).boundary
    owned = {service.name: service.tables for service in boundary.services}
    assert owned == {
        "order": ("order",), "payout": ("payout",), "refund_line": ("refund_line",), "service": ("service",),
    }  # fmt: skip


def test_a_package_of_databases_for_all_is_a_layer(make: Make) -> None:
    """`handler.database` asks for the tables of everyone: its modules go by their names, none is a utility."""
    modules = {"main": 1, "models": 1, "handler": 1, "handler.database": 1, "handler.database.base": 10}
    edges = []
    for word in ("rom", "user", "save"):
        modules |= {f"models.{word}": 90, f"endpoints.{word}s": 200, f"handler.database.{word}s_handler": 300}
        edges.append((f"class:models.{word}.{word.title()}", f"table:{word}s", "maps"))
        edges.append((f"route:GET /{word}", f"function:endpoints.{word}s.show", "handles"))
        handler = f"handler.database.{word}s_handler"
        edges.append((f"function:endpoints.{word}s.show", f"function:{handler}.get", "calls"))
        edges += [(f"function:{handler}.get", f"table:{word}s", kind) for kind in ("reads", "writes")]
    boundary = packages(make(modules, edges)).boundary
    assert {service.name: service.modules for service in boundary.services} == {
        word: (f"endpoints.{word}s", f"handler.database.{word}s_handler", f"models.{word}")
        for word in ("rom", "save", "user")
    }


def test_what_is_left_of_one_models_file_for_all_is_no_service(make: Make) -> None:
    """Its few classes go where they are used, though packages beside it have most tables."""
    modules = {"app": 1, "app.models": 200}
    edges = [
        ("class:app.models.Note", "table:note", "maps"),
        ("class:app.models.Tag", "table:tag", "maps"),
        ("function:app.order.views.show", "table:note", "writes"),
        ("function:app.payout.views.show", "table:tag", "writes"),
    ]
    for word in ("order", "customer", "payout", "stock"):
        modules |= {f"app.{word}": 1, f"app.{word}.models": 300, f"app.{word}.views": 90}
        edges += [(f"class:app.{word}.models.Row{n}", f"table:{word}{n}", "maps") for n in range(4)]
        edges.append((f"route:GET /{word}", f"function:app.{word}.views.show", "handles"))
    boundary = packages(make(modules, edges)).boundary
    assert names(boundary) == ["customer", "order", "payout", "stock"]
    assert {t: s.name for s in boundary.services for t in s.tables if t in ("note", "tag")} == {
        "note": "order", "tag": "payout",
    }  # fmt: skip


def test_tables_of_many_to_many_fields_go_with_the_class_that_declares_them(
    graph_of: Callable[..., Graph],
) -> None:
    """Whoever writes most rows of it."""
    model = (
        "from django.db import models\nclass {}(models.Model):\n    name = models.CharField(max_length=9)\n"
    )
    tags = "    tags = models.ManyToManyField('labels.Tag')\n"
    graph = graph_of(
        {
            "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_settings')\n",
            "site_settings.py": "INSTALLED_APPS = ['books', 'labels', 'feeds']\n",
            "books/__init__.py": "", "books/models.py": model.format("Book") + tags,
            "labels/__init__.py": "", "labels/models.py": model.format("Tag"),
            "feeds/__init__.py": "",
            "feeds/views.py": "from books.models import Book\ndef mark(request, pk, tag):\n"
            "    book = Book.objects.get(pk=pk)\n    book.tags.add(tag)\n    book.tags.remove(tag)\n",
        }
    )  # fmt: skip
    boundary = packages(graph).boundary
    assert {t: s.name for s in boundary.services for t in s.tables}["books_book_tags"] == "books"


def test_tables_between_two_others_go_with_the_one_that_begins_their_name(
    graph_of: Callable[..., Graph],
) -> None:
    """Fields of abstract classes, and Core tables to which no class is mapped."""
    graph = graph_of(
        {
            "shop/__init__.py": "", "shop/users/__init__.py": "", "shop/roles/__init__.py": "",
            "shop/base.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
            "shop/roles/models.py": "from sqlalchemy import *\nfrom ..base import Base\nclass Role(Base):\n"
            "    __tablename__ = 'role'\n    id = Column(Integer, primary_key=True)\n"
            "both = Table('user_role', Base.metadata, Column('u', ForeignKey('user.id')),\n"
            "    Column('r', ForeignKey('role.id')))\n",
            "shop/users/models.py": "from sqlalchemy import *\nfrom ..base import Base\nclass User(Base):\n"
            "    __tablename__ = 'user'\n    id = Column(Integer, primary_key=True)\n",
        }
    )  # fmt: skip
    assert survey(graph).definers["table:user_role"] == "shop.users.models"


def test_a_piece_without_any_tie_is_no_service(make: Make) -> None:
    """A class of a divided module that writes a library's table alone stays with the others."""
    modules = {"app": 1, "app.models": 400, "app.forms": 300}
    edges: list[tuple[str, str, str]] = [("class:app.forms.Login", "table:auth_user", "writes")]
    for area in ("order", "stock", "letter", "invoice"):
        modules |= {f"app.{area}s": 100}
        edges.append((f"route:GET /{area}", f"function:app.{area}s.index", "handles"))
        for number in "123":
            table = f"table:{area}_{area}{number}"
            edges.append((f"model:app.models.{area.title()}{area.title()}{number}", table, "maps"))
            edges.append((f"function:app.{area}s.index", table, "writes"))
            edges.append((f"class:app.forms.{area.title()}Form", table, "writes"))
    boundary = packages(make(modules, edges)).boundary
    assert "login" not in {service.name for service in boundary.services}
    assert any("first split app.models into a module for each service" in note for note in boundary.notes)


def test_layers_of_logic_and_sql_are_layers_and_who_only_borrows_a_table_joins(make: Make) -> None:
    """Tables without classes: `sql/orders.py` writes orders most, `logic/conflicts.py` once, and is no service."""
    modules = {"app": 1, "app.sql": 1, "app.logic": 1, "app.routes": 1, "app.logic.conflicts": 60}
    edges = [
        ("function:app.logic.conflicts.solve", "table:orders", "writes"),
        ("function:app.routes.orders.show", "function:app.logic.conflicts.solve", "calls"),
    ]
    for area in ("orders", "stocks", "letters"):
        for layer in ("sql", "logic", "routes"):
            modules[f"app.{layer}.{area}"] = 100
        edges += [(f"function:app.sql.{area}.{verb}", f"table:{area}", "writes") for verb in ("put", "drop")]
        edges.append((f"function:app.routes.{area}.show", f"function:app.logic.{area}.run", "calls"))
        edges.append((f"function:app.logic.{area}.run", f"function:app.sql.{area}.put", "calls"))
        edges.append((f"route:GET /{area}", f"function:app.routes.{area}.show", "handles"))
    boundary = packages(make(modules, edges)).boundary
    assert [service.name for service in boundary.services] == ["letters", "orders", "stocks"]
    (orders,) = [service for service in boundary.services if service.name == "orders"]
    assert orders.modules == (
        "app.logic.conflicts",
        "app.logic.orders",
        "app.routes.orders",
        "app.sql.orders",
    )


def test_one_models_file_for_all_is_split_by_class(make: Make) -> None:
    """A flat project with all models in one file: each class goes with the code of its name."""
    modules = {"flack": 1, "flack.models": 200, "flack.utils": 20, "flack.app": 10}
    modules |= {"flack.users": 90, "flack.messages": 90}
    edges = [
        ("class:flack.models.User", "table:users", "maps"),
        ("class:flack.models.Message", "table:messages", "maps"),
        ("function:flack.users.get", "table:users", "reads"),
        ("function:flack.messages.post", "table:messages", "writes"),
        ("route:GET /users", "function:flack.users.get", "handles"),
        ("route:POST /messages", "function:flack.messages.post", "handles"),
        ("module:flack.users", "module:flack.models", "imports"),
        ("module:flack.messages", "module:flack.models", "imports"),
    ]
    graph = make(modules, edges)
    boundary = packages(graph).boundary
    assert [(s.name, s.modules, s.functions, s.tables) for s in boundary.services] == [
        ("messages", ("flack.messages",), ("flack.models.Message",), ("messages",)),
        ("users", ("flack.users",), ("flack.models.User",), ("users",)),
    ]
    membership = Membership(graph, boundary)
    assert membership.of("class:flack.models.User") == "users"


def test_a_clash_of_names_takes_the_parents_name(make: Make) -> None:
    """Two packages called `orders` are told apart by what they lie in."""
    modules = {"shop": 1, "shop.apps": 1, "shop.contrib": 1}
    edges = []
    for app in ("apps.orders", "contrib.orders", "apps.billing"):
        modules |= {f"shop.{app}": 1, f"shop.{app}.views": 60}
        edges.append((f"route:GET /{app}", f"function:shop.{app}.views.index", "handles"))
    assert names(packages(make(modules, edges)).boundary) == ["apps_orders", "billing", "contrib_orders"]


def test_packages_with_tables_inside_others_stand_beside_them(make: Make) -> None:
    """`hotel` only holds `room` and `guest` and is opened; `sale.refund` has a table beside those of `sale`."""
    modules, edges = {"app": 1, "app.hotel": 1, "app.hotel.api": 30}, []
    for name in ("hotel.room", "hotel.guest", "sale", "sale.refund", "mail"):
        modules |= {f"app.{name}": 1, f"app.{name}.models": 80, f"app.{name}.views": 200}
        table = f"table:{name.rpartition('.')[2]}"
        edges.append((f"class:app.{name}.models.Model", table, "maps"))
        edges.append((f"function:app.{name}.views.save", table, "writes"))
        edges.append((f"route:GET /{name}", f"function:app.{name}.views.save", "handles"))
    proposal = packages(make(modules, edges))
    assert names(proposal.boundary) == ["guest", "mail", "refund", "room", "sale"]
    said = "packages with tables of their own stand beside those around them: app.sale.refund"
    assert said in proposal.reasons


def test_a_remainder_joins_what_it_is_tied_to(make: Make) -> None:
    """A lone module without data goes to its only partner; one tied to all is shared."""
    modules = {"shop": 1, "shop.pricing": 30, "shop.clock": 30}
    edges = [("module:shop.catalogue.views", "module:shop.pricing", "imports")]
    for app in ("catalogue", "orders", "payments"):
        modules |= {f"shop.{app}": 1, f"shop.{app}.views": 200}
        edges.append((f"route:GET /{app}", f"function:shop.{app}.views.index", "handles"))
        edges.append((f"module:shop.{app}.views", "module:shop.clock", "imports"))
    boundary = packages(make(modules, edges)).boundary
    catalogue = boundary.service("catalogue")
    assert catalogue is not None
    assert catalogue.modules == ("shop.catalogue", "shop.pricing")
    assert boundary.shared.modules == ("shop.clock",)
    assert boundary.shared.reasons["shop.clock"].startswith("used by 3 of ")


def test_what_includes_all_routers_puts_the_parts_together(graph_of: Callable[..., Graph]) -> None:
    """Each route calls the dependency of its router; that makes what includes it no library of all."""
    part = """
        from fastapi import APIRouter
        router = APIRouter()

        @router.get("/{name}")
        def show(session):
            return session.execute("SELECT id FROM {name}")
    """
    names = ("cases", "people", "terms", "parts", "costs", "tags")
    files = {f"desk/{name}/__init__.py": "" for name in names}
    files |= {f"desk/{name}/views.py": part.replace("{name}", name) for name in names}
    include = "\n".join(
        f"from .{name} import views as {name}\n"
        f"api.include_router({name}.router, dependencies=[Depends(checked)])"
        for name in names
    )
    files["desk/api.py"] = (
        "from fastapi import APIRouter, Depends\napi = APIRouter()\ndef checked(path): pass\n" + include
    )
    files |= {
        "desk/__init__.py": "",
        "desk/main.py": "from fastapi import FastAPI\nfrom .api import api\napp = FastAPI()\napp.include_router(api)",
        "schema.sql": "".join(f"CREATE TABLE {name} (id INT);" for name in names),
    }
    graph = graph_of(files)
    assert "function:desk.tags.views.show" in {
        edge.source for edge in graph.into("function:desk.api.checked", "calls")
    }
    proposal = packages(graph)
    assert proposal.boundary.shared.modules == ()
    assert proposal.aside["desk.api"] == "puts the parts together: it uses 6 of them"


def test_what_keeps_data_joins_what_keeps_data(make: Make) -> None:
    """Where there are too many, `people` gives way, and does not make a chat integration the owner of its table."""
    modules, edges = {"desk": 1}, []
    for name, lines in (("chat", 900), ("cases", 600), ("billing", 600), ("people", 40)):
        modules |= {f"desk.{name}": 1, f"desk.{name}.models": lines, f"desk.{name}.views": lines}
        edges.append((f"route:GET /{name}", f"function:desk.{name}.views.show", "handles"))
        if name != "chat":
            edges.append((f"model:desk.{name}.models.M", f"table:{name}", "maps"))
    for number in range(9):
        edges.append((f"function:desk.chat.views.f{number}", "function:desk.people.views.find", "calls"))
    edges.append(("function:desk.cases.views.show", "function:desk.people.views.find", "calls"))
    boundary = packages(make(modules, edges), granularity=0).boundary
    cases = boundary.service("cases")
    assert names(boundary) == ["billing", "cases", "chat"]
    assert cases is not None
    assert cases.tables == ("cases", "people")


def test_five_hundred_packages_become_a_sensible_number(make: Make) -> None:
    """At most twenty services by default, three at granularity 0, and more at 1."""
    modules = {"big": 1}
    edges = []
    for number in range(500):
        modules |= {f"big.p{number}": 1, f"big.p{number}.code": 20}
        edges.append(
            (f"function:big.p{number}.code.f", f"function:big.p{(number + 1) % 500}.code.f", "calls")
        )
        if number % 10 == 0:
            edges.append((f"function:big.p{number}.code.f", f"table:t{number}", "writes"))
    graph = make(modules, edges)
    counts = [len(packages(graph, granularity).boundary.services) for granularity in (0, 0.5, 1)]
    assert counts[0] == 3
    assert counts[1] == 20
    assert 20 < counts[2] <= 133
    assert any("small parts joined" in reason for reason in packages(graph).reasons)


def test_every_module_of_a_service_is_in_one_service_only(shop: Callable[..., Graph]) -> None:
    """Patterns, tables and entry points are disjoint."""
    for proposal in propose(shop()):
        for field in ("modules", "tables", "entry_points"):
            claimed = [item for service in proposal.boundary.services for item in getattr(service, field)]
            assert len(claimed) == len(set(claimed))


def test_hostile_names_make_plain_service_names(make: Make) -> None:
    """A service's name is lower case letters, digits and `_`; `shared` is never one."""
    modules = {"app": 1}
    edges = []
    for app in ("Größe", "drop table", "1st", "shared"):
        modules |= {f"app.{app}": 1, f"app.{app}.views": 60}
        edges.append((f"route:GET /{app}", f"function:app.{app}.views.index", "handles"))
    found = names(packages(make(modules, edges)).boundary)
    assert found == ["app_shared", "drop_table", "gr_e", "service_1st"]
