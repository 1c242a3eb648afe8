"""Tasks of Celery that a service sends: carried out where tests have it so, else events that are compared."""

import json
import sys
from pathlib import Path

import pytest

from carveout.generators import scaffold
from carveout.runtime.parity import replaying
from carveout.runtime.parity.process import process
from carveout.runtime.parity.running import Run

from .carrying import carried_out, written

FILES = {
    "carveout.toml": '[services.mails]\nmodules = ["shop.mails"]\n',
    "manage.py": """
        import os, sys
        from django.core.management import execute_from_command_line
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
        execute_from_command_line(sys.argv)
        """,
    "shop/__init__.py": "from .queue import app\n",
    "shop/queue.py": """
        from celery import Celery
        from django.conf import settings
        app = Celery("shop", broker="redis://192.0.2.1/0")
        app.config_from_object(settings, namespace="CELERY")
        """,
    "shop/settings.py": """
        import sys
        SECRET_KEY = "of a test"
        INSTALLED_APPS = ["shop"]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}}
        CELERY_TASK_ALWAYS_EAGER = "test" in sys.argv
        """,
    "shop/mails.py": """
        from celery import shared_task

        def render(name: str) -> str: return f"Dear {name}"

        @shared_task
        def remind(name: str) -> str: return render(name)

        def send(name: str) -> int:
            remind.delay(name)
            return 1
        """,
    "shop/web.py": "from .mails import render, send\ndef go(): return send('bob')\ndef show(): return render('ann')\n",
    "shop/tests.py": """
        from unittest import mock
        from django.test import SimpleTestCase
        from shop import web

        class Sends(SimpleTestCase):
            def test_carried_out_at_once_on_what_the_test_has_patched(self):
                with mock.patch("shop.mails.render", return_value="x") as render:
                    self.assertEqual(web.go(), 1)
                render.assert_called_once_with("bob")
        """,
}
TEST = "shop.tests.Sends.test_carried_out_at_once_on_what_the_test_has_patched"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tasks")
    written(root, FILES)
    return carried_out(root, "mails")


def test_tasks_of_tests_are_carried_out_in_the_service(shop: Path) -> None:
    at, service = scaffold.seam_of(shop, "mails"), scaffold.service_of(shop, "mails")
    service = service._replace(src=str(shop / service.src))
    before = Run(0, {TEST: "passed"})
    found = process(shop, [sys.executable, "manage.py", "test"], at, service, before=before)
    assert found.differences == () and dict(found.crossings)["shop.mails.send"] == 1
    assert found.patched == (("shop.mails.render", 1),)


def test_a_task_with_another_argument_is_an_event_that_differs(shop: Path) -> None:
    call = {"function": "shop.mails.send", "arguments": {"name": "bob"}, "answer": {"result": 1}}
    (shop / "calls.jsonl").write_text(json.dumps(call))
    moved = shop / "services/mails/src/shop/mails.py"
    moved.write_text(moved.read_text().replace("delay(name)", "delay(name.upper())"))
    at, service = scaffold.seam_of(shop, "mails"), scaffold.service_of(shop, "mails")
    load = [sys.executable, "manage.py", "check"]
    found = replaying.replay("process", shop, load, at, service, replaying.read(shop / "calls.jsonl"))
    (difference,) = found.differences
    assert difference.fields == (("events[0].args", "\"('bob',)\"", "\"('BOB',)\""),)
    assert found.replayed is not None and found.replayed.failed == () and found.replayed.otherwise == 0
