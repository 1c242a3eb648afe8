"""The step *seam* of a plan -> changes: contract, the code that carries calls, and the rewritten files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ...analyzer.model.changes import Change
from ...analyzer.model.errors import Refused, UsageError
from ...analyzer.model.findings import Hazard
from ...analyzer.model.interface import Offered
from ...analyzer.model.plan import Step
from ..quoting import dotted
from ..render import render_file
from .codemod import Site, put_in, take_out

FOLDER = "_generated"
ORIGIN = "carveout's own"
_SEAM_IMPORT = re.compile(rf"^from ([\w.]*{FOLDER}\.(\w+_(?:seam|events))) import \2\b", re.MULTILINE)
_RUNTIME = (
    "__init__", "arguments", "codec", "errors", "exceptions", "models", "parts", "plain", "recording",
    "serving", "shadow", "transport",
)  # fmt: skip


def seam_name(service: str) -> str:
    """The name of a service's seam in Python: `payments_seam`."""
    return f"{service.lower().replace('-', '_')}_seam"


def seam_changes(step: Step) -> tuple[Change, ...]:
    """All files of the step. Raises Refused for a file that cannot be rewritten."""
    functions = [each for each in step.interface.offered if not each.stays]
    if not functions:
        raise _nothing_called(step)
    package, folder = home(functions[0])
    seam = dotted(seam_name(step.service.name))
    module = f"{package}{FOLDER}.{seam}"
    return tuple(sorted([*_rewritten(step, functions, module, seam), *_written(step, folder, seam)]))


def _nothing_called(step: Step) -> Refused:
    """Why there is no seam, and the way that is left: by tasks, by routes, by functions yet to be written."""
    service, answers = step.service.name, [each.name for each in step.interface.entry_points]
    tasks = any(name.startswith("task:") for name in answers)
    sent = "; tasks are sent, and the monolith's workers carry them out" if tasks else ""
    if tasks:
        way = "leave the tasks in a module that stays, and have them call functions of the service"
    elif any(name.startswith("route:") for name in answers):
        way = f"carveout scaffold {service} --step routes: its routes go to a service of yours"
    elif step.interface.offered:
        way = "give it functions that take and give plain data, and have those call them who use it now"
    else:
        way = f'join it with another service: carveout propose --what-if "merge {service} into OTHER"'
    return Refused(
        f"nobody outside of {service} calls a function of it that could run elsewhere",
        place=step.service.place,
        why=f"a seam stands where others call; without calls there is nothing to put it on{sent}",
        help=way,
    )


def runtime_files(folder: str) -> dict[str, str]:
    """The code that carries calls, the same for all services: path below `folder` -> text."""
    return {f"{folder}/{name}.py": render_file(f"seams/seams/{name}.py.jinja", {}) for name in _RUNTIME}


def untouched(texts: Mapping[str, str], seam: str) -> dict[str, str]:
    """Files with a seam (`payments_seam`), or events (`payments_events`) -> their text without it."""
    found = {}
    for path, text in sorted(texts.items()):
        if seam in text:
            for module in _imported(text, seam):
                text = take_out(text, path, module, seam)
            found[path] = text
    return found


def without_seams(texts: Mapping[str, str]) -> dict[str, str]:
    """Files without seams and events: in a service its functions run where they are called."""
    found = dict(texts)
    for path, text in sorted(texts.items()):
        for module, seam in _SEAM_IMPORT.findall(text) if path.endswith(".py") else ():
            found[path] = take_out(found[path], path, module, seam)
    return found


class SeamAt(NamedTuple):
    """Where a seam is imported from, and the functions behind it; `local` ones never leave the process."""

    module: str
    name: str
    functions: tuple[str, ...]
    local: tuple[str, ...] = ()

    def beside(self, others: Iterable[SeamAt]) -> SeamAt:
        """This seam and others as one, named after all: for what is counted."""
        every = (self, *others)
        return self._replace(
            name=", ".join(each.name.removesuffix("_seam") for each in every),
            functions=tuple(name for each in every for name in each.functions),
            local=tuple(name for each in every for name in each.local),
        )


def seam_at(texts: Mapping[str, str], service: str) -> SeamAt | None:
    """The seam of a service among the files that were written for it; None when they have none."""
    seam = seam_name(service)
    modules = {module for text in texts.values() for module in _imported(text, seam)}
    contract = next((text for path, text in sorted(texts.items()) if path.endswith(f"/{seam}.py")), "")
    blocks = re.findall(
        r'^    Function\(\n        "([^"\n]+)",$(.*?)^    \),$', contract, re.MULTILINE | re.DOTALL
    )
    functions = tuple(name for name, _ in blocks)
    local = tuple(name for name, block in blocks if "\n        stays=" in block)
    return SeamAt(min(modules), seam, functions, local) if modules and functions else None


def _imported(text: str, seam: str) -> list[str]:
    """The modules that a file imports a seam from."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["from"] and words[2:4] == ["import", seam] and words[1].endswith(f"{FOLDER}.{seam}"):
            found.append(words[1])
    return found


def home(first: Offered) -> tuple[str, str]:
    """(dotted prefix, folder) of what is written: beside the code, in its outermost package."""
    top, dot, _ = first.module.partition(".")
    inner = first.module.replace(".", "/")
    path = first.place.path
    root = path[: path.rindex(inner)] if inner in path else ""
    if not dot and not path.endswith("/__init__.py"):
        return "", f"{root}{FOLDER}"
    return f"{dotted(top)}.", f"{root}{top}/{FOLDER}"


def _rewritten(step: Step, functions: Iterable[Offered], module: str, seam: str) -> Iterator[Change]:
    sites: dict[str, dict[str, Site]] = defaultdict(dict)
    for each in functions:
        _require_importable(each)
        accepted = _accepted(step, each.dotted)
        sites[each.place.path][each.name] = Site(each.dotted, accepted)
    for path in sorted(sites):
        old = step.texts[path]
        yield Change(path, put_in(old, path, sites[path], module, seam), old)


def _require_importable(function: Offered) -> None:
    """Raises Refused for a function that no import statement can name."""
    try:
        dotted(function.dotted)
    except UsageError as error:
        raise Refused(
            f"{function.dotted} has a name that Python cannot import by a statement",
            place=function.place,
            why="a folder or file of it is called like a keyword, or is no name at all",
            help="rename it, or leave its modules out of the service",
        ) from error


def _accepted(step: Step, function: str) -> tuple[str, ...]:
    """The hazards of a function that somebody accepted: they are named where it stands."""
    found = [each for each in step.hazards if each.subject == function and each.severity == "error"]
    return tuple(sorted({each.id for each in found if each.accepted_by(step.accepted)}))


def _written(step: Step, folder: str, seam: str) -> Iterator[Change]:
    yield Change(f"{folder}/.carveout-service", "")
    yield Change(f"{folder}/__init__.py", render_file("seams/package.py.jinja", {}))
    for path, text in runtime_files(f"{folder}/seams").items():
        yield Change(path, text, origin=ORIGIN)
    yield Change(f"{folder}/{seam}.py", contract_text(step))


def contract_text(step: Step) -> str:
    """What was agreed about the functions that have a seam, as Python."""
    functions = [each for each in step.interface.offered if not each.stays]
    rows = [_row(each) for each in functions]
    passed = [each for row in rows for each in (*row["parameters"], row["result"])]
    context = {
        "service": step.service.name,
        "seam": dotted(seam_name(step.service.name)),
        "functions": rows,
        "accepted": sorted({_key(each) for each in step.hazards if each.accepted_by(step.accepted)}),
        "values": any(each.how not in ("declared", "parts") for each in passed),
        "parts": any(each.how == "parts" for each in passed),
    }
    return render_file("seams/contract.py.jinja", context)


def _key(hazard: Hazard) -> str:
    return f"{hazard.id}:{hazard.subject}" if hazard.subject else hazard.id


def _row(function: Offered) -> dict[str, Any]:
    stuck = [each for each in (*function.parameters, function.result) if each.how == "never"]
    return {
        "name": function.dotted,
        "binding": function.binding,
        "parameters": function.parameters,
        "result": function.result,
        "raises": list(function.raises),
        "idempotent": not function.impure,
        "impure": function.impure.rpartition(" at ")[0] or function.impure,
        "stays": "; ".join(f"{each.name}: {each.why}" for each in stuck),
    }
