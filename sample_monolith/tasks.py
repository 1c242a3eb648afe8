"""The Celery application. Embedded, tasks run at once where they are called; else in workers:

celery --app sample_monolith.tasks worker --beat
"""

from typing import Any

from celery import Celery
from flask import has_app_context

from . import settings

celery = Celery("shop")
celery.conf.update(
    broker_url="memory://" if settings.STACK == "embedded" else settings.REDIS_URL,
    task_always_eager=settings.STACK == "embedded",
    task_ignore_result=True,
    imports=(
        "sample_monolith.notifications.tasks",
        "sample_monolith.recommendations.tasks",
        "sample_monolith.reports.tasks",
    ),
    beat_schedule={
        "learn-every-hour": {"task": "recommendations.learn", "schedule": 3600.0},
        "sales-every-ten-minutes": {"task": "reports.refresh_sales", "schedule": 600.0},
    },
)


class ShopTask(celery.Task):  # type: ignore[misc,name-defined]
    """A task with a session of the database: the request's own when it runs inside one."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            return self.run(*args, **kwargs)
        from .app import create_app

        with create_app().app_context():
            return self.run(*args, **kwargs)


celery.Task = ShopTask
