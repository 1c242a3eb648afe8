"""Events that are generated, under fire: relay and subscribers are killed (-9) at random while a shop sends.

A small shop is written, carveout makes events of its calls (`scaffold --step events`), and real processes run: one that
places orders (every tenth transaction is one more that is rolled back), a relay and two subscribers. Relay and
subscribers are killed again and again and started anew; then all is left to come to rest. Measured: events lost,
effects that were done twice, effects out of the order of their key, effects of what was rolled back.

| way | database | broker |
|---|---|---|
| `sqlite` | SQLite | none: the inboxes are filled by the relay |
| `postgresql` | PostgreSQL | none |
| `redis` | PostgreSQL | Redis Streams; stopped for `--outage` seconds halfway |
| `rabbitmq` | PostgreSQL | RabbitMQ (`rabbitmq-server`), likewise |
| `nats` | PostgreSQL | NATS JetStream (`nats-server`), likewise |

The last two run when they are named, since few machines have them. While the broker is away the shop must notice nothing: no transaction fails, and its median time is at most 1.5 times that
before.

    bench_events.py [--events 10000] [--kills 50] [--outage 60] [--seed 1] [WAY ...]

Exits 1 when anything is lost, done twice, out of order, or noticed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from textwrap import dedent

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.runtime import processes

WAYS = ("sqlite", "postgresql", "redis")
BROKERS = {
    "redis": "redis://127.0.0.1:{}/0",
    "rabbitmq": "amqp://guest:guest@127.0.0.1:{}/",
    "nats": "nats://127.0.0.1:{}",
}
KEYS = 200
REST_SECONDS = 600
SHOP = {
    "carveout.toml": '[services.ledger]\nmodules = ["shop.ledger"]\n',
    "shop/__init__.py": "",
    "shop/db.py": """
        import os
        from sqlalchemy import create_engine, event, text
        from sqlalchemy.orm import scoped_session, sessionmaker

        url = os.environ["SHOP_URL"]
        engine = create_engine(url, connect_args={"timeout": 60} if url.startswith("sqlite") else {})
        session = scoped_session(sessionmaker(engine))

        @event.listens_for(engine, "connect")
        def configure(connection, record):
            if url.startswith("sqlite"):
                connection.execute("PRAGMA journal_mode = WAL")

        def run(sql: str, **values: object) -> None:
            session.execute(text(sql), values)

        def create() -> None:
            identity = "INTEGER PRIMARY KEY AUTOINCREMENT" if url.startswith("sqlite") else "SERIAL PRIMARY KEY"
            run(f"CREATE TABLE orders (id {identity}, thing INTEGER, number INTEGER)")
            run(f"CREATE TABLE effects (id {identity}, thing INTEGER, number INTEGER)")
            session.commit()
    """,
    "shop/ledger.py": """
        from . import db

        def note(thing_id: int, number: int) -> None:
            db.run("INSERT INTO effects (thing, number) VALUES (:thing, :number)", thing=thing_id, number=number)
    """,
    "shop/orders.py": """
        from . import db, ledger

        def place(thing: int, number: int, keep: bool = True) -> None:
            db.run("INSERT INTO orders (thing, number) VALUES (:thing, :number)", thing=thing, number=number)
            ledger.note(thing, number)
            (db.session.commit if keep else db.session.rollback)()
    """,
    "send.py": """
        import json, sys, time
        from shop.orders import place

        events, keys, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
        started, told = time.monotonic(), []
        for each in range(events):
            before = time.monotonic()
            try:
                if each % 10 == 0:
                    place(each % keys, -1, keep=False)
                place(each % keys, each // keys)
                told.append((time.time(), time.monotonic() - before, ""))
            except Exception as error:
                told.append((time.time(), time.monotonic() - before, repr(error)))
            time.sleep(max(0.0, started + seconds * each / events - time.monotonic()))
        json.dump(told, open("sent.json", "w"))
    """,
}


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server of our own, durable enough to be told from one that loses things."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    initdb = found[0] if found else Path(shutil.which("initdb") or "initdb")
    data, port, root = folder / "data", processes.free_port(), os.geteuid() == 0
    if root:
        shutil.chown(folder, "nobody")
    command = [str(initdb), "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, user="nobody" if root else None)
    server = [str(initdb.with_name("postgres")), "-D", str(data), "-p", str(port), "-k", str(folder)]
    server += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    if root:
        server = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *server]
    with processes.running("postgres", server, cwd=folder, log=folder / "log", port=port):
        yield f"postgresql+pg8000://shop@127.0.0.1:{port}/postgres"


def broker_server(way: str, folder: Path, port: int) -> processes.Process:
    """A broker that has on disk what it acknowledged."""
    if way == "rabbitmq":
        return rabbitmq(folder, port)
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    command += ["--appendonly", "yes", "--appendfsync", "always"]
    if way == "nats":
        command = ["nats-server", "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder / "nats")]
    server = processes.start(way, command, cwd=folder, log=folder / f"{way}.log")
    processes.wait_until(lambda: processes.accepts(port), server)
    return server


def rabbitmq(folder: Path, port: int) -> processes.Process:
    """RabbitMQ as the user who runs the bench, with all that it writes below `folder`."""
    script = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"carveout{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(port + 1 if port < 65_535 else port - 1),
        "RABBITMQ_MNESIA_BASE": str(folder / "rabbitmq"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(processes.free_port()),
    }
    # Erlang would leave its registry of names running; in the same group it ends with the server.
    command = ["sh", "-c", f"epmd & exec {script if script.exists() else 'rabbitmq-server'}"]
    server = processes.start("rabbitmq", command, cwd=folder, env=environment, log=folder / "rabbitmq.log")
    try:
        processes.wait_until(lambda: processes.accepts(port), server, seconds=120)
    except BaseException:
        server.stop()
        raise
    return server


class Fire:
    """The processes that are killed, and started again."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment, self._count = folder, environment, 0
        self._kinds = [("relay",), ("work", "ledger"), ("work", "ledger")]
        self._running = [self._start(kind) for kind in self._kinds]

    def _start(self, kind: tuple[str, ...]) -> processes.Process:
        self._count += 1
        command = [sys.executable, "-m", "shop._generated.events", *kind]
        log = self._folder / f"{kind[0]}-{self._count}.log"
        return processes.start(kind[0], command, cwd=self._folder, env=self._environment, log=log)

    def kill(self, which: int) -> None:
        """As if the machine had gone."""
        os.killpg(self._running[which].pid, signal.SIGKILL)
        self._running[which].stop()
        self._running[which] = self._start(self._kinds[which])

    def stop(self) -> None:
        for each in self._running:
            each.stop()


def ask(environment: dict[str, str], folder: Path, sql: str) -> list[list[int]]:
    """The rows of a query, asked in a process of its own."""
    code = f"import json\nfrom shop.db import run, session\nfrom sqlalchemy import text\nprint(json.dumps([list(r) for r in session.execute(text({sql!r}))]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    rows: list[list[int]] = json.loads(done.stdout)
    return rows


def shop(folder: Path) -> None:
    """The shop, with events."""
    for path, text in SHOP.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    graph = pipeline.analyze(folder, cache=False, workers=1)
    plan = pipeline.plan(graph, load_agreed(folder), "ledger", folder, step="events")
    write.apply(scaffold.changes(plan.steps[0], graph), folder, "ledger.events")


def measure(way: str, options: argparse.Namespace) -> bool:
    """One way; whether all held."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carveout-fire-")))
        folder.chmod(0o755)
        shop(folder)
        environment = {
            **os.environ,
            "PYTHONPATH": str(folder),
            "LEDGER_EVENTS": "remote",
            "EVENTS_RECLAIM_SECONDS": "2",
        }
        environment["SHOP_URL"] = f"sqlite:///{folder / 'shop.db'}"
        if way != "sqlite":
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carveout-pg-")))
            environment["SHOP_URL"] = stack.enter_context(postgresql(place))
        port = processes.free_port()
        broker: processes.Process | None = None
        if way in BROKERS:
            environment |= {
                "EVENTS_BROKER": BROKERS[way].format(port),
                "EVENTS_SECRET": "of the bench, and of nothing else",
            }
            broker = broker_server(way, folder, port)
            stack.callback(lambda: broker and broker.stop())
        else:
            environment.pop("EVENTS_BROKER", None)
        run = [sys.executable, "-c", "from shop.db import create; create()"]
        subprocess.run(run, cwd=folder, env=environment, check=True)
        install = [sys.executable, "-m", "shop._generated.events", "install"]
        subprocess.run(install, cwd=folder, env=environment, check=True, capture_output=True)
        outage = options.outage if broker else 0
        seconds = options.kills * 1.5 + outage + 2
        send = [sys.executable, "send.py", str(options.events), str(KEYS), str(seconds)]
        sender = processes.start("sender", send, cwd=folder, env=environment, log=folder / "sender.log")
        stack.callback(sender.stop)
        fire = Fire(folder, environment)
        stack.callback(fire.stop)
        chance, away = random.Random(options.seed), (0.0, 0.0)
        for count in range(options.kills):
            time.sleep(chance.uniform(0.2, 2.0))
            fire.kill(chance.randrange(3))
            if broker and outage and count == options.kills // 2:
                broker.stop()
                begun = time.time()
                time.sleep(outage)
                away = (begun, time.time())
                broker = broker_server(way, folder, port)
        while sender.running:
            time.sleep(0.2)
        come_to_rest(environment, folder, options.events)
        return report(way, options, environment, folder, away)


def come_to_rest(environment: dict[str, str], folder: Path, events: int) -> None:
    """Until nothing changes any more."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 15 and last < events + 100:
        count = ask(environment, folder, "SELECT COUNT(*) FROM effects")[0][0]
        if count != last:
            last, since = count, time.monotonic()
        if count == events:
            break
        time.sleep(1)
    time.sleep(2)  # what would be done twice has time to show


def report(
    way: str,
    options: argparse.Namespace,
    environment: dict[str, str],
    folder: Path,
    away: tuple[float, float],
) -> bool:
    """Prints what was found; whether all held."""
    sent = json.loads((folder / "sent.json").read_text())
    failed = [row for row in sent if row[2]]
    kept = {(row[0], row[1]) for row in ask(environment, folder, "SELECT thing, number FROM orders")}
    done = [
        (row[0], row[1]) for row in ask(environment, folder, "SELECT thing, number FROM effects ORDER BY id")
    ]
    lost, twice = len(kept - set(done)), len(done) - len(set(done))
    rolled_back = len([each for each in done if each not in kept])
    newest: dict[int, int] = {}
    disorder = 0
    for thing, number in done:
        disorder += number < newest.get(thing, -1)
        newest[thing] = max(number, newest.get(thing, -1))
    print(
        f"{way}: {len(kept):,} orders kept, {options.kills} kills, {len(done):,} effects: "
        f"{lost} lost, {twice} twice, {disorder} out of order, {rolled_back} of what was rolled back, "
        f"{len(failed)} transactions failed"
    )
    held = not (lost or twice or disorder or rolled_back or failed) and len(kept) == options.events
    if away[1] and any(row[0] < away[0] for row in sent):
        during = [row[1] for row in sent if away[0] < row[0] < away[1]]
        before = [row[1] for row in sent if row[0] < away[0]]
        ratio = statistics.median(during) / statistics.median(before)
        print(
            f"  broker away for {away[1] - away[0]:.0f} s: {len(during):,} transactions, "
            f"median {statistics.median(during) * 1000:.2f} ms, before {statistics.median(before) * 1000:.2f} ms: "
            f"{ratio:.2f} times"
        )
        held = held and ratio <= 1.5
    return held


def main() -> int:
    """The bench."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--outage", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("ways", nargs="*", choices=[*dict.fromkeys((*WAYS, *BROKERS)), []])
    options = parser.parse_args()
    held = [measure(way, options) for way in options.ways or WAYS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
