"""Tasks of a service: which stay with the monolith's workers, what sending them takes, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.findings import Hazard
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.plan import Setting, Step
from carveout.analyzer.planning.django_step import plan_django
from carveout.analyzer.planning.seam import seam
from carveout.generators.seams.contract import seam_changes

GraphOf = Callable[..., Graph]
FILES = {
    "shop/__init__.py": "",
    "shop/settings.py": "INSTALLED_APPS = ['shop']\n",
    "shop/celery.py": "from celery import Celery\nfrom django.conf import settings\napp = Celery('shop')\n",
    "shop/mails.py": dedent("""
        from celery import shared_task

        @shared_task
        def remind(name: str) -> str: return name

        @shared_task
        def clean() -> None: ...

        def send(name: str) -> int:
            remind.delay(name)
            return 1
        """),
    "shop/web.py": "from .mails import clean, remind, send\ndef view():\n    clean.delay()\n    return send('a'), remind('b')\n",
}
BOUNDARY = Boundary((Service("mails", modules=("shop.mails", "shop.jobs")),), Shared())


def step_of(graph_of: GraphOf, root: Path, **more: str) -> Step:
    for name, text in (files := {**FILES, **more}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (step,) = plan_django(graph_of(files), BOUNDARY, "mails", files).steps
    return step


def hazard(step: Step, id: str) -> Hazard:
    (found,) = [each for each in step.hazards if each.id == id]
    return found


def test_tasks_stay_with_the_workers_of_the_monolith_and_it_is_said_why(
    graph_of: GraphOf, tmp_path: Path
) -> None:
    found = hazard(step_of(graph_of, tmp_path), "entry-points-stay")
    assert found.title == "2 tasks of the service stay in the monolith"
    assert found.consequence == (
        "tasks stay registered there, and its workers carry them out. With the seam remote, what is behind "
        "shop.mails.remind is done by the service, all else there, on the monolith's own copy of this code"
    )
    jobs = "from django.core.management.base import BaseCommand\nclass Command(BaseCommand):\n    def handle(self): ...\n"
    more = {
        "shop/management/__init__.py": "",
        "shop/management/commands/__init__.py": "",
        "shop/management/commands/tidy.py": jobs,
    }
    boundary = Boundary(
        (Service("mails", modules=("shop.mails", "shop.management.commands.tidy")),), Shared()
    )
    files = {**FILES, **more}
    (step,) = plan_django(graph_of(files), boundary, "mails", files).steps
    found = hazard(step, "entry-points-stay")
    assert found.title == "2 tasks, 1 command of the service stay in the monolith"
    assert "commands are typed there" in found.consequence


def test_a_service_that_sends_tasks_needs_the_broker(graph_of: GraphOf, tmp_path: Path) -> None:
    step = step_of(graph_of, tmp_path)
    found = hazard(step, "sends-tasks")
    assert found.title == "code that would run in the service sends tasks: shop.mails.remind"
    assert [each.place.line for each in found.evidence] == [11] and found.severity == "warning"
    assert Setting("CELERY_BROKER_URL") in step.settings
    quiet = {"shop/mails.py": FILES["shop/mails.py"].replace("remind.delay(name)", "...")}
    step = step_of(graph_of, tmp_path, **quiet)
    assert "sends-tasks" not in {each.id for each in step.hazards} and step.settings == ()


@pytest.mark.parametrize(
    "how", ["from huey.contrib.djhuey import db_task\n@db_task()", "@huey.task(retries=2)"]
)
def test_what_a_call_queues_stays(graph_of: GraphOf, tmp_path: Path, how: str) -> None:
    """A task of Huey is no function of the seam: a call queues it, and the monolith's worker runs it."""
    files = {
        "shop/queue.py": "from huey import SqliteHuey\nhuey = SqliteHuey()\n",
        "shop/jobs.py": f"from .queue import huey\n{how}\ndef pack(n: int) -> int: return n\n\n\ndef plain(n: int) -> int: return n\n",
        "shop/more.py": "from .jobs import pack, plain\ndef go(): return pack(1), plain(1)\n",
    }
    step = step_of(graph_of, tmp_path, **files)
    assert step.interface is not None
    assert "shop.jobs.pack" not in {offered.dotted for offered in step.interface.offered}


def test_a_service_of_tasks_alone_is_told_what_helps(graph_of: GraphOf, tmp_path: Path) -> None:
    files = {**FILES, "shop/web.py": "from .mails import clean\ndef view(): clean.delay()\n"}
    step_of(graph_of, tmp_path)
    (step,) = seam(graph_of(files), BOUNDARY, "mails", tmp_path).steps
    with pytest.raises(Refused) as caught:
        seam_changes(step)
    assert "the monolith's workers carry them out" in str(caught.value.why)
    assert "have them call functions of the service" in str(caught.value.help)
    with pytest.raises(Refused) as caught:
        plan_django(graph_of(files), BOUNDARY, "mails", files)
    assert "the monolith's workers carry out its tasks" in str(caught.value.why)
