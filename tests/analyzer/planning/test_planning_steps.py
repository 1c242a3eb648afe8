"""The plan of one service: what moves, what is copied, what is dangerous."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import Refused, UsageError
from carveout.analyzer.model.evidence import BlindSpot, Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.plan import Argument, Blueprint, Step, Wiring
from carveout.analyzer.planning.steps import plan

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": "from shop import db\n",
    "shop/db.py": 'SCHEMA = "schema/tables.sql"\n',
    "shop/schema/tables.sql": "create table payment (id int);\n",
    "shop/notes/old.txt": "not named anywhere\n",
    "shop/pay/__init__.py": "",
    "shop/pay/routes.py": "from shop.pay import core\n",
    "shop/pay/core.py": "def f():\n    from shop.orders import numbers\n",
    "shop/pay/limits.json": "{}\n",
    "shop/orders/__init__.py": "",
    "shop/orders/numbers.py": "import yaml\n",
    "shop/orders/models.py": "",
    "shop/orders/notes.txt": "",
    "shop/tests/test_pay.py": "",
    "requirements.txt": "Flask>=3.0  # web\nPyYAML==6.0 --hash=sha256:abc\n"
    "psycopg2-binary\n-r more.txt\nSQLAlchemy[asyncio]~=2.0\n",
}
BOUNDARY = Boundary(
    services=(
        Service("orders", modules=("shop.orders",), tables=("orders",)),
        Service("payments", modules=("shop.pay",), tables=("payment",), place=Place("carveout.toml", 3)),
    ),
    shared=Shared(modules=("shop.db",)),
)


def at(path: str, line: int = 1) -> tuple[Evidence, ...]:
    return (Evidence(Place(path, line)),)


def name_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def route(method: str, text: str, **attributes: str) -> Node:
    known = {"blueprint": "shop.pay.routes.bp", "framework": "flask", "prefix": "/pay", **attributes}
    pairs = tuple(sorted({**known, "method": method, "text": text}.items()))
    return Node(f"route:{method} {text}", "shop/pay/routes.py", 5, 5, pairs)


def edge(source: str, kind: str, target: str, path: str, line: int = 1, order: int = 0) -> Edge:
    return Edge(source, target, kind, evidence=at(path, line), order=order)


def handled(text: str) -> Edge:
    return edge(f"route:{text}", "handles", "function:shop.pay.routes.refund", "shop/pay/routes.py", 5)


def builder() -> GraphBuilder:
    graph = GraphBuilder()
    for path in FILES:
        if path.endswith(".py"):
            graph.add(Node(f"module:{name_of(path)}", path, 1, 1))
    graph.add(edge("module:shop.pay.routes", "imports", "module:shop.pay.core", "shop/pay/routes.py"))
    graph.add(edge("module:shop.pay.routes", "imports", "module:flask", "shop/pay/routes.py"))
    graph.add(edge("module:shop.pay.core", "imports", "module:json", "shop/pay/core.py"))
    graph.add(
        edge("function:shop.pay.core.f", "imports", "module:shop.orders.numbers", "shop/pay/core.py", 2)
    )
    graph.add(edge("module:shop.orders.numbers", "imports", "module:yaml", "shop/orders/numbers.py"))
    graph.add(edge("module:shop.db", "imports", "module:sqlalchemy.orm", "shop/db.py"))
    graph.add(Node("function:shop.pay.routes.refund", "shop/pay/routes.py", 6, 9))
    graph.add(Node("function:shop.app.create", "shop/app.py", 2, 9))
    setting = (("module", "shop.db"), ("name", "db.init_app"), ("wiring", "flask"))
    graph.add(Node("setting:shop.db.db.init_app", "shop/app.py", 3, 3, setting))
    graph.add(
        edge(
            "function:shop.app.create", "configures", "setting:shop.db.db.init_app", "shop/app.py", 3, order=1
        )
    )
    graph.add(route("POST", "/pay/<int:id>/refund"))
    graph.add(handled("POST /pay/<int:id>/refund"))
    return graph


def step_of(graph: Graph, files: Mapping[str, str] = FILES, boundary: Boundary = BOUNDARY) -> Step:
    (step,) = plan(graph, boundary, "payments", files).steps
    return step


def ids(step: Step) -> list[str]:
    return [hazard.id for hazard in step.hazards]


def test_moved_and_copied_files() -> None:
    """The service's modules and their data move; what they import, also inside functions, is copied."""
    step = step_of(builder().build())
    assert step.moved == (
        "shop/pay/__init__.py",
        "shop/pay/core.py",
        "shop/pay/limits.json",
        "shop/pay/routes.py",
    )
    assert step.copied == (
        "shop/__init__.py",
        "shop/db.py",
        "shop/orders/__init__.py",
        "shop/orders/numbers.py",
        "shop/schema/tables.sql",
    )
    assert step.texts["shop/pay/limits.json"] == "{}\n"
    assert (step.framework, step.root, step.templates) == ("flask", ".", "")


def test_wiring_and_blueprints() -> None:
    """The factory's calls and the blueprints with their prefixes are taken from the graph."""
    step = step_of(builder().build())
    assert step.wiring == (Wiring("shop.db", "db.init_app"),)
    assert step.blueprints == (Blueprint("shop.pay.routes", "bp", "/pay"),)
    assert step.effects == ("shop.pay.routes",)


def test_wiring_keeps_the_order_of_the_calls() -> None:
    """What the factory calls first is called first in the service, whatever the names."""
    graph = builder()
    attributes = (("module", "flask_cors"), ("name", "CORS"), ("wiring", "flask"))
    graph.add(Node("setting:flask_cors.CORS", "shop/app.py", 2, 2, attributes))
    graph.add(
        edge("function:shop.app.create", "configures", "setting:flask_cors.CORS", "shop/app.py", 2, order=0)
    )
    step = step_of(graph.build())
    assert step.wiring == (Wiring("flask_cors", "CORS"), Wiring("shop.db", "db.init_app"))
    assert "flask-cors" in step.distributions


def test_distributions_are_those_that_the_monolith_declares() -> None:
    """Versions come from its requirements; a driver that no import shows comes along with SQLAlchemy."""
    assert step_of(builder().build()).distributions == (
        "Flask>=3.0",
        "psycopg2-binary",
        "PyYAML==6.0",
        "SQLAlchemy[asyncio]~=2.0",
    )


def test_routes_know_their_methods_and_who_goes_first() -> None:
    """HEAD goes with GET; a route elsewhere that Flask tries first is kept out; OPTIONS has one owner."""
    graph = builder()
    graph.add(route("GET", "/pay/<ref>"))
    graph.add(handled("GET /pay/<ref>"))
    for text in ("/pay/help", "/other", "/pay/<int:id>/refund"):
        graph.add(route("GET", text, blueprint="shop.app.bp")._replace(path="shop/app.py"))
    step = step_of(graph.build())
    table = {(r.method, r.pattern): r.unless for r in step.routes.routes}
    assert table == {
        ("GET", "/pay/[^/]+"): ("/pay/help",),
        ("HEAD", "/pay/[^/]+"): ("/pay/help",),
        ("OPTIONS", "/pay/[^/]+"): ("/pay/help",),
        ("POST", "/pay/[0-9]+/refund"): (),
    }
    assert step.routes.internal == "/internal/"


def test_internal_routes_of_the_project_stay_open() -> None:
    """The proxy does not close a prefix under which the monolith answers."""
    graph = builder()
    graph.add(route("GET", "/internal/stats", blueprint="shop.app.bp")._replace(path="shop/app.py"))
    step = step_of(graph.build())
    assert step.routes.internal == ""
    assert "internal-routes" in ids(step)


def test_what_is_copied_from_others_is_a_hazard_with_its_place() -> None:
    """A module of another service is named with the line that needs it; the shared kernel is none."""
    (hazard,) = (h for h in step_of(builder().build()).hazards if h.id == "copied-along")
    assert hazard.title == "shop.orders.numbers of orders is copied along: shop.pay.core imports it"
    assert [str(evidence.place) for evidence in hazard.evidence] == ["shop/pay/core.py:2"]
    assert hazard.consequence and hazard.help


def test_tables_keys_callers_and_names_are_hazards() -> None:
    """Tables of others, foreign keys, callers in the process and imports by name are all told."""
    graph = builder()
    core = "function:shop.pay.core.f"
    graph.add(edge(core, "writes", "table:orders", "shop/pay/core.py", 8))
    graph.add(edge(core, "reads", "table:orders", "shop/pay/core.py", 7))
    graph.add(edge("table:payment", "references", "table:orders", "shop/schema/tables.sql"))
    graph.add(edge("function:shop.orders.models.g", "calls", core, "shop/orders/models.py", 4))
    graph.add(BlindSpot("dynamic-import", Place("shop/pay/core.py", 9), "import_module(name)"))
    step = step_of(graph.build())
    titles = {hazard.id: hazard.title for hazard in step.hazards}
    assert titles["shared-table"] == "payments reads and writes the table orders of orders"
    assert titles["foreign-key"] == "the table payment (payments) has a foreign key to orders (orders)"
    assert titles["called-in-process"] == "shop.pay.core.f is called in-process by orders"
    assert titles["dynamic-import"] == "1 import by name could not be resolved"
    assert all(hazard.evidence for hazard in step.hazards)
    assert [edge.edge.target for edge in step.interface.inbound] == [core]


def test_mapped_classes_bring_those_that_they_refer_to() -> None:
    """A class of another service is copied and imported when a mapped class refers to its table."""
    graph = builder()
    for model, path, table in (
        ("shop.pay.core.Payment", "shop/pay/core.py", "payment"),
        ("shop.orders.models.Order", "shop/orders/models.py", "orders"),
    ):
        graph.add(Node(f"model:{model}", path, 3, 9))
        graph.add(edge(f"model:{model}", "maps", f"table:{table}", path, 3))
    graph.add(edge("table:payment", "references", "table:orders", "shop/pay/core.py", 5))
    step = step_of(graph.build())
    assert "shop/orders/models.py" in step.copied
    assert "shop.orders.models" in step.effects
    (hazard,) = (hazard for hazard in step.hazards if hazard.id == "copied-along")
    assert hazard.title == "2 modules of orders are copied along: shop.orders.models, shop.orders.numbers"
    assert "without shop.orders.models the ORM cannot resolve" in hazard.consequence


def test_page_templates_go_along_when_something_renders() -> None:
    """Templates of the application are copied for code that renders, and only then."""
    files = {**FILES, "shop/templates/receipt.html": "{{ total|money }}", "shop/templates/base.html": ""}
    assert step_of(builder().build(), files).templates == ""
    files["shop/pay/routes.py"] += 'render_template("receipt.html")\n'
    step = step_of(builder().build(), files)
    assert step.templates == "shop/templates"
    assert {"shop/templates/receipt.html", "shop/templates/base.html"} <= set(step.copied)
    assert "application-factory" not in ids(step), "all that this factory does is repeated"


def test_an_import_root_below_the_project() -> None:
    """Files below `src` are found, and the root is told."""
    graph = GraphBuilder()
    for path in ("src/shop/__init__.py", "src/shop/pay.py"):
        graph.add(Node(f"module:{name_of(path.removeprefix('src/'))}", path, 1, 1))
    graph.add(route("GET", "/pay", blueprint="shop.pay.bp"))
    graph.add(edge("route:GET /pay", "handles", "function:shop.pay.f", "src/shop/pay.py"))
    boundary = Boundary(services=(Service("payments", modules=("shop.pay",)),))
    step = step_of(graph.build(), {"src/shop/__init__.py": "", "src/shop/pay.py": "x = 1\n"}, boundary)
    assert (step.root, step.moved, step.copied) == ("src", ("src/shop/pay.py",), ("src/shop/__init__.py",))


def test_a_misspelt_service_gets_a_suggestion() -> None:
    """An unknown service names the ones that there are and the closest."""
    with pytest.raises(UsageError) as caught:
        plan(builder().build(), BOUNDARY, "paymets", FILES)
    assert "did you mean 'payments'?" in str(caught.value)
    assert "orders, payments" in caught.value.why


@pytest.mark.parametrize("name", ["monolith", "../x", "a b", 'x"; }', "9lives", ""])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    """A name that would not survive as folder, package and upstream is a mistake with its place."""
    boundary = Boundary(services=(Service(name, modules=("shop.pay",), place=Place("carveout.toml", 1)),))
    with pytest.raises(UsageError, match="cannot be the name of a service"):
        plan(builder().build(), boundary, name, FILES)


def test_a_service_without_modules_is_a_mistake() -> None:
    """Patterns that match nothing are told apart from a service without routes."""
    with pytest.raises(UsageError, match="no module belongs to the service 'empty'"):
        plan(
            builder().build(),
            Boundary(services=(Service("empty", modules=("nothing.here",)),)),
            "empty",
            FILES,
        )


def test_routes_on_the_application_itself_are_refused() -> None:
    """A route that is not on a blueprint cannot be registered a second time."""
    graph = builder()
    graph.add(route("GET", "/pay/bare", blueprint=""))
    graph.add(handled("GET /pay/bare"))
    with pytest.raises(Refused, match="stand on the application itself: GET /pay/bare") as caught:
        step_of(graph.build())
    assert caught.value.place == Place("shop/pay/routes.py", 5)


def test_another_framework_is_named_and_its_routes_left_alone() -> None:
    """Routes of Django are counted for the framework and not translated."""
    graph = GraphBuilder()
    graph.add(Node("module:shop.pay", "shop/pay.py", 1, 1))
    graph.add(route("GET", "^pay/$", framework="django", blueprint=""))
    graph.add(edge("route:GET ^pay/$", "handles", "function:shop.pay.view", "shop/pay.py"))
    step = step_of(graph.build(), {"shop/pay.py": ""})
    assert (step.framework, step.routes.routes) == ("django", ())


def test_what_the_factory_does_beside_is_one_hazard() -> None:
    """Each thing that is not repeated is named with its place; what is repeated is not."""
    graph = builder()
    for line, code in ((7, "app.config['A'] = 1"), (8, "@app.before_request")):
        id = f"setting:shop/app.py:{line}:4"
        graph.add(Node(id, "shop/app.py", line, line, (("code", code), ("touches", "flask"))))
        graph.add(edge("function:shop.app.create", "configures", id, "shop/app.py", line, order=line))
    (hazard,) = (h for h in step_of(graph.build()).hazards if h.id == "application-factory")
    assert hazard.title == "shop.app.create also does 2 things with the application that the service does not"
    assert hazard.consequence == (
        "missing in the service: app.config['A'] = 1 at shop/app.py:7; @app.before_request at shop/app.py:8"
    )
    assert [evidence.place.line for evidence in hazard.evidence] == [2, 7, 8]


def test_configuration_and_arguments_are_wired_with_what_they_need() -> None:
    """The modules of what is given to a call are copied, and their names are in the plan."""
    graph = builder()
    given = '[{"keyword": "key", "module": "shop.orders.models", "name": "f"}, {"keyword": "n", "value": 2}]'
    for id, attributes in (
        ("setting:x", {"module": "shop.orders.models", "name": "C", "on": "config.from_object"}),
        ("setting:y", {"module": "flask_x", "name": "X", "arguments": given}),
    ):
        pairs = tuple(sorted({**attributes, "wiring": "flask"}.items()))
        graph.add(Node(id, "shop/app.py", 4, 4, pairs))
        graph.add(edge("function:shop.app.create", "configures", id, "shop/app.py", 4, order=4))
    step = step_of(graph.build())
    assert step.wiring[1:] == (
        Wiring("shop.orders.models", "C", "config.from_object"),
        Wiring(
            "flask_x",
            "X",
            arguments=(Argument("key", "shop.orders.models", "f"), Argument("n", value=2)),
        ),
    )
    assert "shop/orders/models.py" in step.copied
    assert "flask-x" in step.distributions


def test_what_is_imported_on_a_condition_only_is_optional() -> None:
    """A fallback import is no dependency, unless the same library is imported plainly elsewhere."""
    graph = builder()
    for name in ("cStringIO", "yaml.cyaml"):
        doubtful = edge("module:shop.pay.core", "imports", f"module:{name}", "shop/pay/core.py", 2)
        graph.add(replace(doubtful, confidence="likely"))
    step = step_of(graph.build())
    assert step.optional == ("cstringio",)
    assert "PyYAML==6.0" in step.distributions


def test_links_to_what_stays_behind() -> None:
    """Endpoints of blueprints that stay and of the application are told; those that move are not."""
    graph = builder()
    graph.add(
        route("GET", "/orders", blueprint="shop.orders.models.bp")._replace(path="shop/orders/models.py")
    )
    files = {
        **FILES,
        "shop/orders/models.py": "bp = Blueprint('main', __name__)\n",
        "shop/pay/routes.py": "bp = Blueprint('pay', __name__)\n"
        "url_for('pay.refund')\nurl_for( 'main.index')\n",
        "shop/pay/core.py": 'url_for("static", filename="x")\nurl_for("bootstrap.static")\n',
    }
    step = step_of(graph.build(), files)
    unknown, known = (h for h in step.hazards if h.id == "link-left-behind")
    assert unknown.title == "url_for names 1 endpoint that the service does not have: main.index"
    assert (unknown.severity, known.severity) == ("warning", "note")
    assert [str(e.place) for e in (*unknown.evidence, *known.evidence)] == [
        "shop/pay/routes.py:3",
        "shop/pay/core.py:1",
    ]
    assert step.links == (("static", "/static/<path:filename>"),)
    handler = "function:shop.orders.models.index"
    graph.add(edge("route:GET /orders", "handles", handler, "shop/orders/models.py", 5))
    step = step_of(graph.build(), files)
    assert step.links == (("main.index", "/orders"), ("static", "/static/<path:filename>"))


def test_routes_that_could_not_be_read_are_a_hazard() -> None:
    """A moved module with a computed route says so; others are none of the service's business."""
    graph = builder()
    graph.add(BlindSpot("dynamic-route", Place("shop/pay/routes.py", 4), "bp.route()"))
    graph.add(BlindSpot("dynamic-route", Place("shop/orders/models.py", 4), "bp.route()"))
    (hazard,) = (h for h in step_of(graph.build()).hazards if h.id == "unknown-route")
    assert hazard.title == "1 route of moved modules could not be read: bp.route()"
    assert [str(e.place) for e in hazard.evidence] == ["shop/pay/routes.py:4"]


def test_a_cut_that_copies_more_than_it_moves_is_not_ready() -> None:
    """Copies of the shared kernel do not count; copies of others do, grouped by whom they belong to."""
    assert "cut-not-ready" not in ids(step_of(builder().build()))
    graph, files = builder(), dict(FILES)
    for number in range(7):
        path = f"shop/orders/m{number}.py"
        files[path] = ""
        graph.add(Node(f"module:{name_of(path)}", path, 1, 1))
        graph.add(
            edge("module:shop.pay.core", "imports", f"module:{name_of(path)}", "shop/pay/core.py", 3 + number)
        )
    step = step_of(graph.build(), files)
    assert step.hazards[0].id == "cut-not-ready"
    assert step.hazards[0].title == (
        "this cut is not ready: it moves 4 files but copies 12: 8 of orders, 1 of templates and data, "
        "3 of the shared kernel"
    )
    (along,) = (h for h in step.hazards if h.id == "copied-along")
    assert along.title.startswith("8 modules of orders are copied along: ")
    assert len(along.evidence) == 5
