"""Shares, copies, changes under load and latency of real proxies, with stubs behind them.

| row | what is measured |
|---|---|
| `canary` | of 10,000 users each with a token of its own, how many go to a service that gets 10%; of 1,000 with a cookie, how many stay where they were when they ask again |
| `mirror` | the p99 of reads while copies go to a service that never answers, against the same without copies, both proxies asked in turn (nginx is shown, but promises nothing here) |
| `changes` | clients on kept connections, each with a pause between its requests, while shares change without a break: failed requests, and after each roll-back the last moment at which a request was sent that the service still answered |
| `latency` | the generated nginx against one written by hand for the same split (same headers, limits and log), asked in turn: p50 and p99 |

    bench_traffic.py [--seconds 60] [--clients 200] [--proxy nginx] [ROW ...]

Exits 1 when a target is missed: 10 +- 1%, 100% stay; 1.1 for Envoy's p99; 0 failed and 100 ms; 1.05 and 1.1.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from carveout.analyzer.model.routes import Route, RouteTable, Traffic
from carveout.runtime import processes
from carveout.runtime.traffic import steering
from carveout.runtime.traffic.stubs import Stub, stubs
from carveout.runtime.traffic.trial import Trial, envoy, nginx

PROXIES = {"envoy": envoy, "nginx": nginx}
PAUSE = 0.1
INSTANCES, ROUNDS = 6, 4000
HAND = """
pid nginx.pid;
error_log stderr warn;
worker_processes auto;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path client_body_temp;
    proxy_temp_path proxy_temp;
    fastcgi_temp_path fastcgi_temp;
    uwsgi_temp_path uwsgi_temp;
    scgi_temp_path scgi_temp;
    server_tokens off;
    log_format routes escape=json
        '{{"request_id":"$request_id","method":"$request_method","uri":"$uri",'
        '"target":"$proxy_host","status":$status,"seconds":$request_time}}';
    access_log access.log routes;
    upstream monolith {{ server {monolith}; keepalive 32; }}
    upstream pay {{ server {pay}; keepalive 32; }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 10m;
        proxy_http_version 1.1;
        proxy_connect_timeout 2s;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Request-ID $request_id;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Real-IP $remote_addr;
        add_header X-Request-ID $request_id always;
        location ^~ /internal/ {{ return 404; }}
        location ~ ^/pay/[^/]+$ {{ proxy_pass http://pay; }}
        location ~ ^/pay/[0-9]+/refund$ {{ proxy_pass http://pay; }}
        location / {{ proxy_pass http://monolith; }}
    }}
}}
"""
BACKEND = """
pid backend.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path client_body_temp;
    proxy_temp_path proxy_temp;
    fastcgi_temp_path fastcgi_temp;
    uwsgi_temp_path uwsgi_temp;
    scgi_temp_path scgi_temp;
    access_log off;
    keepalive_requests 1000000;
    server {{ listen 127.0.0.1:{port}; location / {{ add_header X-Stub {name}; return 200 "well"; }} }}
}}
"""


def table() -> RouteTable:
    patterns = ("/pay/[^/]+", "/pay/[0-9]+/refund")
    routes = (
        Route(m, p, p, "f", precedence=i) for i, p in enumerate(patterns) for m in ("GET", "HEAD", "POST")
    )
    return RouteTable("pay", tuple(routes), internal="/internal/")


@contextmanager
def running(kind: str, traffic: Traffic) -> Iterator[tuple[Trial, dict[str, Stub]]]:
    with tempfile.TemporaryDirectory() as folder, stubs("monolith", "pay") as at, PROXIES[kind](
        Path(folder), table(), at, traffic
    ) as proxy:  # fmt: skip
        yield proxy, at


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def canary(kind: str, given: argparse.Namespace) -> bool:
    with running(kind, Traffic(10)) as (proxy, _):
        owners = [proxy.ask("GET", "/pay/1", {"Authorization": f"user {i}"}).owner for i in range(10_000)]
        stayed = 0
        for _ in range(1000):
            first = proxy.ask("GET", "/pay/1")
            cookie = {"Cookie": first.headers["set-cookie"].partition(";")[0]}
            stayed += all(
                proxy.ask(method, "/pay/2", cookie, body=b"").owner == first.owner
                for method in ("GET", "POST")
            )
    share = 100 * owners.count("pay") / len(owners)
    print(f"canary   {kind:<6} {share:.2f}% of 10,000 users; {stayed / 10:.1f}% of 1,000 stayed", flush=True)
    return abs(share - 10) <= 1 and stayed == 1000


def mirror(kind: str, given: argparse.Namespace) -> bool:
    times: tuple[list[float], list[float]] = ([], [])
    with running(kind, Traffic()) as (plain, _), running(kind, Traffic(0, mirror=True)) as (copying, at):
        at["pay"].behaviour = "hang"
        warm, count = (200, 4000) if kind == "envoy" else (0, 30)
        for index in range(warm + count):
            for proxy, into in zip((plain, copying), times, strict=True):
                start = time.perf_counter()
                proxy.ask("GET", "/pay/1")
                if index >= warm:
                    into.append(time.perf_counter() - start)
    ratio = quantile(times[1], 0.99) / quantile(times[0], 0.99)
    print(f"mirror   {kind:<6} p99 with copies that hang is {ratio:.2f} times that without", flush=True)
    return ratio <= 1.1 or kind != "envoy"


class Clients:
    """Clients on kept connections, in a thread of their own: (when it was sent, who answered) of each request."""

    def __init__(self, port: int, count: int) -> None:
        self.sent: list[tuple[float, str]] = []
        self.failed: list[str] = []
        self._port, self._count, self._stop = port, count, False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Clients:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self._thread.join()

    async def _run(self) -> None:
        await asyncio.gather(*(self._client(number) for number in range(self._count)))

    async def _client(self, number: int) -> None:
        await asyncio.sleep(PAUSE * number / self._count)
        request = f"GET /pay/{number} HTTP/1.1\r\nHost: x\r\nAuthorization: user {number}\r\n\r\n".encode()
        reader = writer = None
        while not self._stop:
            if reader is None or writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            at = time.monotonic()
            try:
                writer.write(request)
                head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).decode("latin-1").lower()
                size = int(head.partition("content-length: ")[2].partition("\r")[0])
                await reader.readexactly(size)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                self.failed.append(repr(error))
                head = "connection: close"
            else:
                if " 200 " not in head.partition("\r")[0]:
                    self.failed.append(head.partition("\r")[0])
                self.sent.append((at, head.partition("x-stub: ")[2].partition("\r")[0]))
            if "connection: close" in head:
                writer.close()
                reader = writer = None
            await asyncio.sleep(PAUSE)
        if writer is not None:
            writer.close()


def changes(kind: str, given: argparse.Namespace) -> bool:
    ladder = (Traffic(10), Traffic(50), Traffic(100), Traffic())
    backs: list[tuple[float, float]] = []  # a roll-back, and until when it held
    with running(kind, Traffic()) as (proxy, _):
        with Clients(proxy.port, given.clients) as clients:
            end, step, last = time.monotonic() + given.seconds, 0, None
            while time.monotonic() < end or last is None:
                traffic = ladder[step % len(ladder)]
                start = time.monotonic()
                if last is not None:
                    backs.append((last, start))
                last = start if traffic.percent == 0 else None
                steering.change(proxy.folder, "pay", traffic, "a bench")
                time.sleep(0.7)
                step += 1
        later = [
            max(
                [at - back for at, owner in clients.sent if back <= at < until and owner == "pay"],
                default=0.0,
            )
            for back, until in backs
        ]
    worst = max(later) * 1000
    print(
        f"changes  {kind:<6} {step} in {given.seconds} s under {given.clients} clients: {len(clients.failed)} of "
        f"{len(clients.sent)} requests failed; rolled back after {quantile(later, 0.5) * 1000:.0f} ms "
        f"({worst:.0f} at most, of {len(later)})", flush=True,
    )  # fmt: skip
    for reason in sorted(set(clients.failed))[:5]:
        print(f"    {clients.failed.count(reason)} times {reason}")
    return not clients.failed and worst <= 100


@contextmanager
def plain_nginx(folder: Path, text: str, port: int) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(text)
    with processes.running("nginx", processes.nginx_argv(file, folder), log=folder / "log", port=port):
        yield


def latency(kind: str, given: argparse.Namespace) -> bool:
    """Several of each, in turn: one process may be a tenth slower than another that runs the same files."""
    if kind != "nginx":
        return True
    times: tuple[list[float], list[float]] = ([], [])
    at = {"monolith": Stub("monolith"), "pay": Stub("pay")}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for stub in at.values():
            stub.port = processes.free_port()
            text = BACKEND.format(port=stub.port, name=stub.name)
            stack.enter_context(plain_nginx(folder / stub.name, text, stub.port))
        asked: list[tuple[Trial, list[float]]] = []
        for number in range(INSTANCES):
            mine = stack.enter_context(nginx(folder / f"mine{number}", table(), at, Traffic(100)))
            port = processes.free_port()
            hand = HAND.format(monolith=at["monolith"].address, pay=at["pay"].address, port=port)
            stack.enter_context(plain_nginx(folder / f"hand{number}", hand, port))
            other = stack.enter_context(closing(Trial(folder, port, 0, mine.process)))
            asked += [(mine, times[0]), (other, times[1])]
        for index in range(100 + ROUNDS):
            own = index % 2 == 0
            for proxy, into in asked[index % len(asked) :] + asked[: index % len(asked)]:
                start = time.perf_counter()
                owner = proxy.ask("GET", "/pay/12" if own else "/catalogue/7").owner
                if index >= 100:
                    into.append(time.perf_counter() - start)
                assert owner == ("pay" if own else "monolith")
    ratios = [quantile(times[0], share) / quantile(times[1], share) for share in (0.5, 0.99)]
    print(f"latency  {kind:<6} against nginx by hand: p50 {ratios[0]:.3f}, p99 {ratios[1]:.3f}", flush=True)
    return ratios[0] <= 1.05 and ratios[1] <= 1.1


ROWS: dict[str, Callable[[str, argparse.Namespace], bool]] = {
    "canary": canary, "mirror": mirror, "changes": changes, "latency": latency,
}  # fmt: skip


def main() -> int:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--proxy", action="append", choices=sorted(PROXIES))
    parser.add_argument("rows", nargs="*", default=tuple(ROWS))
    given = parser.parse_args()
    good = [ROWS[row](kind, given) for row in given.rows or ROWS for kind in given.proxy or sorted(PROXIES)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
