"""Converters of one's own are what their framework makes of them, or unknown with the reason."""

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from django.conf import settings as django_settings  # type: ignore[import-untyped]
from django.urls import path, register_converter  # type: ignore[import-untyped]
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, RequestRedirect

from carveout.analyzer import pipeline
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.errors import Refused
from carveout.analyzer.planning.files import texts_of
from carveout.analyzer.planning.own_converters import own_converters
from carveout.analyzer.planning.route_step import routes

if not django_settings.configured:
    django_settings.configure(USE_I18N=False)

Project = Callable[[dict[str, str]], Path]
DJANGO = """
    from urllib.parse import unquote
    from django.urls import converters, path, register_converter
    from django.urls.converters import IntConverter, StringConverter
    from . import views

    class Quoted:
        regex = r"[\\w%~_.-]+"
        def to_python(self, value: str) -> str:
            "What stands there."
            return unquote(value)
        def to_url(self, value): return value

    class Year(IntConverter):
        regex = "[0-9]{4}"

    class Counted:
        regex = r"\\d{1,3}"
        def to_python(self, value): return int(value)

    class Words(StringConverter):
        regex = "a|b/c"

    class Shout(Words):
        def to_python(self, value): return value.strip().upper()

    class Unsure:
        regex = "[a-z]+"
        def to_python(self, value):
            if value == "none":
                raise ValueError
            return value

    class Hexadecimal(IntConverter):
        regex = "[0-9a-f]+"

    class Made(StringConverter):
        regex = "|".join(["a", "b"])

    class Ends(StringConverter):
        regex = "a$"

    register_converter(Quoted, "quoted")
    register_converter(Year, "year")
    register_converter(Counted, "counted")
    register_converter(type_name="words", converter=Words)
    register_converter(Shout, "shout")
    register_converter(Unsure, "unsure")
    register_converter(Hexadecimal, "hexadecimal")
    register_converter(Made, "made")
    register_converter(Ends, "ends")
    register_converter(Quoted, "twice")
    register_converter(Year, "twice")
    register_converter(converters.SlugConverter, "word")
    """
FLASK = """
    from flask import Flask
    from werkzeug.routing import BaseConverter, UnicodeConverter
    from .other import Tag

    class Codes(BaseConverter):
        regex = "[A-Z]{3}"
        weight = 30

    class Listed(BaseConverter):
        def to_python(self, value): return value.split("+")

    class Given(BaseConverter):
        def __init__(self, map, *items): self.regex = items[0]

    app = Flask(__name__)
    app.url_map.converters["codes"] = Codes
    app.url_map.converters.update(tag=Tag, listed=Listed)
    app.url_map.converters.update({"given": Given, "text": UnicodeConverter})
    """


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text))
    return folder


def test_djangos_are_known_or_not_with_the_reason(tmp_path: Path) -> None:
    root = written(tmp_path, {"shop/__init__.py": "", "shop/views.py": "", "shop/urls.py": DJANGO})
    found = own_converters(pipeline.analyze(root, cache=False), texts_of(root))
    why = {name: each.why for name, each in found.items() if each.why}
    assert why == {
        "unsure": "the converter Unsure may refuse what its expression matches",
        "hexadecimal": "the converter Hexadecimal makes a number of more than digits",
        "made": "the converter Made has a regex that is no literal",
        "ends": "the converter Ends marks an end of the path",
        "twice": "the converter 'twice' is registered twice",
    }
    for name, regex in (
        ("quoted", r"[\w%~_.-]+"), ("year", "[0-9]{4}"), ("counted", r"\d{1,3}"), ("words", "a|b/c"),
        ("shout", "a|b/c"), ("word", "[-a-zA-Z0-9_]+"),
    ):  # fmt: skip
        for text in ("a", "b/c", "a%20b", "é", "1999", "12", "٣", "x.y~", "a b", "", "12345", "b"):
            assert bool(re.fullmatch(found[name].regex, text)) == bool(re.fullmatch(regex, text)), (
                name,
                text,
            )


def test_flasks_keep_their_weight_and_segments(tmp_path: Path) -> None:
    other = """
        from werkzeug.routing import BaseConverter
        class Tag(BaseConverter):
            regex = "[a-z]+/[a-z]+"
        """
    files = {"shop/__init__.py": "", "shop/app.py": FLASK, "shop/other.py": other}
    root = written(tmp_path, files)
    found = own_converters(pipeline.analyze(root, cache=False), texts_of(root))
    assert (found["codes"].regex, found["codes"].weight, found["codes"].isolating) == (
        "(?:[A-Z]{3})",
        30,
        True,
    )
    assert not found["tag"].isolating and not found["tag"].why
    assert found["listed"].why == "the converter Listed may refuse what its expression matches"
    assert found["given"].why == "the converter Given says what it matches when it is made"
    assert found["text"].why == "the converter UnicodeConverter is of no class that is known"


VIEWS = """
    from .pay import views as pay
    from .stock import views as stock
    class Code:
        regex = "[A-Z]{2}[0-9]+"
        def to_python(self, value): return value
        def to_url(self, value): return value
    register_converter(Code, "code")
    urlpatterns = [path("x/<code:x>/", pay.one), path("x/<slug:x>/", stock.two), path("<code:x>-<int:y>", pay.one)]
    """


def test_a_service_gets_exactly_the_paths_that_django_would_resolve_to_it(tmp_path: Path) -> None:
    root = written(tmp_path, {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
        "shop/__init__.py": "", "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\n',
        "shop/urls.py": "from django.urls import path, register_converter\n" + dedent(VIEWS),
        "shop/pay/__init__.py": "", "shop/pay/views.py": "def one(request, **k): ...\n",
        "shop/stock/__init__.py": "", "shop/stock/views.py": "def two(request, **k): ...\n",
    })  # fmt: skip
    service = Service("pay", modules=("shop.pay.*",))
    graph = pipeline.analyze(root, cache=False)
    (step,) = routes(graph, Boundary((service,)), "pay", root).steps

    class Code:
        regex = "[A-Z]{2}[0-9]+"

        def to_python(self, value: str) -> str:
            return value

        to_url = to_python

    register_converter(Code, "code_of_this_test")
    patterns = [path(text.replace("code:", "code_of_this_test:"), lambda request: None) for text in
                ("x/<code:x>/", "x/<slug:x>/", "<code:x>-<int:y>")]  # fmt: skip
    for asked in ("x/AB1/", "x/AB/", "x/ab1/", "AB1-2", "AB1-x", "AB-2", "x/AB12", "XY99-0", "x/AB1-2/"):
        first = next((index for index, each in enumerate(patterns) if each.resolve(asked)), 1)
        claimed = any(
            re.fullmatch(route.pattern, f"/{asked}")
            and not any(re.fullmatch(o, f"/{asked}") for o in route.unless)
            for route in step.routes.routes
        )
        assert claimed == (first != 1), asked


@pytest.mark.parametrize("weight", [30, 300])
def test_flask_resolves_as_the_claims_do(tmp_path: Path, weight: int) -> None:
    text = f"""
        from flask import Blueprint, Flask
        from werkzeug.routing import BaseConverter
        class Codes(BaseConverter):
            regex = "[a-z]{{3}}"
            weight = {weight}
        pay = Blueprint("pay", __name__)
        @pay.route("/x/<codes:c>")
        def one(c): ...
        def create_app():
            app = Flask(__name__)
            app.url_map.converters["codes"] = Codes
            from .stock import stock
            app.register_blueprint(pay)
            app.register_blueprint(stock)
            return app
        """
    stock = """
        from flask import Blueprint
        stock = Blueprint("stock", __name__)
        @stock.route("/x/<any(abc, abd, d):c>")
        def two(c): ...
        """
    root = written(tmp_path, {"shop/__init__.py": "", "shop/pay.py": text, "shop/stock.py": stock})
    service = Service("pay", modules=("shop.pay",))
    graph = pipeline.analyze(root, cache=False)
    (step,) = routes(graph, Boundary((service,)), "pay", root).steps

    class Codes(BaseConverter):
        regex = "[a-z]{3}"

    Codes.weight = weight
    app = Flask("real")
    app.url_map.converters["codes"] = Codes
    app.add_url_rule("/x/<codes:c>", "one")
    app.add_url_rule("/x/<any(abc, abd, d):c>", "two")
    adapter = app.url_map.bind("x")
    for asked in ("/x/abc", "/x/abd", "/x/d", "/x/xyz", "/x/ABC", "/x/abcd"):
        try:
            wanted = adapter.match(asked)[0] == "one"
        except (NotFound, RequestRedirect):
            wanted = False
        claimed = any(
            re.fullmatch(route.pattern, asked) and not any(re.fullmatch(o, asked) for o in route.unless)
            for route in step.routes.routes
        )
        assert claimed == wanted, asked


def test_what_is_not_known_is_refused_with_the_reason(tmp_path: Path) -> None:
    text = DJANGO.rstrip() + '\n    urlpatterns = [path("<unsure:x>/", views.one)]\n'
    root = written(tmp_path, {"shop/__init__.py": "", "shop/views.py": "def one(request, x): ...\n",
                              "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\n', "shop/urls.py": text})  # fmt: skip
    graph = pipeline.analyze(root, cache=False)
    boundary = Boundary((Service("pay", modules=("shop.views",)),))
    with pytest.raises(Refused, match="the converter Unsure may refuse what its expression matches"):
        routes(graph, boundary, "pay", root)
