"""Django REST framework: routers, viewsets, actions and API views."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

VIEWS = """
    from rest_framework import generics, mixins, viewsets
    from rest_framework.decorators import action, api_view
    from rest_framework.views import APIView
    from shop.models import Order

    class Orders(viewsets.ModelViewSet):
        queryset = Order.objects.all()
        lookup_field = "slug"
        def create(self, request): pass
        @action(detail=True, methods=["post", "delete"], url_path="pay/(?P<how>[a-z]+)")
        def pay(self, request): pass
        @pay.mapping.put
        def change(self, request): pass
        @action(detail=False)
        def late(self, request): pass

    class Lines(mixins.ListModelMixin, viewsets.GenericViewSet):
        lookup_value_regex = "[0-9]+"
        http_method_names = ["get"]
        def destroy(self, request): pass

    class Plain(viewsets.ViewSet):
        def list(self, request): pass
        def retrieve(self, request): pass

    class Special(Orders):
        http_method_names = ["get"]
        def late(self, request): pass

    class Ping(APIView):
        def get(self, request): pass

    class Both(generics.ListCreateAPIView):
        def get(self, request): pass

    @api_view(["GET", "POST"])
    def hello(request): pass

    @api_view()
    def bare(request): pass
"""
HEAD = "from django.urls import include, path\nfrom rest_framework import routers\nimport v\n"
LINES = {"GET /lines/ -> v.Lines"}
PLAIN = {"GET /plain/ -> v.Plain.list", "GET /plain/(?P<pk>[^/.]+)/ -> v.Plain.retrieve"}

FORMS = {
    "a viewset's own methods, those of the library, and actions": (
        "router = routers.SimpleRouter()\nrouter.register('orders', v.Orders)\nurlpatterns = router.urls\n",
        {
            "GET /orders/ -> v.Orders", "POST /orders/ -> v.Orders.create",
            "GET /orders/(?P<slug>[^/.]+)/ -> v.Orders", "PUT /orders/(?P<slug>[^/.]+)/ -> v.Orders",
            "PATCH /orders/(?P<slug>[^/.]+)/ -> v.Orders", "DELETE /orders/(?P<slug>[^/.]+)/ -> v.Orders",
            "GET /orders/late/ -> v.Orders.late",
            "POST /orders/(?P<slug>[^/.]+)/pay/(?P<how>[a-z]+)/ -> v.Orders.pay",
            "DELETE /orders/(?P<slug>[^/.]+)/pay/(?P<how>[a-z]+)/ -> v.Orders.pay",
            "PUT /orders/(?P<slug>[^/.]+)/pay/(?P<how>[a-z]+)/ -> v.Orders.change",
        },
    ),
    "methods that a class leaves out, actions that are overridden plainly": (
        "router = routers.SimpleRouter(trailing_slash=False)\nrouter.register('s', v.Special)\n"
        "router.register('lines', v.Lines)\nurlpatterns = [path('api/', include((router.urls, 'x')))]\n",
        {"GET /api/s -> v.Special", "GET /api/s/(?P<slug>[^/.]+) -> v.Special", "GET /api/lines -> v.Lines"},
    ),
    "a default router has a root; slashes of a router's own class": (
        "class Mine(routers.DefaultRouter):\n    def __init__(self):\n        super().__init__()\n"
        "        self.trailing_slash = '/?'\n"
        "router = Mine()\nrouter.register('p', v.Plain, basename='p')\nurlpatterns = [path('a/', include(router.urls))]\n",
        {
            "GET /a/ -> rest_framework.routers.APIRootView", "GET /a/p/? -> v.Plain.list",
            "GET /a/p/(?P<pk>[^/.]+)/? -> v.Plain.retrieve",
        },
    ),
    "loops, registries of others, patterns added to": (
        "one, two = routers.SimpleRouter(), 0\nsome = routers.SimpleRouter()\nrouter = routers.SimpleRouter()\n"
        "for prefix, view in [('plain', v.Plain), ('lines', v.Lines)]:\n    some.register(prefix, view)\n"
        "router.registry.extend(some.registry)\nurlpatterns = []\nurlpatterns += router.urls\n",
        PLAIN | LINES,
    ),
    "nested routers": (
        "from rest_framework_nested import routers as nested\n"
        "router = nested.SimpleRouter()\nrouter.register('orders', v.Lines)\n"
        "inner = nested.NestedSimpleRouter(router, 'orders', lookup='order')\ninner.register('plain', v.Plain)\n"
        "deep = nested.NestedSimpleRouter(inner, 'plain', lookup='p')\ndeep.register('lines', v.Lines)\n"
        "urlpatterns = [path('', include(inner.urls)), path('', include(deep.urls))]\n",
        {
            "GET /orders/(?P<order_pk>[0-9]+)/plain/ -> v.Plain.list",
            "GET /orders/(?P<order_pk>[0-9]+)/plain/(?P<pk>[^/.]+)/ -> v.Plain.retrieve",
            "GET /orders/(?P<order_pk>[0-9]+)/plain/(?P<p_pk>[^/.]+)/lines/ -> v.Lines",
            "GET /orders/ -> v.Lines",
        },
    ),
    "registrations that go on from one another": (
        "from rest_framework_extensions.routers import ExtendedSimpleRouter\n"
        "router = ExtendedSimpleRouter()\n"
        "router.register('lines', v.Lines).register('plain', v.Plain, 'x', parents_query_lookups=['line'])\n"
        "urlpatterns = router.urls\n",
        LINES | {
            "GET /lines/(?P<parent_lookup_line>[0-9]+)/plain/ -> v.Plain.list",
            "GET /lines/(?P<parent_lookup_line>[0-9]+)/plain/(?P<pk>[^/.]+)/ -> v.Plain.retrieve",
        },
    ),
    "lookups and prefixes that constants say": (
        "from rest_framework.routers import SimpleRouter\n"
        "WORD = 'slow'\n"
        "class Named:\n    PATTERN = r'\\d{6}|draft'\n"
        "class Slow(v.Plain):\n    lookup_value_regex = Named.PATTERN\n"
        "router = SimpleRouter()\nrouter.register(f'{WORD}er', Slow)\nurlpatterns = router.urls\n",
        {
            "GET /slower/ -> v.Plain.list",
            r"GET /slower/(?P<pk>\d{6}|draft)/ -> v.Plain.retrieve",
        },
    ),
    "names of what stands above": (
        "from rest_framework_extensions.routers import ExtendedSimpleRouter as R\n"
        "REST_FRAMEWORK_EXTENSIONS = {'DEFAULT_PARENT_LOOKUP_KWARG_NAME_PREFIX': ''}\n"
        "router = R()\n"
        "lines = router.register('lines', v.Lines)\n"
        "lines.register('plain', v.Plain, 'x', parents_query_lookups=[f'line__{v.Orders.lookup_field}'])\n"
        "urlpatterns = router.urls\n",
        LINES | {
            "GET /lines/(?P<line__slug>[0-9]+)/plain/ -> v.Plain.list",
            "GET /lines/(?P<line__slug>[0-9]+)/plain/(?P<pk>[^/.]+)/ -> v.Plain.retrieve",
        },
    ),
    "API views and viewsets in patterns themselves": (
        "more = v.Orders.as_view({'get': 'list', 'post': 'create'})\n"
        "urlpatterns = [path('a', v.Ping.as_view()), path('b', v.Both.as_view()), path('c', v.hello),\n"
        "    path('d', v.bare), path('e', more)]\n",
        {
            "GET /a -> v.Ping.get", "GET /b -> v.Both.get", "POST /b -> v.Both", "GET /c -> v.hello",
            "POST /c -> v.hello", "GET /d -> v.bare", "GET /e -> v.Orders", "POST /e -> v.Orders.create",
        },
    ),
    "a router that makes routes of its own": (
        "from rest_framework.routers import DynamicRoute, Route\n"
        "class Short(routers.SimpleRouter):\n    routes = [\n"
        "        Route(url=r'^{prefix}$', mapping={'get': 'list'}, name='{basename}', detail=False, initkwargs={}),\n"
        "        DynamicRoute(url=r'^{prefix}!{url_path}$', name='{basename}', detail=False, initkwargs={})]\n"
        "router = Short()\nrouter.register('o', v.Orders)\nurlpatterns = router.urls\n",
        {"GET /o -> v.Orders", "GET /o!late -> v.Orders.late"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str, edges_of: Callable[..., set[str]]) -> None:
    """Each form gives exactly its routes."""
    urls, expected = FORMS[form]
    assert edges_of({"v.py": VIEWS, "urls.py": HEAD + urls}, "handles") == expected


def test_names_and_trust(graph_of: Callable[..., Graph]) -> None:
    """Routes are named after the model; what a library's method answers is likely, by convention."""
    urls = (
        HEAD
        + "router = routers.SimpleRouter()\nrouter.register('orders', v.Orders)\nurlpatterns = router.urls\n"
    )
    graph = graph_of({"v.py": VIEWS, "urls.py": urls})
    node = graph.node("route:GET /orders/")
    assert node is not None and (node.path, node.line) == ("urls.py", 5)
    assert dict(node.attributes) == {
        "framework": "django_rest", "method": "GET", "name": "order-list", "text": "/orders/",
        "tried": '[["000000", "000000", "000001"], [["regex", "^orders/$"]]]',
    }  # fmt: skip
    edge = next(graph.out("route:GET /orders/", "handles"))
    assert (edge.target, edge.confidence, edge.evidence[0].via) == ("class:v.Orders", "likely", "convention")
    assert next(graph.out("route:POST /orders/", "handles")).confidence == "certain"


def test_what_cannot_be_read_is_said(graph_of: Callable[..., Graph]) -> None:
    """Routers of libraries, viewsets and prefixes that nothing is known of."""
    urls = HEAD + (
        "from lib import other_router\nrouter = routers.SimpleRouter()\nrouter.register('a', v.Missing)\n"
        "def more(given):\n    given.register('b', v.Plain)\n"
        "urlpatterns = [path('x/', include(other_router.urls)), path('', include(router.urls))]\n"
    )
    spots = graph_of({"v.py": VIEWS, "urls.py": urls}).blind_spots
    assert sorted((s.place.line, s.text) for s in spots if s.kind == "dynamic-route") == [
        (6, "v.Missing"), (8, "given.register(...)"), (9, "include(other_router.urls)"),
    ]  # fmt: skip


def test_a_login_of_a_library_for_rest_is_posted_to(graph_of: Callable[..., Graph]) -> None:
    """Such views show no form, other than Django's own of the same name."""
    views = """
        from dj_rest_auth.registration.views import SocialLoginView
        from django.contrib.auth.views import LoginView
        class Api(SocialLoginView): pass
        class Page(LoginView): pass
    """
    urls = "from django.urls import path\nimport v\nurlpatterns = [\n"
    urls += "path('api', v.Api.as_view()), path('page', v.Page.as_view())]\n"
    graph = graph_of({"v.py": views, "urls.py": urls})
    assert sorted(node.name for node in graph.nodes("route")) == [
        "GET /page", "POST /api", "POST /page", "PUT /page",
    ]  # fmt: skip


def test_what_serializers_and_filters_are_given(graph_of: Callable[..., Graph]) -> None:
    """Validated data is a dictionary, whatever it holds; the queryset of a filter is about its model."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/models.py": "from django.db import models\nclass Order(models.Model):\n"
            "    objects = models.Manager()\n    def pay(self): pass\n",
            "shop/api.py": """
                import django_filters
                from rest_framework import serializers
                from shop.models import Order

                class OrderSerializer(serializers.Serializer):
                    def validate(self, given):
                        given.setdefault("x", 1)
                        return given

                    def create(self, validated_data):
                        validated_data.pop("y")
                        return validated_data["order"].pay()

                class OrderFilter(django_filters.FilterSet):
                    class Meta:
                        model = Order

                    def by_name(self, queryset, name, value):
                        return queryset.get(name=value).pay()
                """,
        }
    )
    calls = {(e.source, e.target): e.confidence for e in graph.edges("calls")}
    assert calls["function:shop.api.OrderFilter.by_name", "function:shop.models.Order.pay"] == "likely"
    assert [spot.text for spot in graph.blind_spots] == ["validated_data[].pay()"]
