"""Events of a Django project, through Django's own connection and transactions, in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from .conftest import apply_events, written

PROJECT = {
    "carveout.toml": """
        [services.mail]
        modules = ["mail"]
        """,
    "manage.py": """
        import os, sys
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_of.settings")
        from django.core.management import execute_from_command_line
        execute_from_command_line(sys.argv)
        """,
    "site_of/__init__.py": "",
    "site_of/settings.py": """
        SECRET_KEY = "only for tests"
        INSTALLED_APPS = ["orders", "mail"]
        DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "{folder}/shop.db"}}}}
        USE_TZ = True
        """,
    "orders/__init__.py": "",
    "orders/models.py": """
        from django.db import models

        class Order(models.Model):
            note = models.TextField()
        """,
    "orders/services.py": """
        from django.db import transaction
        from mail.letters import send
        from .models import Order

        def place(note: str, fail: bool = False) -> None:
            with transaction.atomic():
                order = Order.objects.create(note=note)
                send(order.pk, note)
                if fail:
                    raise ValueError(note)
        """,
    "mail/__init__.py": "",
    "mail/models.py": """
        from django.db import models

        class Letter(models.Model):
            order_id = models.IntegerField()
            words = models.TextField()
        """,
    "mail/letters.py": """
        from .models import Letter

        def send(order_id: int, words: str) -> None:
            Letter.objects.create(order_id=order_id, words=words)
        """,
    "use.py": """
        import json, os
        os.environ["DJANGO_SETTINGS_MODULE"] = "site_of.settings"
        import django
        django.setup()
        from django.db import connection
        from mail._generated.events.databases import database
        from mail._generated.events import __main__ as main, inbox, relay, worker
        from mail._generated.mail_events import mail_events
        from mail.models import Letter
        from orders.models import Order
        from orders.services import place

        with connection.schema_editor() as editor:
            editor.create_model(Order)
            editor.create_model(Letter)
        assert main.main(["install"]) == 0
        place("one")
        try:
            place("two", fail=True)
        except ValueError:
            pass
        place("three")
        before = Letter.objects.count()
        while relay.step(database(), "/shop", None):
            pass
        mail_events.set_mode("local")
        call = worker.caller(mail_events, {{name: name for name in mail_events.events}})
        taken = 0
        while inbox.carry_out(database(), "mail", 0, b"", call):
            taken += 1
        print(json.dumps([before, taken, list(Letter.objects.order_by("id").values_list("order_id", "words"))]))
        """,
}


def test_events_share_djangos_transactions(tmp_path: Path) -> None:
    apply_events(written(tmp_path, "", PROJECT))
    assert 'DJANGO_SETTINGS = "site_of.settings"' in (tmp_path / "mail/events_settings.py").read_text()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "MAIL_EVENTS": "remote"}
    environment.pop("EVENTS_BROKER", None)
    done = subprocess.run(
        [sys.executable, "use.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    # The second order was rolled back; SQLite gives its number again.
    assert json.loads(done.stdout.splitlines()[-1]) == [0, 2, [[1, "one"], [2, "three"]]]
