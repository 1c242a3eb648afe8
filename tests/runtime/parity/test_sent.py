"""What recorded calls would send is told in place of being sent."""

import json
import subprocess
import sys
from pathlib import Path

from carveout.runtime.parity import inside

PROGRAM = """
import json, socket, sys
sys.path.insert(0, sys.argv[1])
import carveout_sent
told = []
carveout_sent.divert(lambda kind, what: told.append([kind, what]))

from celery import Celery
app = Celery("shop", broker="redis://192.0.2.1/0", backend="cache+memory://")

@app.task(name="shop.charge")
def charge(cents, note=""): return cents

assert charge.delay(5, note="x").id and app.send_task("other", [1]).id
app.conf.task_always_eager = True
assert charge.delay(6).get() == 6

from django.conf import settings
settings.configure(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="192.0.2.1")
from django.core.mail import send_mail
assert send_mail("Paid", "Thanks", None, ["ann@example.org"]) == 1

try: socket.create_connection(("192.0.2.1", 80), timeout=5)
except ConnectionRefusedError as error: assert "reach no other host" in str(error)
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
print(json.dumps(told))
"""


def test_tasks_and_mail_are_told_and_other_hosts_are_not_reached() -> None:
    here = str(Path(inside.__file__).parent)
    done = subprocess.run([sys.executable, "-c", PROGRAM, here], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [
        ["task", {"type": "shop.charge", "args": "(5,)", "kwargs": "{'note': 'x'}"}],
        ["task", {"type": "other", "args": "(1,)", "kwargs": "{}"}],
        ["mail", {"type": "mail", "to": "['ann@example.org']", "subject": "Paid", "body": "Thanks"}],
        ["host", "192.0.2.1"],
    ]
