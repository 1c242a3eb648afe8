"""What import linters say of a project, for the benches: each is given the same boundary in its own words.

`lint_imports`, `tach` and `deply` yield (path, line) for each of their findings.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sdists import environment  # type: ignore[import-not-found]  # scripts of one folder

VERSIONS = ("import-linter==2.16", "tach==0.35.3", "deply==1.3.0")
Places = set[tuple[str, int]]


def findings(place: Path, root: str, boundary: dict[str, Any]) -> dict[str, Places]:
    """The places that each linter names in the project at `place`, whose packages lie in `root` below it."""
    (place / "setup.py").unlink(missing_ok=True)  # tach refuses projects that have one
    for path in place.rglob("*.py"):  # import-linter stops at a codec that Python itself forgives
        text = path.read_bytes()
        if text.startswith(b"# -*- coding: utf -*-"):
            path.write_bytes(text.replace(b"coding: utf ", b"coding: utf-8 ", 1))
    bin = environment("linters", VERSIONS).parent
    tools: dict[str, Callable[..., Iterator[tuple[str, int]]]] = {
        "lint-imports": lint_imports,
        "tach": tach,
        "deply": deply,
    }
    return {name: set(tool(bin, place, root, boundary)) for name, tool in tools.items()}


def lint_imports(bin: Path, place: Path, root: str, boundary: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """A contract for each service: who may not import it but for what is public, and packages from outside."""
    services = boundary["services"]
    modules = _modules(boundary)
    top = sorted({each.partition(".")[0] for names in modules.values() for each in names})
    lines = ["[importlinter]", "root_packages =", *(f"    {each}" for each in top)]
    lines.append("include_external_packages = True")
    for name, service in services.items():
        public = service.get("public", [])
        others = [other for other in modules if other != name]
        if not public:
            others = [other for other in others if name not in services[other].get("may_use", [name])]
        sources = sorted(each for other in others for each in modules[other] if exists(place / root, each))
        forbidden = [each for each in modules[name] if exists(place / root, each)]
        if sources and forbidden:
            lines += _contract(f"into {name}", sources, forbidden, public)
        if service.get("may_not_import"):
            lines += _contract(f"packages of {name}", forbidden, service["may_not_import"], [])
    kernel = [each for each in boundary.get("shared", {}).get("modules", ()) if exists(place / root, each)]
    everything = [each for names in modules.values() for each in names if exists(place / root, each)]
    if kernel:
        lines += _contract("kernel", kernel, everything, [])
    (place / "lint.ini").write_text("\n".join(lines) + "\n")
    text = _run([str(bin / "lint-imports"), "--config", str(place / "lint.ini"), "--no-cache"], place / root)
    for module, line in re.findall(r"^\s*-?\s*([\w.]+) -> [\w.]+ \(l\.(\d+)", text, re.MULTILINE):
        yield _file(place, root, module), int(line)


def _contract(name: str, sources: Sequence[str], forbidden: Sequence[str], but: Sequence[str]) -> list[str]:
    lines = [f"[importlinter:contract:{name.replace(' ', '-')}]", f"name = {name}", "type = forbidden"]
    lines += ["allow_indirect_imports = True", "unmatched_ignore_imports_alerting = none"]
    lines += ["source_modules =", *(f"    {each}" for each in sources)]
    lines += ["forbidden_modules =", *(f"    {each}" for each in forbidden)]
    return lines + (["ignore_imports =", *(f"    ** -> {each}" for each in but)] if but else [])


def tach(bin: Path, place: Path, root: str, boundary: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Modules with their dependencies, and interfaces of what is public."""
    modules = _modules(boundary)
    lines = [f'source_roots = ["{root}"]', 'exclude = ["**/tests"]']
    for name, service in boundary["services"].items():
        may = service.get("may_use", [other for other in modules if other != name])
        depends = [each for other in may for each in modules[other]] + modules[name]
        for module in modules[name]:
            others = [each for each in depends if each != module]
            lines += ["[[modules]]", f'path = "{module}"', f"depends_on = {json.dumps(others)}"]
            public = service.get("public", [])
            inside = [p.removeprefix(module + ".") for p in public if p.startswith(module + ".")]
            if public:
                expose = [text for each in inside for text in (each, rf"{each}\..*")]
                lines += ["[[interfaces]]", f"expose = {json.dumps(expose)}", f'from = ["{module}"]']
    for module in boundary.get("shared", {}).get("modules", ()):
        if exists(place / root, module):
            lines += ["[[modules]]", f'path = "{module}"', "depends_on = []"]
    (place / "tach.toml").write_text("\n".join(lines) + "\n")
    text = _run([str(bin / "tach"), "check", "--output", "json"], place)
    for path, line in re.findall(r'"file_path":\s*"([^"]+)",\s*"line_number":\s*(\d+)', text):
        yield path, int(line)


def deply(bin: Path, place: Path, root: str, boundary: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """A layer for each service, closed to those that it may not use or that have something public."""
    modules, services = _modules(boundary), boundary["services"]
    lines = ["deply:", f"  paths: [{json.dumps(str(place / root))}]", "  layers:"]
    for name, names in modules.items():
        pattern = "|".join(".*/" + each.replace(".", "/") + "(/.*|[.]py)" for each in names)
        lines += [f"    - name: {name}", "      collectors:", "        - type: file_regex"]
        lines.append(f"          regex: {json.dumps(pattern)}")
    lines.append("  ruleset:")
    for name in modules:
        may = services[name].get("may_use", [other for other in modules if not services[other].get("public")])
        closed = [other for other in modules if other != name and other not in may]
        if closed:
            lines += [f"    {name}:", "      disallow_layer_dependencies:"]
            lines += [f"        - {other}" for other in closed]
    (place / "deply.yaml").write_text("\n".join(lines) + "\n")
    text = _run([str(bin / "deply"), "analyze", f"--config={place / 'deply.yaml'}"], place)
    for path, line in re.findall(r"(/[^\s:]+\.py):(\d+)", text):
        if Path(path).is_relative_to(place):
            yield Path(path).relative_to(place).as_posix(), int(line)


def _modules(boundary: dict[str, Any]) -> dict[str, list[str]]:
    return {name: service["modules"] for name, service in boundary["services"].items()}


def _run(command: Sequence[str], place: Path) -> str:
    """What a linter prints; it must have understood its configuration."""
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise RuntimeError(f"{command[0]} failed: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout + done.stderr


def exists(root: Path, module: str) -> bool:
    """Whether a module lies below a root."""
    path = root.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def _file(place: Path, root: str, module: str) -> str:
    path = (place / root).joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file.relative_to(place).as_posix()
