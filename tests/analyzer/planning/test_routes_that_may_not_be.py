"""Routes that are there only under a condition, or otherwise than they are written; texts that only a run tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Boundary, Project, Service
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.routes import RouteTable
from carveout.analyzer.planning.route_nodes import route_nodes
from carveout.analyzer.planning.routes import route_table

GraphOf = Callable[..., Graph]
DJANGO = {
    "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\n',
    "shop/urls.py": """
        from django.conf import settings
        from django.urls import include, path
        from . import pages, pay

        extra = []
        if settings.HEALTH:
            extra.append(path("pay/health/", pages.health))
        try:
            import debug_toolbar
        except ImportError:
            pass
        else:
            extra += [path("debug/", include("shop.debug"))]
        urlpatterns = extra + [path("pay/<slug:name>/", pay.show), path("pages/", pages.all)]
    """,
    "shop/debug.py": 'from django.urls import path\nfrom . import pages\nurlpatterns = [path("x/", pages.debug)]\n',
    "shop/pages.py": "def health(request): pass\ndef all(request): pass\ndef debug(request): pass\n",
    "shop/pay.py": "def show(request, name): pass\n",
}
FLASK = {
    "shop/app.py": """
        from flask import Flask
        from . import pages, pay

        def create_app():
            app = Flask(__name__)
            app.register_blueprint(pay.bp)
            if app.config["PAGES"]:
                app.register_blueprint(pages.bp, url_prefix="/pay")
            return app
    """,
    "shop/pay.py": """
        from flask import Blueprint
        bp = Blueprint("pay", __name__)
        @bp.get("/pay/<name>")
        def show(name): pass
    """,
    "shop/pages.py": """
        from flask import Blueprint
        bp = Blueprint("pages", __name__)
        @bp.get("/health")
        def health(): pass
    """,
}
FASTAPI = {
    "shop/app.py": """
        from fastapi import FastAPI
        from . import pages, pay, settings

        app = FastAPI()

        def add_routers():
            app.include_router(pay.router)
            if settings.PAGES:
                pages.add(app)

        add_routers()
    """,
    "shop/settings.py": "PAGES = True\n",
    "shop/pay.py": """
        from fastapi import APIRouter
        router = APIRouter()
        @router.get("/pay/{name}")
        def show(name): pass
    """,
    "shop/pages.py": """
        from fastapi import FastAPI
        from fastapi.staticfiles import StaticFiles
        def add(app: FastAPI):
            app.mount("/", StaticFiles(directory="pages"))
            @app.get("/pay/{anything:path}")
            def page(anything): pass
    """,
}


def table(
    graph_of: GraphOf, files: Mapping[str, str], *modules: str, **project: Mapping[str, object]
) -> RouteTable:
    """The routes of a service that has these modules."""
    graph = graph_of(files, project=Project(**project))  # type: ignore[arg-type]
    service = Service("pay", modules=modules)
    return route_table(graph, service, route_nodes(graph, Membership(graph, Boundary((service,))), "pay"), 1)


@pytest.mark.parametrize(
    ("files", "condition", "place"),
    [(DJANGO, "settings.HEALTH", "shop/urls.py:7"), (FLASK, "app.config['PAGES']", "shop/app.py:8")],
)
def test_a_route_that_may_not_be_there_is_refused_with_both_places(
    graph_of: GraphOf, files: Mapping[str, str], condition: str, place: str
) -> None:
    """Whether it is asked first cannot be told; the file of the boundary tells it."""
    with pytest.raises(Refused) as caught:
        table(graph_of, files, "shop.pay")
    assert caught.value.place and caught.value.place.path in ("shop/urls.py", "shop/pay.py")
    assert condition in f"{caught.value.why}" and place in f"{caught.value.why}"
    assert caught.value.help.startswith("say in carveout.toml whether it holds: [conditions]")
    (route,) = table(graph_of, files, "shop.pay", conditions={condition: True}).routes[:1]
    assert len(route.unless) == 1
    (route,) = table(graph_of, files, "shop.pay", conditions={condition: False}).routes[:1]
    assert route.unless == ()


def test_what_a_service_has_only_under_a_condition_is_refused(graph_of: GraphOf) -> None:
    """A proxy would send it what the service does not answer; what is tried is a condition, too."""
    with pytest.raises(Refused, match=r"it is there only where import debug_toolbar \(shop/urls\.py:9\)"):
        table(graph_of, DJANGO, "shop.pages", conditions={"settings.HEALTH": False})
    told = {"settings.HEALTH": False, "import debug_toolbar": False}
    found = table(graph_of, DJANGO, "shop.pages", conditions=told).routes
    assert [route.text for route in found] == ["/pages/"]


def test_one_path_in_two_branches_is_what_the_branch_that_runs_says(graph_of: GraphOf) -> None:
    """A condition that does not hold takes nothing else with it."""
    urls = """
        from django.conf import settings
        from django.urls import path
        from . import pages, pay
        if settings.OLD:
            urlpatterns = [path("pay/", pages.all)]
        else:
            urlpatterns = [path("pay/", pay.show)]
    """
    files = {**DJANGO, "shop/urls.py": urls}
    assert [
        r.text for r in table(graph_of, files, "shop.pay", conditions={"settings.OLD": False}).routes
    ] == ["/pay/"]
    assert table(graph_of, files, "shop.pay", conditions={"settings.OLD": True}).routes == ()


def test_the_order_of_calls_is_the_order_of_what_they_add(graph_of: GraphOf) -> None:
    """A function that is called once adds its routes then, in whatever file it stands."""
    for holds in (True, False):
        (route,) = table(graph_of, FASTAPI, "shop.pay", conditions={"settings.PAGES": holds}).routes
        assert route.unless == ()
    later = FASTAPI["shop/app.py"].replace("            app.include_router(pay.router)\n", "")
    later = later.replace("pages.add(app)\n", "pages.add(app)\n            app.include_router(pay.router)\n")
    with pytest.raises(Refused, match=r"only where settings\.PAGES \(shop/app\.py:8\)"):
        table(graph_of, {**FASTAPI, "shop/app.py": later}, "shop.pay")
    (route,) = table(
        graph_of, {**FASTAPI, "shop/app.py": later}, "shop.pay", conditions={"settings.PAGES": True}
    ).routes
    assert len(route.unless) == 2


EXTENSIONS = {
    "shop/restx.py": """
        from flask_restx import Namespace, Resource
        from .app import api
        pay = Namespace("pay", path="/pay")
        @pay.route("/<name>")
        class Show(Resource):
            def get(self, name): pass
        api.add_namespace(pay)
    """,
    "shop/jsonapi.py": """
        from flask_rest_jsonapi import ResourceDetail
        from .app import json_api
        class Show(ResourceDetail): pass
        json_api.route(Show, "show", "/shown/<name>")
    """,
    "shop/app.py": """
        from flask import Blueprint, Flask
        import flask_rest_jsonapi, flask_restx
        app = Flask(__name__)
        api = flask_restx.Api(app)
        bp = Blueprint("v1", __name__, url_prefix="/v1")
        json_api = flask_rest_jsonapi.Api(app, bp)
        app.register_blueprint(bp)
    """,
}


@pytest.mark.parametrize(
    ("module", "text", "methods"),
    [
        ("shop.restx", "/pay/<name>", {"GET"}),
        ("shop.jsonapi", "/v1/shown/<name>", {"GET", "PATCH", "DELETE"}),
    ],
)
def test_extensions_of_flask_are_tried_as_flask_tries(
    graph_of: GraphOf, module: str, text: str, methods: set[str]
) -> None:
    """Flask-RESTX and Flask-REST-JSONAPI add rules to Flask's own map."""
    found = table(graph_of, EXTENSIONS, module).routes
    assert {route.text for route in found} == {text}
    assert {route.method for route in found} >= methods


@pytest.mark.parametrize("changed", ["'/v1' + rule", "rule", "self.name + rule"])
def test_rules_that_their_class_changes_are_refused(graph_of: GraphOf, changed: str) -> None:
    """What a blueprint of the project's own makes of its rules is known only where it leaves them alone."""
    own = f"""
        from flask import Blueprint
        class OwnBlueprint(Blueprint):
            def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
                super().add_url_rule({changed}, endpoint, view_func, **options)
    """
    pay = FLASK["shop/pay.py"].replace("from flask import Blueprint", "from .own import OwnBlueprint")
    files = {**FLASK, "shop/own.py": own, "shop/pay.py": pay.replace("Blueprint(", "OwnBlueprint(")}
    told = {"app.config['PAGES']": False}
    if changed == "rule":
        assert [r.text for r in table(graph_of, files, "shop.pay", conditions=told).routes][:1] == [
            "/pay/<name>"
        ]
        return
    with pytest.raises(Refused, match=r"OwnBlueprint\.add_url_rule hands on the rule .* \(shop/own\.py:4\)"):
        table(graph_of, files, "shop.pay", conditions=told)


def test_texts_that_only_a_run_tells_are_told_by_the_boundary_file(graph_of: GraphOf) -> None:
    """Variables and settings, by their names."""
    urls = """
        from django.conf import settings
        from django.urls import path
        from . import pay
        prefix = ""
        if settings.SITE:
            prefix = settings.SITE.lstrip("/")
        urlpatterns = [path(f"{prefix}pay/", pay.show), path(f"{settings.AREA.strip('/')}/all/", pay.show)]
    """
    files = {**DJANGO, "shop/urls.py": urls}
    with pytest.raises(Refused) as caught:
        table(graph_of, files, "shop.pay")
    assert "[values]" in caught.value.help
    values = {"shop.urls.prefix": "eu/", "settings.AREA": "/area/"}
    found = table(graph_of, files, "shop.pay", values=values).routes
    assert [route.pattern for route in found] == ["/eu/pay/", "/area/all/"]


def test_a_class_gives_its_routers_the_prefix_that_they_leave_out(graph_of: GraphOf) -> None:
    """The default of its constructor, whatever others give."""
    pay = """
        from fastapi import APIRouter
        class Own(APIRouter):
            def __init__(self, tags=None, prefix: str = "/own", **kwargs):
                super().__init__(tags=tags, prefix=prefix, **kwargs)
        router = Own()
        other = Own(prefix="/other")
        another = Own(prefix="/another")
        @router.get("/pay")
        def show(): pass
        @other.get("/pay")
        def show_other(): pass
    """
    app = "from fastapi import FastAPI\nfrom . import pay\napp = FastAPI()\n"
    app += "app.include_router(pay.router)\napp.include_router(pay.other)\n"
    found = table(graph_of, {"shop/pay.py": pay, "shop/app.py": app.replace("\\\n", "\n")}, "shop.pay").routes
    assert [route.text for route in found] == ["/own/pay", "/other/pay"]


HOSTS = {
    "flask": {
        "shop/app.py": """
            from flask import Blueprint, Flask
            from . import pages, pay
            app = Flask(__name__, subdomain_matching=True)
            app.register_blueprint(pay.bp)
            app.register_blueprint(pages.bp, subdomain="api")
        """,
        "shop/pay.py": FLASK["shop/pay.py"],
        "shop/pages.py": FLASK["shop/pages.py"].replace('"/health"', '"/pay/health"'),
    },
    "fastapi": {
        "shop/app.py": """
            from fastapi import FastAPI
            from . import pages, pay
            app = FastAPI()
            app.host("api", pages.app)
            app.include_router(pay.router)
        """,
        "shop/pay.py": FASTAPI["shop/pay.py"],
        "shop/pages.py": """
            from fastapi import FastAPI
            app = FastAPI()
            @app.get("/pay/health")
            def health(): pass
        """,
    },
}


@pytest.mark.parametrize("framework", sorted(HOSTS))
def test_routes_for_a_host_are_refused_with_their_places(graph_of: GraphOf, framework: str) -> None:
    """Those of a service, and those that come before some of a service."""
    with pytest.raises(Refused, match="'/pay/health' is for the host 'api' alone") as caught:
        table(graph_of, HOSTS[framework], "shop.pages")
    assert caught.value.place and caught.value.place.path == "shop/pages.py"
    with pytest.raises(Refused, match=r"'/pay/health' \(shop/pages\.py:\d+\) does not, for the host 'api'"):
        table(graph_of, HOSTS[framework], "shop.pay")


def test_routes_of_tests_are_none_of_the_application(graph_of: GraphOf) -> None:
    """A test's own application answers nobody else, whatever it would claim."""
    of_tests = """
        from flask import Flask
        app = Flask(__name__)
        @app.get("/pay/health")
        def health(): pass
    """
    told = {"app.config['PAGES']": False}
    for name, claimed in (("pay_test", 0), ("pay_more", 1)):
        files = {**FLASK, f"shop/{name}.py": of_tests}
        assert len(table(graph_of, files, "shop.pay", conditions=told).routes[0].unless) == claimed


def test_patterns_that_no_root_leads_to_are_refused(graph_of: GraphOf) -> None:
    """They may be for a host (`request.urlconf`), or for nobody."""
    apart = 'from django.urls import path\nfrom . import pay\nurlpatterns = [path("apart/", pay.show)]\n'
    with pytest.raises(Refused, match="no ROOT_URLCONF that is known leads to it"):
        table(graph_of, {**DJANGO, "shop/apart.py": apart}, "shop.pay", conditions={"settings.HEALTH": False})


def test_patterns_that_a_function_gives_back_under_a_condition_alone_are_refused(graph_of: GraphOf) -> None:
    """As a copy of Django's own `i18n_patterns` does: on the other way they stand below a language."""
    files = {
        **DJANGO,
        "shop/urls.py": """
            from django.urls import include, path
            from . import pages, pay
            from .languages import language_patterns

            below = [path("pay/<slug:name>/", pay.show)]
            urlpatterns = [path("", include(language_patterns(below))), path("pages/", pages.all)]
        """,
        "shop/languages.py": """
            from django.conf import settings
            from django.urls import URLResolver

            def language_patterns(urls):
                if not settings.USE_I18N:
                    return list(urls)
                return [URLResolver(Prefix(), list(urls))]
        """,
    }
    with pytest.raises(Refused, match="a part of it is known only when the application runs"):
        table(graph_of, files, "shop.pay")


WRAPPED = """
    from django.conf import settings
    from django.urls import include, path
    from rest_framework.urlpatterns import format_suffix_patterns
    from some.library import include_some, wrap
    from . import pages, pay

    mine = [path("pay/<slug:name>/", pay.show)]
    urlpatterns = {}
"""


@pytest.mark.parametrize(
    "held",
    [
        "wrap(mine)",
        "[pattern for pattern in mine if pattern.name]",
        "[wrap(pattern) for pattern in mine]",
        '[path("", include_some(mine))]',
        "[*wrap([]), *mine]",
        '[path("", include("some.library.urls")), *mine]',
        'mine + pages.urls()\nif settings.BELOW:\n    urlpatterns = [path("shop/", include(urlpatterns))]',
        "mine\nif settings.CLOSED:\n    urlpatterns = []\n    urlpatterns = [path('', pages.all)]",
    ],
)
def test_patterns_that_a_library_may_have_changed_are_refused(graph_of: GraphOf, held: str) -> None:
    """What a call that cannot be followed does with them, adds or answers before them, nobody can tell."""
    files = {**DJANGO, "shop/urls.py": WRAPPED.replace("{}", held.replace("\n", "\n    "))}
    with pytest.raises(Refused) as caught:
        table(graph_of, files, "shop.pay")
    assert any(
        why in f"{caught.value.what} {caught.value.why}"
        for why in ("only when the application runs", "what it answers is not known", "only where not (")
    )


@pytest.mark.parametrize(
    "held",
    [
        "list(mine)",
        '[path("debug/", include("some.library.urls")), *mine]',
        '[*mine, path("", include("some.library.urls"))]',
        '[path("", include("other.library.urls")), *mine]',
        'mine\nif settings.BELOW:\n    urlpatterns = [path("shop/", include(urlpatterns))]',
    ],
)
def test_patterns_that_stay_as_they_are_go_to_the_service(graph_of: GraphOf, held: str) -> None:
    """What only stands behind, elsewhere, or where the boundary file says, refuses nothing."""
    files = {**DJANGO, "shop/urls.py": WRAPPED.replace("{}", held.replace("\n", "\n    "))}
    told: dict[str, Mapping[str, object]] = {
        "conditions": {"settings.BELOW": False}, "values": {"other.library.urls": "other/"},
    }  # fmt: skip
    assert {route.text for route in table(graph_of, files, "shop.pay", **told).routes} == {
        "/pay/<slug:name>/"
    }


def test_patterns_with_suffixes_go_to_the_service_with_them(graph_of: GraphOf) -> None:
    """Django REST framework's `format_suffix_patterns` adds a pattern to each."""
    for told, taken, left in (("", "json", ""), (', allowed=["json"]', "json", "html")):
        held = f"format_suffix_patterns(mine{told})"
        files = {**DJANGO, "shop/urls.py": WRAPPED.replace("{}", held)}
        (pattern,) = {route.pattern for route in table(graph_of, files, "shop.pay").routes}
        for path, takes in (("", True), (f".{taken}", True), (f".{left}", False)):
            assert (re.fullmatch(pattern, f"/pay/x{path or '/'}") is not None) == takes
    held = "format_suffix_patterns(mine, suffix_required=True)"
    with pytest.raises(Refused, match="only when the application runs"):
        table(graph_of, {**DJANGO, "shop/urls.py": WRAPPED.replace("{}", held)}, "shop.pay")


def test_patterns_of_a_variable_stand_where_it_is_included_alone(graph_of: GraphOf) -> None:
    """Also with a namespace, in a tuple: they are no list of their own that no root leads to."""
    urls = """
        from django.urls import include, path
        from . import pay
        mine = [path("pay/", pay.show)]
        urlpatterns = [path("a/", include((mine, "a"))), path("b/", include((mine, "b"), namespace="c"))]
    """
    routes = table(graph_of, {**DJANGO, "shop/urls.py": urls}, "shop.pay").routes
    assert [route.text for route in routes] == ["/a/pay/", "/b/pay/"]


def test_routes_behind_what_nobody_can_read_are_refused_where_the_two_may_meet(graph_of: GraphOf) -> None:
    """FastAPI: a router of a library, and a path of which only the end is known; a mount is known by its path."""
    app = """
        import os
        from fastapi import APIRouter, FastAPI
        from some.library import metrics, router
        from . import pay

        app = FastAPI()
        odd = APIRouter()
        @odd.get("/" + os.urandom(3) + "/x/y")
        def show(): pass
        {}
        app.include_router(pay.router)
        app.include_router(router)
    """
    for before, refused in (
        ("", False), ("app.include_router(router)", True), ('app.include_router(router, prefix="/p")', True),
        ('app.include_router(router, prefix="/x")', False), ('app.mount("/pay", metrics())', False),
        ("app.include_router(odd)", False),
    ):  # fmt: skip
        files = {"shop/pay.py": FASTAPI["shop/pay.py"], "shop/app.py": app.replace("{}", before)}
        if refused:
            with pytest.raises(Refused, match=r"include_router\(router\).* \(shop/app.py:11\)") as caught:
                table(graph_of, files, "shop.pay")
            assert "what it answers is not known" in caught.value.why
        else:
            (route,) = table(graph_of, files, "shop.pay").routes
            assert len(route.unless) == ("mount" in before)
