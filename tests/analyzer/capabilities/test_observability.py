"""Observability, and what other capabilities find in practices of code: each with its place, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from carveout.analyzer.model.findings import Weakness
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.plugins import plugins

Find = Callable[[str, str], list[tuple[str, str]]]


@pytest.fixture
def find(graph_of: Callable[[Mapping[str, str]], Graph]) -> Find:
    """find("security", text): (id, place) of what a capability finds in a file `shop/a.py`."""

    def found(name: str, text: str) -> list[tuple[str, str]]:
        graph = graph_of({"shop/__init__.py": "", "shop/a.py": text})
        capability = next(
            each for each in plugins("analyzer.capabilities", "capability") if each.name == name
        )
        weaknesses: list[Weakness] = list(capability.find(graph))
        assert all(each.evidence and each.why and each.help for each in weaknesses)
        return [(each.id, str(each.evidence[0].place)) for each in weaknesses]

    return found


@pytest.mark.parametrize(
    ("handler", "is_found"),
    [
        ("pass", True),
        ("log.debug('failed')", True),
        ("return None", True),
        ("log.exception('failed')", False),
        ("raise", False),
        ("raise ValueError() from None", False),
        ("capture_exception()", False),
        ("return 'invalid', 403", False),
        ("return JsonResponse({'error': 1})", False),
        ("metrics.send('failed')", False),
    ],
)
def test_what_is_caught_and_told_to_nobody(find: Find, handler: str, is_found: bool) -> None:
    """A message at the level debug is none where it counts."""
    text = f"def f(log):\n    try:\n        g()\n    except Exception:\n        {handler}\n"
    found = [each for each in find("observability", text) if each[0] == "swallowed-exception"]
    assert found == ([("swallowed-exception", "shop/a.py:4")] if is_found else [])


def test_an_exception_that_is_expected_or_looked_at_is_not_swallowed(find: Find) -> None:
    """A narrow one, and one whose text goes on."""
    text = (
        "def f():\n    try:\n        g()\n    except KeyError:\n        pass\n"
        "def h(out):\n    try:\n        g()\n    except Exception as error:\n        out.append(str(error))\n"
    )
    assert find("observability", text) == []


def test_an_application_without_traces_figures_and_structure(find: Find) -> None:
    """Told once each, where the application is made; not where libraries see to it."""
    text = "from flask import Flask\napp = Flask(__name__)\n@app.get('/a')\ndef a():\n    print('seen')\n    return ''\n"
    assert find("observability", text) == [
        ("print", "shop/a.py:5"),
        ("no-structured-logs", "shop/a.py:2"),
        ("no-request-id", "shop/a.py:2"),
        ("no-metrics", "shop/a.py:2"),
    ]
    seen_to = "import structlog\nimport opentelemetry\n" + text.replace("print('seen')", "pass")
    assert find("observability", seen_to) == []


def test_code_without_routes_lacks_nothing(find: Find) -> None:
    """A library logs where its user wants."""
    assert find("observability", "import logging\nlogging.getLogger('a')\n") == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "while True:\n        try:\n            return g()\n        except OSError:\n            sleep(1)\n",
            2,
        ),
        (
            "while True:\n        try:\n            g()\n            break\n        except OSError:\n            pass\n",
            2,
        ),
        (
            "for _ in range(3):\n        try:\n            return g()\n        except OSError:\n            sleep(1)\n",
            0,
        ),
        (
            "while True:\n        try:\n            return g()\n        except OSError:\n            raise\n",
            0,
        ),
        ("while True:\n        try:\n            g()\n        except OSError:\n            sleep(1)\n", 0),
        (
            "while True:\n        try:\n            return input()\n        except OSError:\n            pass\n",
            0,
        ),
    ],
)
def test_work_that_is_tried_again_for_ever(find: Find, text: str, line: int) -> None:
    """A loop that only success leaves; not one that serves for ever, nor one that asks a person."""
    found = find("resilience", f"def f():\n    {text}")
    assert found == ([("endless-retry", f"shop/a.py:{line}")] if line else [])


def test_libraries_that_try_again_are_bounded_or_found(find: Find) -> None:
    """tenacity without `stop`, a task without a maximum."""
    text = (
        "import tenacity\nfrom celery import shared_task\n"
        "@tenacity.retry(wait=1)\ndef f():\n    pass\n@tenacity.retry(stop=3)\ndef g():\n    pass\n"
        "@shared_task(max_retries=None)\ndef t():\n    pass\n"
    )
    assert [place for id, place in find("resilience", text) if id == "endless-retry"] == [
        "shop/a.py:3",
        "shop/a.py:9",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SECRET_KEY = 'd3j-11x8!kq'", "SECRET_KEY"),
        ("config['API_KEY'] = 'a81f00d2c9'", "API_KEY"),
        ("DB = 'postgresql://shop:s3cr3tive@db9.example.org/shop'", "password-in-URL"),
        ("import os\nKEY = os.environ.get('MAIL_PASSWORD', 'hunter22')", "MAIL_PASSWORD"),
        ("SECRET_KEY = os.environ['SECRET_KEY']", ""),
        ("PASSWORD = 'password'", ""),
        ("API_KEY = 'change-me'", ""),
        ("DB = 'postgresql://shop:shop1234@localhost/shop'", ""),
        ("SECRET_KEY = ''", ""),
    ],
)
def test_secrets_are_named_and_never_shown(find: Find, text: str, name: str) -> None:
    """What only names something, or is filled in later, is none."""
    assert [id for id, _ in find("security", text)] == (["secret-in-code"] if name else [])


def test_no_value_of_a_secret_is_kept(graph_of: Callable[[Mapping[str, str]], Graph]) -> None:
    """Neither in the graph nor in what is said."""
    graph = graph_of({"a.py": "SECRET_KEY = 'd3j-11x8!kq'\n"})
    security = next(
        each for each in plugins("analyzer.capabilities", "capability") if each.name == "security"
    )
    told = [repr(each) for each in (*security.find(graph), *graph.nodes(), *graph.edges())]
    assert not any("d3j-11x8" in each for each in told)


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ('db.execute("SELECT a FROM t WHERE b = \'" + words + "\'")', True),
        ("sql = 'SELECT a FROM t'\n    sql += f' ORDER BY {words}'\n    db.execute(sql)", True),
        ("db.execute(\"SELECT a FROM t WHERE b LIKE '%s'\" % words.lower())", True),
        ("db.execute(f\"SELECT a FROM t WHERE b = '{request.args['q']}'\")", True),
        ("db.execute('SELECT a FROM t WHERE b = %s', [words])", False),
        ("db.execute(f'SELECT a FROM t LIMIT {int(words)}')", False),
        ("db.execute(f'SELECT a FROM t ORDER BY {COLUMNS[words]}')", False),
        (
            "if words not in COLUMNS:\n        raise ValueError\n    db.execute(f'SELECT a FROM t ORDER BY {words}')",
            False,
        ),
        ("db.execute(f'SELECT a FROM {words}')", False),
        ("log.info(f'who asks, and ORDER BY what: {words}')", False),
        ("db.execute(\"insert into t (b) values ('%s')\" % words)", True),
        ("db.execute(\"insert into t (b) values ('%(b)s')\" % {'b': words})", True),
        ("db.execute('insert into t (b) values (%(b)s)', {'b': words})", False),
        ("db.filter(text(\"title = '%s' or a = 1\" % words))", True),
        ("sql = f\"SELECT a FROM t WHERE b = '{request.json['q']}'\"\n    db.execute(sql)", True),
        (
            "given = request.get_json()\n    db.execute(\"SELECT a FROM t WHERE b = '\" + given.get('q') + \"'\")",
            True,
        ),
        ("log.info(f\"select what from '{words}'\")", False),
    ],
)
def test_sql_that_is_put_together_from_input(find: Find, body: str, is_found: bool) -> None:
    """By adding, formatting and f-strings; not what is checked, a number, looked up, or a table's name."""
    text = (
        "from flask import Flask, request\nimport structlog\napp = Flask(__name__)\nCOLUMNS = {}\n"
        f"def find(words: str):\n    {body}\n"
        "@app.get('/a')\ndef a():\n    return find(request.args['q'])\n"
    )
    assert [id for id, _ in find("security", text)] == (["sql-from-input"] if is_found else [])


def test_sql_that_no_entry_point_leads_to_is_left_alone(find: Find) -> None:
    """A script of the developers; quotes around it say that a value of somebody else's goes in."""
    assert find("security", "def f(db, a):\n    db.execute('SELECT a FROM t WHERE b = ' + a)\n") == []
    text = 'def f(db, a):\n    db.execute("SELECT a FROM t WHERE b = \'" + a + "\'")\n'
    assert find("security", text) == [("sql-from-input", "shop/a.py:2")]


def test_switches_for_developers(find: Find) -> None:
    """On in code; not where a variable decides."""
    text = "import requests\nDEBUG = True\ndef f(app, on):\n    app.run(debug=True)\n    app.run(debug=on)\n    requests.get('https://a.example', verify=False, timeout=3)\n"
    assert [place for _, place in find("security", text)] == ["shop/a.py:4", "shop/a.py:6", "shop/a.py:2"]


def test_the_one_handler_of_many_that_asks_for_nobody(find: Find) -> None:
    """By decorators as well as by calls; where two of ten are open, that may well be meant."""
    guarded = "".join(f"@app.get('/{n}')\n@login_required\ndef f{n}():\n    return ''\n" for n in range(12))
    head = "from flask import Flask\napp = Flask(__name__)\ndef login_required(view):\n    return view\n"
    bare = "@app.get('/open')\ndef bare():\n    return ''\n"
    assert [id for id, _ in find("security", head + guarded + bare)] == ["no-check"]
    assert find("security", head + guarded + bare + bare.replace("bare", "b2").replace("open", "o2")) == []


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import uvloop\n    LOOP = uvloop\nexcept Exception:\n    LOOP = None\n",
        "def f(x):\n    try:\n        x.close()\n    except Exception:\n        pass\n",
    ],
)
def test_a_fallback_at_import_and_closing_hide_nothing(find: Find, text: str) -> None:
    """A module takes another value; what cannot be closed is gone anyway."""
    assert find("observability", text) == []


def test_a_loop_that_serves_for_ever_tries_nothing_again(find: Find) -> None:
    """The `break` leaves a loop inside of it."""
    text = (
        "def serve(jobs):\n    while True:\n        try:\n            for job in jobs():\n                if job.late:\n"
        "                    break\n        except Exception as error:\n            log(error)\n"
    )
    assert [each for each in find("resilience", text) if each[0] == "endless-retry"] == []
    again = text.replace(
        "            for job in jobs():\n                if job.late:\n                    break\n",
        "            return jobs()\n",
    )
    assert [each for each in find("resilience", again) if each[0] == "endless-retry"] != []


def test_a_request_without_a_limit_is_told_where_it_is_sent(find: Find) -> None:
    """Not at each call of the function that sends."""
    text = (
        "import requests\ndef ask(path):\n    return requests.get('https://a.example' + path)\n"
        "def one():\n    return ask('/one')\ndef two():\n    return ask('/two')\n"
    )
    assert find("resilience", text) == [("no-timeout", "shop/a.py:3")]


STATE = """
    from flask import Flask
    app = Flask(__name__)
    HANDLERS = {}
    SEEN = {}
    def on(name):
        def register(handler):
            HANDLERS[name] = handler
            return handler
        return register

    @on("paid")
    def paid():
        pass

    @app.get("/")
    def index(sid):
        SEEN[sid] = 1
        return "ok"
"""


def test_a_registry_that_is_filled_at_import_is_the_same_in_each_process(find: Find) -> None:
    """What a route changes is not."""
    found = [each for each in find("elasticity", STATE) if each[0] == "process-state"]
    assert found == [("process-state", "shop/a.py:5")]


KEPT = """
    from flask import Flask
    app = Flask(__name__)
    _index = None
    _shown = {}
    _users = {}
    _http_client = None
    _last = None

    def index():
        global _index
        if _index is None:
            _index = build()
        return _index

    def shown(name):
        if name not in _shown:
            _shown[name] = render(name)
        return _shown[name]

    def register(name, user):
        if name in _users:
            return "taken"
        _users[name] = user
        return "ok"

    def connect():
        global _http_client
        _http_client = Client()

    def touch():
        global _last
        _last = now()

    @app.get("/")
    def page():
        return [index(), shown("a"), register("a", 1), connect(), touch()]
"""


def test_what_each_process_makes_for_itself_is_no_state(find: Find) -> None:
    """Made at first use, remembered by its key, a way to the outside; users and the last moment are state."""
    found = sorted(place for id, place in find("elasticity", KEPT) if id == "process-state")
    assert found == ["shop/a.py:6", "shop/a.py:8"]


def test_tools_beside_the_application_print_as_they_like(
    graph_of: Callable[[Mapping[str, str]], Graph],
) -> None:
    """A file that nothing imports and a package that only it uses; not what a route leads to."""
    files = {
        "shop/__init__.py": "",
        "shop/web.py": "from flask import Flask\nfrom . import prices\napp = Flask(__name__)\n"
        "@app.get('/')\ndef page():\n    return prices.told()\n",
        "shop/prices.py": "def told():\n    print('asked')\n",
        "shop/resize.py": "def main():\n    print('done')\nmain()\n",
        "linting/__init__.py": "from .rules import rule\n",
        "linting/rules.py": "def rule():\n    print('rule')\n",
    }
    graph = graph_of(files)
    seen = next(
        each for each in plugins("analyzer.capabilities", "capability") if each.name == "observability"
    )
    found = [each.evidence[0].place.path for each in seen.find(graph) if each.id == "print"]
    assert found == ["shop/prices.py"]


def test_settings_of_tests_and_what_is_blacked_out_give_nothing_away(find: Find) -> None:
    """A class of settings for testing; a password that is replaced before it is logged."""
    text = (
        "class Testing(Defaults):\n    WTF_CSRF_ENABLED = False\n"
        "def shown(data):\n    data['password'] = '[REDACTED]'\n    return data\n"
    )
    assert find("security", text) == []
    assert find("security", text.replace("Testing", "Defaults2"))[0][0] == "debug-switch"
