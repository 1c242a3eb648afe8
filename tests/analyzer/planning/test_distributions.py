"""What a service must install, by the names that its code imports."""

import pytest

from carveout.analyzer.planning.declared import declared_requirements
from carveout.analyzer.planning.distributions import distributions
from carveout.analyzer.planning.pythons import python_of

PROJECT = """
[project]
dependencies = ["filedepot>=0.5,<0.11", "Flask-Security-Too~=5.4", "flask>=3", "python-slugify>=8", "pyfoo>=1"]
"""


def test_where_something_comes_from_is_kept() -> None:
    """The index may have another library by the name of one that is taken from a repository."""
    files = {
        "requirements.txt": "ours @ git+https://example.org/ours.git@6f18#egg=ours ; python_version > '3'  # ours\n"
        "opentelemetry-api==1.2 \\\n    --hash=sha256:00\nopentelemetry-sdk==1.2\nplain[x] @ https://example.org/p.whl\n"
    }
    assert distributions(["ours.redis", "opentelemetry.metrics", "plain"], files, []) == (
        "opentelemetry-api==1.2",
        "opentelemetry-sdk==1.2",
        "ours @ git+https://example.org/ours.git@6f18#egg=ours ; python_version > '3'",
        "plain[x] @ https://example.org/p.whl",
    )


def test_what_is_declared_under_another_name_is_taken_as_declared() -> None:
    imported = ["depot.fields", "flask_security", "flask.views", "slugify", "foo.bar", "json", "shop.pay"]
    assert distributions(imported, {"pyproject.toml": PROJECT}, ["shop"]) == (
        "filedepot>=0.5,<0.11",
        "Flask-Security-Too~=5.4",
        "flask>=3",
        "pyfoo>=1",
        "python-slugify>=8",
    )


POETRY = """
[tool.poetry.dependencies]
python = "^3.9"
flask = "^2.3.1"
click = "~8.1"
celery = {extras = ["redis"], version = "^5"}
ours = {git = "git@example.org:team/ours.git", tag = "v1"}
attrs = "*"
redis = "4.5.1"
yaml = [{version = "<7", python = "<3.10"}]
numpy = "^0.2.3"
pandas = "^1.0 || ^2.0"
jinja2 = ">=3,!=3.1.0 <4"
[tool.poetry.group.dev.dependencies]
pytest = "^8.0b1"
[dependency-groups]
test = ["httpx>=0.27", {include-group = "dev"}]
"""


def test_tables_of_poetry_uv_pdm_and_pipenv() -> None:
    """Each as pip understands it; what pip cannot be told keeps its name alone."""
    found = declared_requirements(
        {"pyproject.toml": POETRY, "api/requirements.txt": "flask==1\nwerkzeug==2\n"}
    )
    assert found == {
        "flask": "flask>=2.3.1,<3", "click": "click>=8.1,<8.2", "celery": "celery[redis]>=5,<6",
        "ours": "ours @ git+ssh://git@example.org/team/ours.git@v1", "attrs": "attrs", "redis": "redis==4.5.1",
        "yaml": "yaml<7", "numpy": "numpy>=0.2.3,<0.3", "pandas": "pandas", "jinja2": "jinja2>=3,!=3.1.0,<4",
        "pytest": "pytest>=8.0b1,<9", "httpx": "httpx>=0.27", "werkzeug": "werkzeug==2",
    }  # fmt: skip
    assert declared_requirements(
        {
            "Pipfile": '[packages]\nflask = "==3.*"\nsix = "*"\nx = {path = "."}\n[dev-packages]\npytest = ">=8"\n',
            "pyproject.toml": '[tool.pdm.dev-dependencies]\nlint = ["ruff>=0.8"]\n[tool.uv]\ndev-dependencies = ["mypy"]\n',
            "setup.cfg": "[options]\ninstall_requires =\n    click>=8\n",
        }
    ) == {
        "flask": "flask==3.*", "six": "six", "x": "x", "pytest": "pytest>=8", "ruff": "ruff>=0.8", "mypy": "mypy",
        "click": "click>=8",
    }  # fmt: skip
    broken = {"pyproject.toml": "[tool.poetry", "Pipfile": "=", "setup.cfg": "x"}
    assert declared_requirements(broken) == {}
    assert (
        declared_requirements({"pyproject.toml": "[tool]\npoetry = 3\n[project]\ndependencies = 4\n"}) == {}
    )


@pytest.mark.parametrize(
    "files, expected",
    [
        ({}, ("3.12", "3.11", "")),
        ({".python-version": "3.13.1\n"}, ("3.13", "3.11", "")),
        ({".python-version": "my-venv\n", "runtime.txt": "python-3.9.4"}, ("3.11", "3.11", "3.9")),
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.13'"}, ("3.13", "3.13", "")),
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.8,<3.10'"}, ("3.11", "3.11", "3.9")),
        ({"pyproject.toml": "[project]\nrequires-python = '==3.11.*'"}, ("3.11", "3.11", "")),
        ({"pyproject.toml": "[project]\nrequires-python = '~=3.11.2'"}, ("3.11", "3.11", "")),
        ({"pyproject.toml": "[project]\nrequires-python = '>= 3.8, != 3.12.*'"}, ("3.11", "3.11", "")),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.8'"}, ("3.12", "3.11", "")),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '>=3.8 <3.12'"}, ("3.11", "3.11", "")),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '3.9 || 3.13.*'"}, ("3.13", "3.13", "")),
        ({"Pipfile": "[requires]\npython_version = '3.14'"}, ("3.14", "3.14", "")),
        ({"pyproject.toml": "[project]\nrequires-python = 'nonsense'"}, ("3.12", "3.11", "")),
        ({"pyproject.toml": "[project"}, ("3.12", "3.11", "")),
        (
            {"Dockerfile": "FROM python:3.14", "api/pyproject.toml": "[project]\nrequires-python = '>=3.12'"},
            ("3.14", "3.12", ""),
        ),
        ({"Dockerfile": "FROM node:20 AS js\nFROM python:3.13-slim\n"}, ("3.13", "3.11", "")),
        ({"Dockerfile": "ARG V=3.9\nFROM docker.io/library/python:${V}-slim\n"}, ("3.11", "3.11", "3.9")),
    ],
)
def test_the_python_of_a_service(files: dict[str, str], expected: tuple[str, str, str]) -> None:
    """What the project runs with, else what its metadata allow; never older than what was generated needs."""
    assert python_of(files) == expected
