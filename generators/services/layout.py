"""Where the files of a service lie, whatever its framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...analyzer.model.changes import Change, Owner
from ...analyzer.model.errors import Refused
from ...analyzer.model.findings import Hazard
from ...analyzer.model.interface import Offered
from ...analyzer.model.plan import Step
from ..quoting import Quoted, dotted, name, version
from ..render import render_tree

FOLDER = "services"
EVERY = "services/every"
"""Templates that a service has whatever it is made with."""


class Layout(NamedTuple):
    """The service's folder and its own package; `moved` are paths in the monolith by what they become.

    `python` says which Python the image has, the least that is needed, and the monolith's where it is older.
    """

    slug: Quoted
    package: Quoted
    base: str
    moved: Mapping[str, str]
    python: Mapping[str, str]

    def rendered(self, template: str, context: Mapping[str, Any]) -> Iterator[Change]:
        """The files that templates make."""
        for path, text in render_tree(template, {**context, "python": self.python}).items():
            owner: Owner = "generated" if "_generated" in path.split("/") else "user"
            yield Change(f"{self.base}/{path}", text, owner=owner)


def layout(step: Step) -> Layout:
    """Raises Refused when the service's package would hide code that is moved."""
    slug = name(step.service.name)
    package = dotted(f"{slug.lower().replace('-', '_')}_service")
    moved = {target(step, path): path for path in step.texts}
    if any(each.split("/", 1)[0] in (package, f"{package}.py") for each in moved):
        raise Refused(
            f"the project has a package {package} already, and the service's own would hide it",
            place=step.service.place,
            help="rename the service in carveout.toml",
        )
    versions = {key: version(text) if text else text for key, text in step.python._asdict().items()}
    return Layout(slug, package, f"{FOLDER}/{slug}", dict(sorted(moved.items())), versions)


class ServiceAt(NamedTuple):
    """A service that was written: the folder of its code, its package, and its framework."""

    src: str
    package: str
    framework: str

    def below(self, root: Path) -> ServiceAt:
        """The same where the project's folder is `root`."""
        return self._replace(src=str(root / self.src))


def service_at(texts: Mapping[str, str], service: str) -> ServiceAt | None:
    """The service among the files that were written for it; None when it is not there."""
    for path, text in sorted(texts.items()):
        parts = path.split("/")
        if parts[:3] != [FOLDER, service, "src"] or parts[4:] not in (["wsgi.py"], ["asgi.py"]):
            continue
        framework = "fastapi" if parts[4] == "asgi.py" else "django" if "django" in text else "flask"
        return ServiceAt("/".join(parts[:3]), parts[3], framework)
    return None


def crossing(step: Step) -> list[Offered]:
    """The functions that callers in other processes can reach."""
    return [each for each in step.interface.offered if each.crosses]


def target(step: Step, path: str) -> str:
    """A path below the import root."""
    return path if step.root == "." else path.removeprefix(f"{step.root}/")


def hazard_rows(step: Step) -> list[dict[str, Any]]:
    """The hazards of a step as templates tell them, each with the first of its places."""
    return [
        {
            "title": hazard.title,
            "places": list(_places(hazard)),
            "consequence": hazard.consequence,
            "help": hazard.help,
        }
        for hazard in step.hazards
    ]


def _places(hazard: Hazard) -> Iterator[str]:
    places = sorted({evidence.place._replace(column=0) for evidence in hazard.evidence})
    yield from map(str, places[:5])
    if len(places) > 5:
        yield f"{len(places) - 5} more"
