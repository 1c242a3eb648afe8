"""What part a file plays, by its path."""

from __future__ import annotations

import pytest

from carveout.analyzer.graph.roles import role_of


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("shop/orders/views.py", "code"),
        ("shop/tools/prices.py", "code"),
        ("shop/vendor/models.py", "code"),
        ("shop/versions/api.py", "code"),
        ("shop/contest.py", "code"),
        ("shop/orders/tests/test_views.py", "test"),
        ("shop/orders/test_views.py", "test"),
        ("conftest.py", "test"),
        ("playwright_tests/pages/home.py", "test"),
        ("shop/functional_tests_fixtures/__init__.py", "test"),
        ("clinic/lab_tests/models.py", "code"),
        ("shop/orders/migrations/0001_initial.py", "migration"),
        ("store/db_migrations/versions/451aebb31d03_add_metric_step.py", "migration"),
        ("deploy/versions/0a1b2c3d4e5f_users.py", "migration"),
        ("net/db/migration/models/frozen.py", "migration"),
        ("net/db/sqlalchemy/migrate_repo/manage.py", "migration"),
        ("net/migration/move.py", "code"),
        ("db/revisions/versions/2022-08-29_479024506e05.py", "migration"),
        ("db/versions/479024506e05.py", "migration"),
        ("db/versions/add_users_479024506e05.py", "migration"),
        ("docs/conf.py", "script"),
        ("server/scripts/backfill.py", "script"),
        ("shop/scripts/backfill.py", "code"),
        ("manage.py", "script"),
        ("wagtail/project_template/home/models.py", "script"),
        ("{{cookiecutter.name}}/app.py", "script"),
        ("airflow/example_dags/sql_dag.py", "script"),
        ("shop/orders/examples/fill.py", "script"),
        ("docker/sample_data/load.py", "script"),
        ("sample_shop/orders.py", "code"),
        ("src/example/models.py", "code"),
        ("shop/orders/examples.py", "code"),
        ("pip/_vendor/requests/api.py", "vendored"),
        ("vendor/lib.py", "vendored"),
    ],
)
def test_role_of(path: str, role: str) -> None:
    """Each path has the role that a reader of the tree would give it."""
    assert role_of(path) == role
