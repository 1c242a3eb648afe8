"""Caches: which keys functions read and write, and channels of Redis."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

USES = {
    "keys of a list that has a name, and of a loop": (
        """
        from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
        def one():
            keys = ["user:1", "count"]
            caches[DEFAULT_CACHE_ALIAS].delete_many(keys)
        def two():
            for kind in ("a", "b"):
                cache.delete(f"kind:{kind}")
        """,
        {"a.one writes user:1", "a.one writes count", "a.two writes kind:a", "a.two writes kind:b"},
    ),
    "Django's cache, its own names and others": (
        """
        from django.core.cache import cache, caches
        sessions = caches["sessions"]
        class View:
            cache = caches["pages"]
            def get(self): return self.cache.get("page:%s" % self.name)
        def one(id):
            cache.set(f"user:{id}", 1)
            caches["x"].delete("a-{}".format(id))
        def two(ids): return sessions.get_many(["s1", "s2"]), cache.get_or_set("all", len)
        def three(ids): cache.set_many({f"m:{i}": 1 for i in ids})
        """,
        {
            "a.View.get reads page:{}",
            "a.one writes user:{}",
            "a.one writes a-{}",
            "a.two reads s1",
            "a.two reads s2",
            "a.two reads all",
            "a.two writes all",
            "a.three writes m:{}",
        },
    ),
    "a cache by the class that is said, and that of a throttle": (
        """
        from django_redis.cache import RedisCache
        from rest_framework.throttling import SimpleRateThrottle
        from lib import proxy
        def get_cache(name) -> RedisCache: return proxy(name)
        kept = get_cache("profiles")
        class Limit(SimpleRateThrottle):
            def allow_request(self, request, view): return self.cache.get(f"seen:{request.user.pk}")
        def one(): return kept.get("all")
        """,
        {"a.one reads all", "a.Limit.allow_request reads seen:{}"},
    ),
    "a class that hands what it does not know on to a client": (
        """
        class OwnRedis:
            def __init__(self, client): self._client = client
            def __getattr__(self, name): return getattr(self._client, name)
        class Plain:
            def __getattr__(self, name): return 1
        def connect() -> OwnRedis: return OwnRedis(None)
        def one(): return connect().get("a"), Plain().get("no")
        """,
        {"a.one reads a"},
    ),
    "a library's that nobody taught us, by its name and what it does": (
        """
        from thirdparty import cache, other
        from thirdparty.cache import get
        def one(id): cache.set(f"user:{id}", 1, expirein=3)
        def two(): return cache.get("all"), get("no"), other.set("no", 1)
        """,
        {"a.one writes user:{}", "a.two reads all"},
    ),
    "a wrapper of a library around Redis, and one of the project's own": (
        """
        from company_utils.redis_client import RedisClient
        from django.core.cache import cache
        store = RedisClient()
        class Remembered:
            def __init__(self, timeout): self.timeout = timeout
            def read(self, key, default=None): return cache.get(key, default)
            def write(self, key, value): cache.set(key, value, self.timeout)
        remembered = Remembered(3)
        def one(): return store.get("a")
        def two(id): return remembered.read("b-%s" % id), open("c").read("d")
        def three(id): remembered.write(f"b-{id}", 1)
        """,
        {"a.one reads a", "a.two reads b-{}", "a.three writes b-{}"},
    ),
    "clients of Redis, however they are held": (
        """
        import redis
        from redis import StrictRedis as Client
        r = redis.Redis(host="x")
        def connect(): return redis.from_url("redis://")
        class Store:
            def __init__(self): self.client = Client()
            def save(self, id): self.client.hset("order:%d" % id, "a", 1)
        def one(): return r.get("one"), connect().lpush("two", 1)
        def two(conn: redis.Redis):
            pipe = conn.pipeline()
            pipe.incr("three")
            with r.pipeline() as p:
                p.expire("four", 1)
        def three(redis_client): redis_client.set("five", 1)
        """,
        {
            "a.Store.save writes order:{}",
            "a.one reads one",
            "a.one writes two",
            "a.two writes three",
            "a.two writes four",
            "a.three writes five",
        },
    ),
    "keys from constants, functions and properties": (
        """
        from django.core.cache import cache
        from keys import PREFIX, order_key
        import keys
        class Order:
            kind = "order"
            @property
            def key(self): return f"{self.kind}/{self.id}"
            def load(self): return cache.get(self.key)
        def one(id): cache.set(PREFIX + str(id), 1)
        def two(id): cache.delete(order_key("x", id))
        def three(id):
            key = ":".join(["a", id, keys.Keys.TOP])
            cache.set(key, 1)
        def four(guest, id):
            if guest:
                key = f"guest:{id}"
            else:
                key = f"user:{id}"
            cache.touch(key)
        """,
        {
            "a.Order.load reads order/{}",
            "a.one writes p:{}",
            "a.two writes p:x:{}",
            "a.three writes a:{}:top",
            "a.four writes guest:{}",
            "a.four writes user:{}",
        },
    ),
    "functions that are given the key": (
        """
        from django.core.cache import cache
        def cached(key, make):
            return cache.get("c:" + key)
        class Scoped:
            def __init__(self, cache): self.cache = cache
            def _key(self, name): return f"scope/{name}"
            def get(self, name): return self.cache.get(self._key(name))
            def set(self, name, value): self.cache.set(self._key(name), value)
        my_cache = Scoped(cache)
        def one(): return cached("one", len)
        def two(id): my_cache.set(f"two/{id}", 1)
        """,
        {"a.one reads c:one", "a.two writes scope/two/{}", "a.cached reads c:{}"}
        | {"a.Scoped.get reads scope/{}", "a.Scoped.set writes scope/{}"},
    ),
    "results of functions that are kept": (
        """
        from django.views.decorators.cache import cache_page
        from django.utils.decorators import method_decorator
        from flask_caching import Cache
        cache = Cache()
        @cache.memoize(60)
        def top(n): pass
        @cache.cached(key_prefix="all")
        def every(): pass
        def forget(): cache.delete_memoized(top)
        def forget_all(): cache.delete_memoized(every)
        @cache_page(60)
        def view(request): pass
        def other(request): pass
        urlpatterns = [path("x", cache_page(60)(other))]
        """,
        {
            "a.top reads a.top()",
            "a.top writes a.top()",
            "a.every reads all",
            "a.every writes all",
            "a.forget writes a.top()",
            "a.forget_all writes all",
            "a.view reads a.view()",
            "a.view writes a.view()",
            "a.other reads a.other()",
            "a.other writes a.other()",
        },
    ),
    "what is no cache": (
        """
        import requests
        cache = {}
        seen = set()
        def one(x, cache_dict):
            cache.get("a"), cache.setdefault("b", 1), cache_dict.get("c"), seen.add("d")
            requests.get("e"), x.delete("f")
            "redis".get("g")
        """,
        set(),
    ),
}


def uses_of(graph: Graph) -> set[str]:
    """ "function reads key" of all edges to keys."""
    return {
        f"{e.source.partition(':')[2]} {e.kind} {e.target.partition(':')[2]}"
        for e in graph.edges("reads", "writes")
        if e.target.startswith("cache:")
    }


@pytest.mark.parametrize("name", USES)
def test_uses(name: str, graph_of: Callable[..., Graph]) -> None:
    """Functions read and write keys; patterns are told as far as all files tell."""
    text, expected = USES[name]
    keys = """
        PREFIX = "p:"
        class Keys:
            TOP = "top"
        def order_key(kind, id): return f"{PREFIX}{kind}:{id}"
    """
    assert uses_of(graph_of({"a.py": text, "keys.py": keys})) == expected


def test_channels(edges_of: Callable[..., set[str]]) -> None:
    """Channels of Redis are topics."""
    text = """
        import redis
        r = redis.Redis()
        def send(id): r.publish(f"orders:{id}", "x")
        def listen():
            pubsub = r.pubsub()
            pubsub.subscribe("orders:1", "news")
    """
    assert edges_of({"a.py": text}, "publishes", "subscribes") == {
        "a.send -> orders:{}",
        "a.listen -> orders:1",
        "a.listen -> news",
    }


def test_what_cannot_be_told_is_said(graph_of: Callable[..., Graph]) -> None:
    """A key that nothing tells is a blind spot; one that callers give is told by them."""
    text = """
        from django.core.cache import cache
        def one(x): cache.set(x.key, 1)
        def cache_it(key): cache.set(key, 1)
        def caller(): cache_it("known")
    """
    graph = graph_of({"a.py": text})
    assert [s.text for s in graph.blind_spots if s.kind == "unknown-cache-key"] == ["cache.set(x.key, 1)"]
    assert uses_of(graph) == {"a.caller writes known"}
    edge = next(e for e in graph.edges("writes") if e.target == "cache:known")
    assert (edge.confidence, edge.evidence[0].via) == ("likely", "value-flow")
    node = graph.node("cache:known")
    assert node is not None
    assert node.attributes == (("store", "django"),)


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing."""
    text = """
        from django.core.cache import cache, caches
        def f(*args, **kw):
            cache.get(), cache.set(*args), cache.set(**kw), caches[...].get(None), cache.get(1)
            cache.get("{" % 1), cache.get("%" % 1), cache.get("{!".format(1)), cache.get("%(a" % {}), cache.get("")
            cache.get("{0[x]}{a.b}{}".format(1, a=2)), cache.get(lambda: 1), cache.get_many(*[x for x in args])
            cache.get(f"{f'{f}'}"), cache.get("\\n\\0:" * 3), cache_get(cache_get), caches["x"]["y"].get("z")
        def loop(): return loop()
        def again(): cache.get(loop())
        @cache.memoize()()
        def g(): pass
        KEY = KEY + "x"
        def h(): cache.get(KEY)
    """
    assert graph_of({"a.py": text}) is not None


def test_a_cache_behind_functions_of_the_project(graph_of: Callable[..., Graph]) -> None:
    """A factory with an interface of its own, typed parameters and several keys at once are followed."""
    files = {
        "shop/__init__.py": "",
        "shop/cache.py": """
            import functools, json
            from typing import Protocol
            class Store(Protocol):
                def get(self, name: str): ...
            class Memory:
                def get(self, name: str): ...
            @functools.cache
            def store() -> Store:
                if TEST:
                    return Memory()
                import redis
                return redis.Redis.from_url("redis://x")
            def get_json(key: str): return json.loads(store().get(key))
            def forget(*keys: str) -> None: store().delete(*keys)
        """,
        "shop/orders.py": """
            from . import cache
            def one(id: int): return cache.get_json(f"order:{id}")
            def two(id): cache.forget(f"order:{id}", "orders")
        """,
    }
    graph = graph_of(files)
    assert uses_of(graph) == {
        "shop.orders.one reads order:{}",
        "shop.orders.two writes order:{}",
        "shop.orders.two writes orders",
    }
    assert not [s for s in graph.blind_spots if s.kind == "unknown-cache-key"]


def test_a_store_under_any_name(graph_of: Callable[..., Graph]) -> None:
    """Also where another thing stands in for it, and where no word of the file says what it is."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/kept.py": """
                from redis import Redis
                kv = Redis()
                if not kv.ping():
                    class Fake:
                        def __getattr__(self, name): pass
                    kv = Fake()
                def drop_cached(*parts):
                    kv.delete(":".join(str(part) for part in parts))
                def drop_keys(prefix, *rest):
                    kv.delete(":".join([prefix, *rest]))
            """,
            "shop/a.py": """
                from shop.kept import drop_cached, drop_keys, kv
                KEY = "cart:{}"
                def one(id, words):
                    kv.set(KEY.format(id), 1)
                    words.get("cart")
                def two(id):
                    with kv.pipeline() as pipe:
                        pipe.delete("cart:%s" % id)
            """,
            "shop/b.py": """
                from shop.kept import drop_cached, drop_keys  # of the cache
                def three(id):
                    drop_cached("a", "b", id, "c")
                def four(id):
                    drop_keys("x", id, "y")
            """,
        },
    )
    assert uses_of(graph) >= {
        "shop.a.one writes cart:{}",
        "shop.a.two writes cart:{}",
        "shop.b.three writes a:b:{}:c",
        "shop.b.four writes x:{}:y",
    }
    assert not any(edge.target.partition(":")[2] == "cart" for edge in graph.edges("reads"))


def test_parts_of_pages_that_django_keeps(edges_of: Callable[..., set[str]]) -> None:
    """The tag of a template, and code that forgets what it keeps."""
    files = {
        "a.py": """
            from django.core.cache import cache
            from django.core.cache.utils import make_template_fragment_key
            def forget(pk): cache.delete(make_template_fragment_key("sidebar", [pk]))
        """,
        "templates/a.html": "{% load cache %}\n{% cache 500 sidebar user.id %}x{% endcache %}",
    }
    assert edges_of(files, "writes") == {
        "a.forget -> template.cache.sidebar.{}",
        "templates/a.html -> template.cache.sidebar.{}",
    }
