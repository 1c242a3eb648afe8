"""Envoy as it runs with the files of a project: it reads `proxy/envoy/` whenever something is put there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ...analyzer.model.errors import CarveoutError
from ...analyzer.model.routes import RouteTable, Traffic
from ...generators.proxies.envoy import Envoy
from ...generators.routing import FOLDER
from .. import processes
from .running_nginx import asked

_LISTEN = re.compile(
    r"- name: inside\s+address: \{socket_address: "
    r"\{address: \"?(?P<host>[\w.:-]+)\"?, port_value: (?P<port>\d+)\}\}"
)


class RunningEnvoy:
    """Steered by its files alone. It runs where its internal listener answers."""

    name = "envoy"

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    def configured(self) -> bool:
        return (self._folder / "envoy.yaml").is_file()

    def running(self) -> bool:
        return any(
            self.says(path.stem) is not None for path in sorted((self._folder / "traffic").glob("*.json"))
        )

    def files(self, tables: Mapping[str, RouteTable], shares: Mapping[str, Traffic]) -> Mapping[str, str]:
        return {change.path: change.new or "" for change in Envoy().steer(tables, shares)}

    def reload(self) -> None:
        """Nothing to do: it watches its files."""

    def switch(self, service: str, on: bool) -> None:
        """It needs none: what is put into its files holds on every connection."""

    def says(self, service: str) -> str | None:
        return asked(self._folder / "envoy.yaml", _LISTEN, f"/.carveout/traffic/{service}")

    def complaint(self) -> str:
        try:
            argv = [
                str(processes.find_envoy()),
                "--mode",
                "validate",
                "-c",
                "envoy.yaml",
                "--log-level",
                "error",
            ]
        except CarveoutError as error:
            return str(error)
        run = subprocess.run(argv, cwd=self._folder, capture_output=True, timeout=30, check=False)
        return run.stderr.decode("utf-8", "replace").strip() if run.returncode else ""
