"""The quick sibling of `bench_events.py`: PostgreSQL and Redis, a few kills, the broker away for a moment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "bench_events.py"


def test_killed_relays_and_subscribers_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENTS_BROKER", raising=False)
    servers = [shutil.which("redis-server"), *Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if len(servers) < 2 or not servers[0]:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL and Redis are not installed")
        pytest.skip("PostgreSQL and Redis are not installed: apt-get install postgresql redis-server")
    command = [sys.executable, str(BENCH), "--events", "80", "--kills", "2", "--outage", "2", "redis"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    told = done.stdout.splitlines()[0] if done.stdout else done.stderr
    assert told == (
        "redis: 80 orders kept, 2 kills, 80 effects: 0 lost, 0 twice, 0 out of order, "
        "0 of what was rolled back, 0 transactions failed"
    )
