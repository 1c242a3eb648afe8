"""The boundary file is written so that reading it gives what was meant, with comments kept."""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from carveout.analyzer.model.boundary import Boundary, Consumer, Loader, Project, Screen, Service, Shared
from carveout.analyzer.project.config import load_boundary, load_project
from carveout.generators.boundary_file import accept, dump, first

HOSTILE = 'a"]\n[services.evil]\nx = """\\ \x00\x1b[31m\u202e é \'\'\''


def loaded(text: str) -> tuple[Boundary, Project]:
    """What a text says, without the places where it says it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "carveout.toml").write_bytes(text.encode("utf-8"))
        boundary = load_boundary(Path(folder))
        services = tuple(replace(service, place=None) for service in boundary.services)
        return replace(boundary, services=services), load_project(Path(folder))


def test_what_is_written_is_read() -> None:
    """Every part of a boundary and of a project survives."""
    boundary = Boundary(
        (
            Service("a.b", ("b",), callers={"orders": ("x",)}, exposure="both"),
            Service(
                "orders",
                ("shop.orders", "shop.x" * 20),
                ("f.g",),
                ("order",),
                ("GET /",),
                ("p",),
                ("a.b",),
                ("stripe",),
                "external",
            ),
        ),
        Shared(("shop.common",), ("country",), may_not_import=("boto3",)),
        consumers=(Consumer("p", "partner", "jwt", ("orders.x",)),),
        screens=(Screen("home", ("GET /",)),),
    )
    project = Project((".",), ("**/tests/**",), "oracle", (Loader("a", "b"),))
    assert loaded(dump(boundary, project)) == (boundary, project)


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=4, unique_by=str.lower))
def test_hostile_names_stay_names(names: list[str]) -> None:
    """No name of the analysed code can end a string, a list or a table (read by tomllib)."""
    every = (*names, HOSTILE)
    text = dump(Boundary((Service("x", every, tables=every),), Shared()), Project())
    data = tomllib.loads(text)
    assert data["services"] == {"x": {"modules": list(every), "tables": list(every)}}
    assert set(data) == {"project", "services"}


def test_bytes_in_file_names_are_escaped() -> None:
    """A name with a byte that is no text is written as an escape, not as a file that cannot be saved."""
    assert "\\\\udcff" in dump(Boundary((Service("x", ("a\udcff",)),)), Project())


BASE = """\
# my file
[project]
roots = ["."]   # keep me

# the money
[services.payments]
modules = ["shop.pay"]  # p

[services.orders]  # o
modules = [
  "shop.orders",  # a
]
public = ["shop.orders.api"]

[[ignore]]
rule = "a"   # and me
source = "b"
target = "c"
reason = "d"
"""


def test_comments_and_forms_are_kept() -> None:
    """What did not change stays byte for byte; the service that is gone goes; ignores stay."""
    orders = Service("orders", ("shop.orders",), public=("shop.orders.api",))
    text = dump(Boundary((orders, Service("new", ("n",)))), Project((".",)), BASE)
    gone = BASE.replace('# the money\n[services.payments]\nmodules = ["shop.pay"]  # p\n\n', "")
    for line in gone.splitlines():
        assert line in text.splitlines()
    assert list(tomllib.loads(text)["services"]) == ["orders", "new"]


def test_writing_twice_changes_nothing() -> None:
    """A file that already says it all is left as it is."""
    boundary, project = loaded(BASE)
    assert dump(boundary, project, BASE) == BASE


def test_accepting_keeps_what_was_agreed_beside_the_services() -> None:
    """Interfaces, callers and consumers survive, but for names of services that are gone."""
    agreed = Boundary(
        (
            Service("orders", ("o",), public=("o.api",), may_use=("old", "pay"), callers={"old": ("f",), "pay": ("g",)}),
            Service("old", ("x",)),
        ),
        consumers=(Consumer("app", may_call=("orders.f", "old.g")),),
    )  # fmt: skip
    proposed = Boundary((Service("orders", ("o", "o2")), Service("pay", ("p",))))
    result = accept(proposed, agreed)
    orders, pay = result.services
    assert (orders.modules, orders.public, orders.may_use) == (("o", "o2"), ("o.api",), ("pay",))
    assert orders.callers == {"pay": ("g",)}
    assert pay == Service("pay", ("p",))
    assert result.consumers[0].may_call == ("orders.f",)


def test_first_file() -> None:
    """The file that `init` writes is valid as it stands and as its comments suggest."""
    text = first(Project(dialect="postgres"))
    assert loaded(text) == (Boundary(), Project(dialect="postgres"))
    hints = text.partition("# them here:\n#\n")[2]
    assert tomllib.loads("\n".join(line[2:] for line in hints.splitlines()))["services"]["payments"]["tables"]


def test_accepting_writes_no_routes_down() -> None:
    """Routes go with their handlers; those that a person wrote stay."""
    proposed = Boundary(
        (Service("a", ("a",), entry_points=("GET /a",)), Service("b", ("b",), entry_points=("GET /b",)))
    )
    agreed = Boundary((Service("b", ("b",), entry_points=("GET /mine",)),))
    assert [service.entry_points for service in accept(proposed, agreed).services] == [(), ("GET /mine",)]
