"""What a seed is: code that breaks one promise of a boundary, put at the end of a module of an application."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Seed:
    """`code` goes to the end of `path`; service `origin` then breaks `rule` towards `owner`."""

    rule: str
    origin: str
    owner: str
    path: str
    form: str
    code: str
    also: tuple[str, ...] = ()
    """Other rules that would say it as well."""

    @property
    def text(self) -> str:
        return "\n\n" + dedent(self.code).strip("\n") + "\n"


@dataclass(frozen=True, slots=True)
class Application:
    """A source distribution with a boundary that was drawn by hand, and what is seeded into it."""

    name: str
    boundary: str
    seeds: tuple[Seed, ...]
    files: dict[str, str] = field(default_factory=dict)
    """New files, e.g. a module that no service claims."""
    title: str = ""
    """Its name here, where one source distribution serves twice."""
    checkout: str = ""
    """The environment variable with the folder of a checkout, where there is no source distribution."""


def from_folder(distribution: str, name: str, checkout: str = "") -> Application:
    """The application whose `carveout.toml` and `seeds.toml` lie in a folder beside this file.

    `[[support]]` are texts that break nothing, `[[seed]]` those that do, by one of `rules`
    (`between` which services, where a rule may say it of other lines).
    """
    folder = Path(__file__).parent / name
    plan = tomllib.loads((folder / "seeds.toml").read_text("utf-8"))
    seeds = []
    for each in plan["seed"]:
        rule, *also = each["rules"]
        origin, owner = each.get("between", ("", ""))
        form = f"{each['kind']}: {each['form']}"
        seeds.append(Seed(rule, origin, owner, each["path"], form, each["text"], tuple(also)))
    boundary = (folder / "carveout.toml").read_text("utf-8")
    return Application(
        distribution, boundary, tuple(seeds), {e["path"]: e["text"] for e in plan["support"]}, name, checkout
    )
