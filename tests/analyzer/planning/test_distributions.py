"""What a service must install, by the names that its code imports."""

from carveout.analyzer.planning.distributions import distributions

PROJECT = """
[project]
dependencies = ["filedepot>=0.5,<0.11", "Flask-Security-Too~=5.4", "flask>=3", "python-slugify>=8", "pyfoo>=1"]
"""


def test_what_is_declared_under_another_name_is_taken_as_declared() -> None:
    imported = ["depot.fields", "flask_security", "flask.views", "slugify", "foo.bar", "json", "shop.pay"]
    assert distributions(imported, {"pyproject.toml": PROJECT}, ["shop"]) == (
        "filedepot>=0.5,<0.11",
        "Flask-Security-Too~=5.4",
        "flask>=3",
        "pyfoo>=1",
        "python-slugify>=8",
    )
