"""Change how much a service gets: the files and the running proxy together, and a line in the log.

Files are written first. A proxy that runs is told to read them, and asked until it says what they say; where
it does not, the files are put back as they were and the proxy goes on as before.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from ...analyzer.model.errors import CarveoutError, UsageError
from ...analyzer.model.evidence import Place
from ...analyzer.model.routes import RouteTable, Traffic
from ...generators.route_file import load_share, load_table, share_text
from ...generators.routing import FOLDER
from .running_envoy import RunningEnvoy
from .running_nginx import RunningNginx

LOG = "changes.jsonl"
_SECONDS = 5.0
_SURE = 5
"""Answers in a row, each on a connection of its own, after which a proxy is believed."""


class Running(Protocol):
    """A proxy on this machine, as far as it is steered."""

    name: str

    def configured(self) -> bool:
        """Whether its files are here."""

    def running(self) -> bool:
        """Whether it runs with them."""

    def files(self, tables: Mapping[str, RouteTable], shares: Mapping[str, Traffic]) -> Mapping[str, str]:
        """What it reads, by path from the project: the share of each service."""

    def reload(self) -> None:
        """Tells it to read them."""

    def switch(self, service: str, on: bool) -> None:
        """Off: nothing is sent to the service from now on, whatever it has read."""

    def says(self, service: str) -> str | None:
        """The share of a service as it holds now; None where it cannot be asked."""

    def complaint(self) -> str:
        """What it says against its files."""


class Changed(NamedTuple):
    """What became of a change; `seconds` by the names of the proxies that took it, `idle` did not run."""

    before: Traffic
    after: Traffic
    seconds: Mapping[str, float]
    idle: tuple[str, ...]


def told(traffic: Traffic) -> str:
    """A share as proxies tell it: `10`, `0 mirror`."""
    percent = f"{traffic.percent:.2f}".rstrip("0").rstrip(".") or "0"
    return f"{percent} mirror" if traffic.mirror else percent


def tables(root: Path) -> dict[str, RouteTable]:
    """The routes of each service that the proxy knows. Raises CarveoutError for a file that is none."""
    folder = root / FOLDER / "routes"
    found = {}
    for path in sorted(folder.glob("*.json")):
        table = load_table(path.read_text("utf-8"), Place(f"{FOLDER}/routes/{path.name}", 1))
        found[table.service] = table
    return found


def share(root: Path, service: str) -> Traffic:
    """How much a service gets by the files. Raises UsageError for a service that the proxy does not know."""
    path = _share_file(root, service)
    return load_share(path.read_text("utf-8"), Place(f"{FOLDER}/traffic/{service}.json", 1))


def proxies(root: Path) -> list[Running]:
    """The proxies whose files are in the project."""
    return [proxy for proxy in (RunningEnvoy(root), RunningNginx(root)) if proxy.configured()]


def changes(root: Path, service: str) -> list[dict[str, str]]:
    """The log of a service, the newest last; lines that are none are left out."""
    path = root / FOLDER / "traffic" / LOG
    found = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("service") == service:
            found.append({str(key): str(value) for key, value in entry.items()})
    return found


def change(root: Path, service: str, traffic: Traffic, why: str) -> Changed:
    """Give a service its share.

    Raises UsageError for an unknown service, and CarveoutError when a running proxy does not take it; files
    and traffic are then as before.
    """
    path = _share_file(root, service)
    known = proxies(root)
    with _alone(root):
        before = _before(path, service)
        files = {str(path.relative_to(root)): share_text(traffic)}
        shares = {**_shares(root), service: traffic}
        for proxy in known:
            files.update(proxy.files(tables(root), shares))
        old = {name: _text(root / name) for name in files}
        _write(root, files)
        seconds: dict[str, float] = {}
        back = traffic == Traffic()
        try:
            for proxy in known:
                if back:
                    proxy.switch(service, on=False)
                if proxy.running():
                    seconds[proxy.name] = _take(proxy, service, traffic)
                if not back:
                    proxy.switch(service, on=True)
        except BaseException:
            if not back:  # a roll-back holds by its switch, whatever the proxy makes of its files
                _write(root, old)
                for proxy in known:
                    if proxy.name in seconds:
                        proxy.reload()
            raise
        idle = tuple(proxy.name for proxy in known if proxy.name not in seconds)
        _note(root, service, before, traffic, why, ", ".join(sorted(seconds)))
    return Changed(before, traffic, seconds, idle)


def _take(proxy: Running, service: str, traffic: Traffic) -> float:
    """The seconds until a running proxy does what its files say."""
    start = time.monotonic()
    proxy.reload()
    sure = 0
    while time.monotonic() - start < _SECONDS:
        said = proxy.says(service)
        sure = sure + 1 if said == told(traffic) else 0
        if sure == 1:
            first = time.monotonic() - start
        if sure == _SURE:
            return first
        if not sure:
            time.sleep(0.002)
    after = (
        "files and traffic are as before" if traffic != Traffic() else "where it has a switch, that is off"
    )
    raise CarveoutError(
        f"{proxy.name} did not take the change; {after}",
        why=proxy.complaint() or f"after {_SECONDS:g} s it still says {said or 'nothing'!r}",
        help="mend what it says, and type the same again",
    )


def _shares(root: Path) -> dict[str, Traffic]:
    """What each service gets; nothing where the file is none."""
    return {path.stem: _before(path, path.stem) for path in (root / FOLDER / "traffic").glob("*.json")}


def _share_file(root: Path, service: str) -> Path:
    path = root / FOLDER / "traffic" / f"{service}.json"
    known = sorted(each.stem for each in (root / FOLDER / "traffic").glob("*.json"))
    if service not in known:
        raise UsageError(
            f"the proxy knows no service {service!r}",
            why=f"it knows {', '.join(known)}" if known else f"there is no {FOLDER}/traffic/ here",
            help=f"carveout scaffold {service} --step routes --apply",
        )
    return path


def _before(path: Path, service: str) -> Traffic:
    try:
        return load_share(path.read_text("utf-8"), Place(path.name, 1))
    except CarveoutError:
        return Traffic()


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def _write(root: Path, files: Mapping[str, str]) -> None:
    """Each file as a whole or not at all."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One change at a time."""
    with (root / FOLDER / "traffic" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _note(root: Path, service: str, before: Traffic, after: Traffic, why: str, took: str) -> None:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": f"{user}@{socket.gethostname()}",
        "why": why,
        "service": service,
        "from": told(before),
        "to": told(after),
        "took": took,
    }
    with (root / FOLDER / "traffic" / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry, ensure_ascii=True) + "\n")
