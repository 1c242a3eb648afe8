"""The files of a Flask service: valid in their languages, whatever the analysed code is called."""

import ast
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from carveout.analyzer.model.boundary import Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.changes import Change
from carveout.analyzer.model.errors import Refused, UsageError
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.findings import Hazard
from carveout.analyzer.model.plan import Argument, Blueprint, Step, Wiring
from carveout.analyzer.model.routes import Route, RouteTable
from carveout.generators import scaffold, write

GRAPH = GraphBuilder().build()
ROUTES_PY = """\
from flask import Blueprint, current_app, render_template
from shop.db import value

bp = Blueprint("pay", __name__)


@bp.get("/<int:id>")
def show(id):
    return {"id": id, "value": value(), "wired": current_app.extensions["shop"]}


@bp.get("/page")
def page():
    return render_template("page.html", name="<b>")


@bp.get("/broken")
def broken():
    raise RuntimeError("the secret is 42")
"""
TEXTS = {
    "shop/__init__.py": "",
    "shop/db.py": "from pathlib import Path\n\n\nclass Db:\n    def init_app(self, app):\n"
    "        app.extensions['shop'] = 'yes'\n\n\ndb = Db()\n\n\ndef value():\n"
    "    return (Path(__file__).parent / 'data' / 'value.txt').read_text()\n",
    "shop/data/value.txt": "{{ 7*7 }}",
    "shop/pay/__init__.py": "# -*- coding: latin-1 -*-\nNAME = 'é'\n",
    "shop/pay/routes.py": ROUTES_PY,
    "shop/templates/page.html": "<p>{{ name }}</p>",
}


def step(name: str = "payments", **changed: object) -> Step:
    fields: dict[str, object] = {
        "name": "service",
        "service": Service(name),
        "framework": "flask",
        "moved": ("shop/pay/__init__.py", "shop/pay/routes.py"),
        "copied": ("shop/__init__.py", "shop/data/value.txt", "shop/db.py", "shop/templates/page.html"),
        "texts": TEXTS,
        "routes": RouteTable(
            name,
            tuple(
                Route("GET", pattern, text, "function:shop.pay.routes.show")
                for pattern, text in (("/pay/[0-9]+", "/pay/<int:id>"), ("/pay/page", "/pay/page"))
            ),
            8123,
        ),
        "blueprints": (Blueprint("shop.pay.routes", "bp", "/pay"),),
        "wiring": (Wiring("shop.db", "db.init_app"),),
        "distributions": ("Flask>=3",),
        "effects": ("shop.pay", "shop.pay.routes"),
        "templates": "shop/templates",
    }
    return Step(**{**fields, **changed})  # type: ignore[arg-type]


def files(step: Step) -> dict[str, Change]:
    changes = scaffold.changes(step, GRAPH)
    assert [change.path for change in changes] == sorted(change.path for change in changes)
    return {change.path.removeprefix("services/payments/"): change for change in changes}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def test_code_is_moved_as_it_is() -> None:
    """Nothing in moved files is taken for a template; a cookie tells the encoding that was written."""
    written = files(step())
    assert written["src/shop/data/value.txt"].new == "{{ 7*7 }}"
    assert written["src/shop/pay/routes.py"].new == ROUTES_PY
    assert written["src/shop/pay/__init__.py"].new == "# -*- coding: utf-8 -*-\nNAME = 'é'\n"
    assert written["src/shop/pay/routes.py"].origin == "shop/pay/routes.py"
    assert written["src/shop/pay/routes.py"].owner == "user"


def test_what_is_ours_lies_below_generated() -> None:
    """Files below `_generated/` are carveout's and say so; all others of the service are the user's."""
    for path, change in files(step()).items():
        if not path.startswith("proxy/"):
            assert (change.owner == "generated") == ("_generated" in path.split("/"))
        if change.owner == "generated" and not path.endswith(".json"):
            assert "ritten by carveout" in (change.new or "")


def test_the_service_works(tmp_path: Path) -> None:
    """Wired, rendered, read and checked in a process that has no carveout; errors leak nothing."""
    write.apply(scaffold.changes(step(), GRAPH), tmp_path, "payments")
    folder = tmp_path / "services/payments"
    script = """
from payments_service.wsgi import application
client = application.test_client()
get = lambda path: (client.get(path).status_code, client.get(path).text)
print([get("/pay/7"), get("/pay/page"), get("/livez"), get("/readyz"), get("/nothing")[0], get("/pay/broken")])
import sys; print(any(name.split(".")[0] == "carveout" for name in sys.modules), application.debug)
"""
    environment = {"FLASK_DEBUG": "1"}
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, **environment, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    answers, rest = result.stdout.strip().splitlines()
    seven, page, live, ready, nothing, broken = ast.literal_eval(answers)
    assert seven == (200, '{"id":7,"value":"{{ 7*7 }}","wired":"yes"}\n')
    assert page == (200, "<p>&lt;b&gt;</p>")
    assert live == (200, '{"status":"ok"}\n')
    assert ready == (200, '{"checks":{},"status":"ready"}\n')
    assert (nothing, broken[0], "secret" in broken[1]) == (404, 500, False)
    assert rest == "False False"


def test_a_check_that_fails_makes_it_not_ready(tmp_path: Path) -> None:
    """The answer says which check failed, the log says why."""
    write.apply(scaffold.changes(step(), GRAPH), tmp_path, "payments")
    folder = tmp_path / "services/payments"
    (folder / "src/payments_service/checks.py").write_text(
        "def down():\n    raise OSError('secret host')\n\n\nCHECKS = {'queue': down}\n"
    )
    code = "from payments_service.wsgi import application as a; r = a.test_client().get('/readyz'); print(r.status_code, r.text)"
    result = run(folder, "-c", code)
    assert result.stdout.strip() == '503 {"checks":{"queue":"failed"},"status":"not ready"}'
    assert "secret host" in result.stderr


def test_generated_python_is_clean(tmp_path: Path) -> None:
    """Its own tests pass, and ruff finds nothing, not even an import out of order."""
    write.apply(scaffold.changes(step(distributions=("flask", "sqlalchemy")), GRAPH), tmp_path, "payments")
    folder = tmp_path / "services/payments"
    tests = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "2 passed" in tests.stdout, tests.stdout + tests.stderr
    selection = "E,F,W,I,B,UP,SIM,RUF"
    ours = ["src/payments_service", "tests"]
    ruff = run(
        folder, "-m", "ruff", "check", "--no-cache", "--select", selection, "--line-length", "110", *ours
    )
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr
    form = run(folder, "-m", "ruff", "format", "--no-cache", "--check", "--line-length", "110", *ours)
    assert form.returncode == 0, form.stdout + form.stderr


def test_its_wheel_carries_code_and_data(tmp_path: Path) -> None:
    """What the image installs has the service, the moved code and the files that it reads."""
    write.apply(scaffold.changes(step(), GRAPH), tmp_path, "payments")
    folder = tmp_path / "services/payments"
    code = "import hatchling.build as b; print(b.build_wheel('.'))"
    result = run(folder, "-c", code)
    assert result.returncode == 0, result.stderr
    names = set(zipfile.ZipFile(folder / result.stdout.split()[-1]).namelist())
    assert {"shop/pay/routes.py", "shop/data/value.txt", "shop/templates/page.html", "payments_service/wsgi.py",
            "payments_service/_generated/app.py"} <= names  # fmt: skip
    assert {name.split("/")[0] for name in names} == {
        "shop",
        "payments_service",
        "payments_service-0.1.0.dist-info",
    }


def test_security_by_default() -> None:
    """Loopback, no root in the image, no secrets, no debug."""
    written = {path: change.new or "" for path, change in files(step()).items()}
    assert 'os.environ.get("SERVICE_HOST", "127.0.0.1")' in written["src/payments_service/settings.py"]
    assert 'os.environ.get("SERVICE_PORT", "8123")' in written["src/payments_service/settings.py"]
    assert "USER 10001" in written["Dockerfile"]
    assert "app.debug = False" in written["src/payments_service/_generated/app.py"]
    assert tomllib.loads(written["pyproject.toml"])["project"]["dependencies"] == ["Flask>=3", "waitress"]


def test_a_blueprint_that_is_registered_twice(tmp_path: Path) -> None:
    """The second registration gets a name of its own, or Flask would refuse it."""
    twice = step(
        blueprints=(Blueprint("shop.pay.routes", "bp", "/pay"), Blueprint("shop.pay.routes", "bp", "/v2/pay"))
    )
    write.apply(scaffold.changes(twice, GRAPH), tmp_path, "payments")
    code = "from payments_service.wsgi import application as a; print([a.test_client().get(p).status_code for p in ('/pay/1', '/v2/pay/1')])"
    assert run(tmp_path / "services/payments", "-c", code).stdout.strip() == "[200, 200]"


HOSTILE = 'x"""\n\'; import os # {{ 7*7 }} {% raw %} `id` | \\'


def test_hostile_names_stay_text() -> None:
    """Texts of the analysed code land in Python, TOML and Markdown without becoming part of them."""
    routes = RouteTable("payments", (Route("GET", "/x", f"/{HOSTILE}", "function:f"),))
    hazard = Hazard(
        id="h",
        title=HOSTILE,
        consequence=HOSTILE,
        help=HOSTILE,
        evidence=(Evidence(Place(f"{HOSTILE}.py", 3)),),
    )
    factory = Hazard(id="application-factory", title="t", evidence=(Evidence(Place(HOSTILE, 3)),))
    hostile = step(
        routes=routes,
        blueprints=(Blueprint("shop.pay.routes", "bp", HOSTILE),),
        distributions=(HOSTILE,),
        moved=(HOSTILE,),
        hazards=(hazard, factory),
        templates=HOSTILE,
    )
    written = {path: change.new or "" for path, change in files(hostile).items() if not change.origin}
    for path, text in written.items():
        if path.endswith(".py"):
            tree = ast.parse(text)
            imported = {
                name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
            }
            assert "os" not in imported or path.endswith(("settings.py", "checker.py", "jwks.py"))
        assert "49" not in text
    tests = ast.parse(written["tests/_generated/test_service.py"])
    assert f"/{HOSTILE}" in [node.value for node in ast.walk(tests) if isinstance(node, ast.Constant)]
    app = [
        n.value
        for n in ast.walk(ast.parse(written["src/payments_service/_generated/app.py"]))
        if isinstance(n, ast.Constant)
    ]
    assert app.count(HOSTILE) == 2
    assert HOSTILE in tomllib.loads(written["pyproject.toml"])["project"]["dependencies"]
    assert written["README.md"].count("\n## ") == 4


@pytest.mark.parametrize("module", ["shop.pay; import os", "shop.class", "shop..pay", ""])
def test_what_cannot_be_imported_is_refused(module: str) -> None:
    """A module that no import statement can name is a mistake, not broken code."""
    with pytest.raises(UsageError):
        scaffold.changes(step(wiring=(Wiring(module, "init_app"),)), GRAPH)
    with pytest.raises(UsageError):
        scaffold.changes(step(effects=(module,)), GRAPH)


def test_a_package_that_would_be_hidden_is_refused() -> None:
    """The service's own package must not take the place of one of the project's."""
    with pytest.raises(Refused, match="has a package payments_service already"):
        scaffold.changes(step(texts={**TEXTS, "payments_service/__init__.py": ""}), GRAPH)


def test_files_below_an_import_root() -> None:
    """The import root is taken off the paths."""
    moved = {f"code/{path}": text for path, text in TEXTS.items()}
    written = files(step(root="code", texts=moved, templates="code/shop/templates"))
    assert "src/shop/pay/routes.py" in written
    assert '"shop/templates"' in (written["src/payments_service/_generated/app.py"].new or "")


@pytest.mark.parametrize(
    ("framework", "said"), [("bottle", "routes of bottle"), ("", "no HTTP route that was recognised")]
)
def test_other_frameworks_are_refused_honestly(framework: str, said: str) -> None:
    """What is not supported is said, with what is."""
    with pytest.raises(Refused, match=f"the service 'payments' has {said}") as caught:
        scaffold.changes(step(framework=framework), GRAPH)
    assert "supported: django, fastapi, flask" in caught.value.why


def test_blueprints_that_functions_make_and_calls_without_the_application() -> None:
    """The function is called where the blueprint is registered; a call `alone` has its own arguments only."""
    made = step(
        blueprints=(Blueprint("shop.pay.routes", "make.bp", "/pay", made=True),),
        wiring=(
            Wiring("shop.ext", "csrf.exempt", arguments=(Argument("", "shop.pay.routes", "bp"),), alone=True),
        ),
        trimmed=frozenset({"shop/db.py"}),
    )
    written = files(made)
    text = written["src/payments_service/_generated/app.py"].new or ""
    assert 'app.register_blueprint(routes_make(), url_prefix="/pay")' in text
    assert "    ext_csrf.exempt(routes_bp)\n" in text
    assert (written["src/shop/db.py"].origin, written["src/shop/pay/routes.py"].origin) == (
        "",
        "shop/pay/routes.py",
    )


def test_calls_with_arguments_and_links_are_repeated() -> None:
    """Configuration comes first; arguments are names or literals; links to the monolith are only built."""
    wiring = (
        Wiring(
            "shop.db", "db.init_app", arguments=(Argument("key", "shop.db", "value"), Argument("n", value=2))
        ),
        Wiring("shop.db", "Config", on="config.from_object"),
        Wiring("shop.db", "", on="config.from_object"),
        Wiring("shop.db", "add", arguments=(Argument(value='x"\n'),)),
    )
    made = files(step(wiring=wiring, links=(('ma"in.index', '/"<int:id>'),), optional=("cstringio",)))
    text = made["src/payments_service/_generated/app.py"].new or ""
    tree = ast.parse(text)
    (function,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "create_app")
    lines = [ast.unparse(node) for node in function.body if isinstance(node, ast.Expr)][1:-2]
    assert lines == [
        "app.config.from_object(db_Config)",
        "app.config.from_object(shop_db)",
        "settings.configure(app)",
        "db_db.init_app(app, key=db_value, n=2)",
        """db_add(app, 'x"\\n')""",
        "app.register_blueprint(routes_bp, url_prefix='/pay')",
        """app.add_url_rule('/"<int:id>', endpoint='ma"in.index', build_only=True)""",
        "app.register_blueprint(health)",
    ]
    assert "- `cstringio`" in (made["README.md"].new or "")
    assert "cstringio" not in (made["pyproject.toml"].new or "")


def test_libraries_may_come_from_where_they_are() -> None:
    """Hatch builds a project that takes some by their URL only where that is said."""
    for needs, said in (
        (("flask",), False),
        (("flask", "ours @ git+https://example.org/ours.git@6f18"), True),
    ):
        project = tomllib.loads(files(step(distributions=needs))["pyproject.toml"].new or "")
        assert ("metadata" in project["tool"]["hatch"]) is said
        assert project["project"]["dependencies"] == list(needs) + ["waitress"] * ("waitress" not in needs)
