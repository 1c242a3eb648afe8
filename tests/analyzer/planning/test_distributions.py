"""What a service must install, by the names that its code imports."""

from carveout.analyzer.planning.distributions import distributions

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
