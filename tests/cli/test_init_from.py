"""`init --from`: what was agreed with import-linter or tach becomes a boundary that can be checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.analyzer.project.config import load_boundary
from carveout.cli.main import main

CONTRACTS = """\
[importlinter]
root_packages =
    shop
include_external_packages = True

[importlinter:contract:1]
name = apart
type = independence
modules =
    shop.orders
    # a comment
    shop.billing

[importlinter:contract:2]
name = layered
type = layers
containers = shop
layers =
    web
    (orders) | billing
    base
ignore_imports =
    shop.base.x -> shop.web.y

[importlinter:contract:3]
name = no web framework below
type = forbidden
source_modules = shop.base
forbidden_modules =
    flask
    shop.*.views
"""
PYPROJECT = """\
[tool.importlinter]
root_package = "shop"
[[tool.importlinter.contracts]]
name = "one way"
type = "forbidden"
source_modules = ["shop.base"]
forbidden_modules = ["shop.web", "flask"]
[[tool.importlinter.contracts]]
name = "rings"
type = "acyclic_siblings"
"""
TACH = """\
exclude = ["**/tests"]
source_roots = ["."]
[[modules]]
path = "shop.web"
depends_on = ["shop.orders", { path = "shop.base", deprecated = true }]
[[modules]]
path = "shop.orders"
depends_on = []
[[modules]]
paths = ["shop.billing"]
[[modules]]
path = "shop.base"
utility = true
[[modules]]
path = "<root>"
depends_on = []
[[interfaces]]
expose = ["api", "get_.*"]
from = ["shop.orders"]
"""
TACH_YML = """\
# yaml-language-server: $schema=https://example.org/tach-yml-schema.json
modules:
  - path: shop.web
    depends_on:
      - path: shop.orders
      - shop.shared
      - shop.shared
      - shop.web
  - path: shop.orders
    depends_on: []
    visibility: [shop.web]
  - path: shop.shared
    cannot_depend_on: [shop.web]
  - path: <root>
    depends_on: []
exclude:
  - .*__pycache__
  - .*_old
  - docs
source_root: .
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    for name in ("web", "orders", "billing", "base"):
        (tmp_path / "shop" / name).mkdir(parents=True)
        (tmp_path / "shop" / name / "__init__.py").write_text("")
    (tmp_path / "shop/__init__.py").write_text("")
    (tmp_path / "shop/orders/api.py").write_text("def place(): pass\n")
    (tmp_path / "shop/base/x.py").write_text("import shop.web\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_contracts_of_import_linter(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Independence, layers and what is forbidden say who may use whom; the check finds what lint-imports would."""
    (shop / ".importlinter").write_text(CONTRACTS)
    assert main(["init", "--from", ".importlinter"]) == 0
    assert not (shop / "carveout.toml").exists()
    assert main(["init", "--from", ".importlinter", "--yes"]) == 0
    said = capsys.readouterr().err
    assert 'not taken over: "layered" has ignore_imports' in said
    assert 'not taken over: "no web framework below" names shop.*.views' in said
    services = {each.name: each for each in load_boundary(shop).services}
    assert {name: set(each.may_use or ()) for name, each in services.items()} == {
        "web": {"orders", "billing", "base"},
        "orders": {"base"},
        "billing": {"base"},
        "base": set(),
    }
    assert services["base"].may_use == ()
    assert services["base"].may_not_import == ("flask",)
    assert main(["check"]) == 1
    assert "shop/base/x.py:1" in capsys.readouterr().out


def test_contracts_hold_for_all_below(shop: Path) -> None:
    """What a package must not import, its packages that are services of their own must not import either."""
    (shop / ".importlinter").write_text(
        "[importlinter]\nroot_package = shop\n"
        "[importlinter:contract:1]\nname = a\ntype = forbidden\nsource_modules = shop\nforbidden_modules = flask\n"
        "[importlinter:contract:2]\nname = b\ntype = layers\nlayers =\n  shop.web : (shop.base)\n  shop.orders\n"
        "[importlinter:contract:3]\nname = c\ntype = independence\nmodules =\n  shop.orders.api\n  shop.billing\n"
    )
    assert main(["init", "--from", ".importlinter", "--yes"]) == 0
    services = {each.name: each for each in load_boundary(shop).services}
    assert {each.may_not_import for each in services.values()} == {("flask",)}
    assert set(services["api"].may_use or ()) == {"shop", "orders"}
    assert set(services["base"].may_use or ()) == {"shop", "web", "orders", "api", "billing"}


def test_contracts_in_pyproject(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So does a pyproject.toml; other types of contracts are named."""
    (shop / "pyproject.toml").write_text(PYPROJECT)
    assert main(["init", "--from", "pyproject.toml", "--yes"]) == 0
    assert 'not taken over: "rings" is of type acyclic_siblings' in capsys.readouterr().err
    services = {each.name: each for each in load_boundary(shop).services}
    assert (services["base"].may_use, services["web"].may_use) == ((), ("base",))


def test_modules_of_tach(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Modules, what they depend on, utilities and plain interfaces; patterns and the root are named."""
    (shop / "tach.toml").write_text(TACH)
    assert main(["init", "--from", "tach.toml", "--yes"]) == 0
    said = capsys.readouterr().err
    assert "not taken over: the module <root>" in said
    assert "not taken over: the interface of shop.orders, get_.*" in said
    boundary = load_boundary(shop)
    services = {each.name: each for each in boundary.services}
    assert {name: each.may_use for name, each in services.items()} == {
        "web": ("orders",),
        "orders": (),
        "billing": None,
    }
    assert services["orders"].public == ("shop.orders.api",)
    assert boundary.shared.modules == ("shop.base",)


def test_the_yaml_of_older_versions_of_tach(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is excluded are regular expressions; a module whose name is a word of ours gets a longer one."""
    (shop / "shop/shared").mkdir()
    (shop / "shop/shared/__init__.py").write_text("")
    (shop / "tach.yml").write_text(TACH_YML)
    assert main(["init", "--from", "tach.yml", "--yes"]) == 0
    shown = capsys.readouterr()
    assert "not taken over: the exclusion .*_old, a regular expression" in shown.err
    assert "carveout baseline create" in shown.err
    services = {each.name: each for each in load_boundary(shop).services}
    assert {name: (each.may_use, each.callers) for name, each in services.items()} == {
        "web": (("orders", "shop-shared"), {}),
        "orders": ((), {"web": ("*",)}),
        "shop-shared": (("orders",), {}),
    }
    assert 'exclude = ["docs"]' in shown.out and "roots" not in shown.out
    assert main(["check"]) == 0


def test_the_first_versions_of_tach_and_its_roots(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`constraints` and `tag`; import roots that are not the project's folder are written down."""
    (shop / "tach.yml").write_text("constraints:\n- tag: shop.web\n  depends_on: []\nsource_root: src\n")
    assert main(["init", "--from", "tach.yml"]) == 0
    shown = capsys.readouterr().out
    assert 'roots = ["src"]' in shown and 'modules = ["shop.web"]' in shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tach.yml", "a: &a [x, x]\nmodules: [*a, *a]\n"),
        ("tach.yml", "modules: [\n"),
        ("tach.yml", "!!python/object/apply:os.system [ls]\n"),
        ("tach.yml", "[" * 5000),
        ("tach.yml", "- 1\n"),
        ("tach.toml", "modules = 3"),
        ("tach.toml", "modules = [1, 2]"),
        ("tach.toml", "[[modules"),
        (".importlinter", "no sections"),
        (".importlinter", "[importlinter]\nroot_package = shop\n"),
        ("pyproject.toml", "[tool]\nimportlinter = 7\n"),
        ("pyproject.toml", "[project]\n"),
        ("tach.yml", "modules: []\n"),
        ("missing.toml", None),
    ],
)
def test_what_is_no_such_file(
    shop: Path, name: str, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged, empty, unknown and missing files are mistakes of the user, and nothing is written."""
    if text is not None:
        (shop / name).write_text(text)
    assert main(["init", "--from", name, "--yes"]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert not (shop / "carveout.toml").exists()
