"""Routes whose empty answer waits for slow work, and what only people start."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.findings import Recommendation

Detect = Callable[..., list[Recommendation]]

SHOP = {
    "shop/pictures.py": """
        import requests

        def fetch(url):
            return requests.get(url, timeout=3).content
    """,
    "shop/api.py": """
        import zipfile
        from fastapi import FastAPI
        from shop import pictures

        app = FastAPI()

        @app.post("/picture", status_code=202)
        def picture(url: str):
            pictures.fetch(url)

        @app.get("/picture")
        def shown(url: str):
            return pictures.fetch(url)

        @app.post("/archive")
        async def archive(name: str):
            def inside():
                return 1
            with zipfile.ZipFile(name, "w") as file:
                file.writestr("a", str(inside()))

        @app.delete("/picture")
        def gone(url: str):
            print(url)
    """,
}


def test_an_empty_answer_that_waits_for_slow_work_is_told_with_the_call(detect: Detect) -> None:
    """Another host and an archive count where nothing is given back; what a function inside gives is its own."""
    found = {each.subject: str(each.evidence[0].place) for each in detect("event_async", SHOP)}
    assert found == {
        "function:shop.api.picture": "shop/api.py:10",
        "function:shop.api.archive": "shop/api.py:20",
    }


def test_what_only_people_start_is_no_pattern(detect: Detect) -> None:
    """A seed that `__main__` alone calls lies beside the application; the same code called by a route does not."""
    files = {
        "shop/seed.py": """
            def one(cursor, name):
                cursor.execute("INSERT INTO products (name) VALUES (%s)", [name])

            def fill(cursor, names):
                for name in names:
                    one(cursor, name)
        """,
        "shop/__main__.py": "from shop import seed\n\nseed.fill(None, [])\n",
    }
    assert detect("spatial_locality", files) == []
    files["shop/api.py"] = """
        from fastapi import FastAPI
        from shop import seed

        app = FastAPI()

        @app.post("/products")
        def products(cursor, names):
            return seed.fill(cursor, names)
    """
    assert [each.subject for each in detect("spatial_locality", files)] == ["function:shop.seed.fill"]


def test_only_tests_call_what_a_task_sends_and_making_a_message_sends_nothing(detect: Detect) -> None:
    """A call from a test is nobody's wait."""
    files = {
        "shop/tasks.py": """
            from celery import shared_task
            from django.core.mail import EmailMultiAlternatives, send_mail

            @shared_task
            def remind():
                alert()

            def alert():
                send_mail("a", "b", None, ["c@example.org"])

            def build_message():
                return EmailMultiAlternatives("a", "b")
        """,
        "tests/test_tasks.py": "from shop.tasks import alert\n\ndef test_alert():\n    alert()\n",
    }
    assert detect("event_async", files) == []


def test_a_class_below_a_librarys_is_no_sender_for_what_it_hands_on(detect: Detect) -> None:
    """A class that logs what SMTP says sends nothing; who uses it does."""
    files = {
        "shop/mail.py": """
            import smtplib
            class Logged(smtplib.SMTP):
                def __init__(self, host):
                    super().__init__(host)
                def _print_debug(self, *args):
                    super()._print_debug(*args)
            def tell(text):
                with smtplib.SMTP("localhost") as server:
                    server.sendmail("a@x.org", "b@x.org", text)
        """
    }
    assert [each.subject for each in detect("event_async", files)] == ["function:shop.mail.tell"]
