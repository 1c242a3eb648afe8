"""Outbound requests: hosts, methods, paths and timeouts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.graph.outbound import requests
from carveout.analyzer.model.graph import Graph

CALLS = {
    "requests: functions, sessions, other names": (
        """
        import requests
        from requests import post as send, Session
        session = Session()
        def one(id): requests.get(f"https://api.shop.com/orders/{id}?x=1", timeout=5)
        def two(): return send("http://Mail.com:8080/send", timeout=None)
        def three():
            with requests.Session() as s:
                return s.request("PATCH", url="https://user:pw@c.com/x")
        def four(): session.delete("https://d.com", timeout=(3.05, 27))
        def five(domain): send(f"https://api.{domain}/x")
        def six(path): send(f"https://e.com{path}")
        """,
        {
            "a.one api.shop.com requests GET 5 /orders/{}",
            "a.two mail.com:8080 requests POST none /send",
            "a.three c.com requests PATCH default /x",
            "a.four d.com requests DELETE 3.05+27 ",
            "a.five api.{} requests POST default /x",
            "a.six e.com requests POST default {}",
        },
    ),
    "other libraries": (
        """
        import aiohttp, httpx, urllib.request, urllib3
        from urllib.request import Request, urlopen
        async def one():
            async with httpx.AsyncClient(timeout=3) as client:
                await client.put("https://a.com/x")
        async def two():
            async with aiohttp.ClientSession() as session:
                async with session.get("https://b.com/y") as answer:
                    return answer.get("x"), (await answer.json()).get("z")
        def three(): urlopen(Request("https://c.com/z"), timeout=2)
        def four(): urllib3.PoolManager().request("GET", "https://d.com/")
        def six(url):
            import pycurl
            c = pycurl.Curl()
            c.setopt(pycurl.URL, url.encode())
        def seven(): six("https://g.com/h")
        def five(): httpx.stream("POST", "https://e.com/f")
        """,
        {
            "a.one a.com httpx PUT 3 /x",
            "a.two b.com aiohttp GET default /y",
            "a.three c.com urllib GET 2 /z",
            "a.four d.com urllib3 GET default /",
            "a.six {} pycurl ? unknown ",
            "a.seven g.com pycurl ? unknown /h",
            "a.five e.com httpx POST default /f",
        },
    ),
    "addresses from settings": (
        """
        import os, requests
        from django.conf import settings
        LIMIT = 7
        class Mail:
            url = os.environ["MAIL_URL"]
            def send(self): requests.post(self.url + "/send", timeout=LIMIT)
        def one(): requests.get(settings.PAY_URL + "/pay", timeout=settings.TIMEOUT)
        def two(): requests.get("%s/pay/%d" % (settings.PAY_URL, len("x")))
        """,
        {
            "a.Mail.send {env.MAIL_URL} requests POST 7 /send",
            "a.one {settings.PAY_URL} requests GET {settings.TIMEOUT} /pay",
            "a.two {settings.PAY_URL} requests GET default /pay/{}",
        },
    ),
    "functions and classes around a library": (
        """
        import requests
        BASE = "https://api.com/v1"
        class Api:
            base = BASE + "{}"
            def _call(self, method, path, **kw):
                path = path.strip()
                return requests.request(method, self.base.format(path), timeout=4)
            def get(self, path): return self._call("get", path)
            def order(self, id): return self.get(f"/orders/{id}")
        def fetch(url): return requests.get(url)
        def one(): return Api().get("/users")
        def two(): return fetch("https://x.com/a/b")
        """,
        {
            "a.Api._call api.com requests ? 4 /v1{}",
            "a.Api.get api.com requests GET 4 /v1{}",
            "a.Api.order api.com requests GET 4 /v1/orders/{}",
            "a.one api.com requests GET 4 /v1/users",
            "a.fetch {} requests GET default ",
            "a.two x.com requests GET default /a/b",
        },
    ),
    "a client with a base address, and texts that differ": (
        """
        import httpx, requests
        class Client:
            def __init__(self): self.client = httpx.Client(base_url="https://b.com/v2", timeout=9)
            def one(self): return self.client.get("items")
        def two(live):
            if live:
                url = "https://live.com/x"
            else:
                url = "https://test.com/x"
            requests.get(url)
        """,
        {
            "a.Client.one b.com httpx GET 9 /v2/items",
            "a.two live.com requests GET default /x",
            "a.two test.com requests GET default /x",
        },
    ),
    "what sends nothing": (
        """
        import requests
        from http.client import responses
        def one(client, session):
            client.get("/x"), session.get("https://x.com"), responses.get(200), {}.get("https://y.com")
            requests.get.cache, requests.codes.get("/x")
        """,
        set(),
    ),
}


def calls_of(graph: Graph) -> set[str]:
    """ "function host library METHOD timeout path" of each request."""
    by_place = {
        (edge.target, evidence.place): edge.source
        for edge in graph.edges("requests")
        for evidence in edge.evidence
    }
    return {
        f"{by_place[f'host:{r.host}', r.place].partition(':')[2]} {r.host} "
        f"{r.library} {r.method} {r.timeout} {r.path}"
        for r in requests(graph)
    }


@pytest.mark.parametrize("name", CALLS)
def test_calls(name: str, graph_of: Callable[..., Graph]) -> None:
    """Each call of a client is an edge to its host and says method, timeout and path."""
    text, expected = CALLS[name]
    assert calls_of(graph_of({"a.py": text})) == expected


def test_what_cannot_be_told_is_said(graph_of: Callable[..., Graph]) -> None:
    """A host that nothing tells is a blind spot and stands in the graph; a caller that tells it is asked."""
    text = """
        import requests
        def one(order): requests.post(order.hook, timeout=None)
        def two(url): requests.get(url)
        def three(): two("https://x.com")
    """
    graph = graph_of({"a.py": text})
    assert [s.text for s in graph.blind_spots if s.kind == "unknown-host"] == [
        "requests.post(order.hook, timeout=None)"
    ]
    assert {(e.source, e.target, e.confidence) for e in graph.edges("requests")} == {
        ("function:a.one", "host:{}", "certain"),
        ("function:a.two", "host:{}", "certain"),
        ("function:a.three", "host:x.com", "likely"),
    }
    assert {r.place.line for r in requests(graph) if r.may_wait_for_ever} == {3, 4, 5}


def test_mail(edges_of: Callable[..., set[str]]) -> None:
    """Mail goes to a host of its own."""
    text = """
        import smtplib
        from django.core.mail import send_mail, EmailMessage
        def one(): send_mail("a", "b", "c", ["d"])
        def two(): EmailMessage("a").send()
        def three(): return smtplib.SMTP("localhost")
    """
    assert edges_of({"a.py": text}, "requests") == {"a.one -> smtp", "a.two -> smtp", "a.three -> smtp"}


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing."""
    text = """
        import requests
        def f(*a, **k):
            requests.get(), requests.get(*a), requests.get(**k), requests.request(), requests.get(1, timeout=f())
            requests.get("https://"), requests.get("http://[::1"), requests.get("//x y/\\n", timeout=())
            requests.get("https://{}{}".format(1), timeout=True), requests.request("GET"), requests.get(b"https://b")
            requests.Session().get("x" * 5000), requests.get(f(f(f("https://c.com"))))
        def request(url): return request(url + "/")
        def g(url): requests.get(url, timeout=timeout); g(url)
    """
    graph = graph_of({"a.py": text})
    assert all(edge.target.startswith("host:") for edge in graph.edges("requests"))
    assert list(requests(graph))


def test_texts_that_multiply(graph_of: Callable[..., Graph]) -> None:
    """Names made of names made of names take no time that grows with their product."""
    lines = ["import requests", "a0 = 'x'"]
    lines += [f"a{i} = f'" + f"{{a{i - 1}}}" * 30 + "'" for i in range(1, 30)]
    lines += ["def f(): requests.get('https://x.com/' + a29 + '/' * 3 + a1 * 2)"]
    graph = graph_of({"a.py": "\n".join(lines)})
    assert [edge.target for edge in graph.edges("requests")] == ["host:x.com"]


def test_addresses_given_to_constructors(graph_of: Callable[..., Graph]) -> None:
    """What an object is made with is what its methods talk to; two that differ leave it open."""
    files = {
        "client.py": """
            import requests, urllib.request
            class Client:
                def __init__(self, url: str, key: str):
                    self.url, self.key = url, key
                    self.base = url
                def ask(self, path: str):
                    request = urllib.request.Request(self.base.rstrip("/") + path, data=b"x")
                    return urllib.request.urlopen(request, timeout=2)
            class Both:
                def __init__(self, url): self.url = url
                def ask(self): return requests.get(self.url)
        """,
        "use.py": """
            from django.conf import settings
            from client import Client, Both
            client = Client(settings.PAY_URL, key="x")
            one, two = Both("https://one.com"), Both("https://two.com")
        """,
    }
    assert calls_of(graph_of(files)) == {
        "client.Client.ask {settings.PAY_URL} urllib POST 2 {}",
        "client.Both.ask {} requests GET default ",
    }
