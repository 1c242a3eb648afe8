"""What is told before the knife: what others call, how its values cross, and what is unsafe about it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.findings import Hazard
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.interface import Offered
from carveout.analyzer.model.plan import Step
from carveout.analyzer.planning.seam import seam

GraphOf = Callable[..., Graph]
StepOf = Callable[..., Step]


@pytest.fixture
def step_of(graph_of: GraphOf, tmp_path: Path) -> StepOf:
    """step_of({"shop/pay.py": ...}): the step seam of a service `pay` that owns shop.pay and the table payment."""

    def make(files: dict[str, Any], accepted: tuple[str, ...] = (), **changes: Any) -> Step:
        graph = graph_of({"shop/__init__.py": "", **files})
        pay = Service("pay", modules=("shop.pay",), tables=("payment",), **changes)
        (step,) = seam(graph, Boundary((pay,), Shared()), "pay", tmp_path, accepted).steps
        return step

    return make


def called(body: str, calls: str, extra: dict[str, str] | None = None) -> dict[str, str]:
    return {
        "shop/pay.py": body,
        "shop/web.py": f"from .pay import *\nfrom . import pay\n\n{calls}\n",
        **(extra or {}),
    }


def offered(step: Step) -> dict[str, Offered]:
    return {each.name: each for each in step.interface.offered}


def found(step: Step) -> dict[str, Hazard]:
    return {hazard.id: hazard for hazard in step.hazards}


def test_a_new_type_crosses_as_what_it_is_at_run_time(step_of: StepOf) -> None:
    """`UserId = NewType("UserId", int)` makes numbers, whatever checkers call them."""
    step = step_of(called(
        """
        from .ids import UserId
        def charge(a: UserId, b: list[UserId]) -> UserId | None:
            return a
        """,
        "def buy(): return pay.charge(1, [2])",
        {"shop/ids.py": "from typing import NewType\nNumber = int\nUserId = NewType('UserId', Number)\n"},
    ))  # fmt: skip
    charge = offered(step)["charge"]
    assert [each.type for each in (*charge.parameters, charge.result)] == ["int", "list[int]", "int | None"]
    assert charge.crosses and not step.refused


def test_functions_that_others_call_with_their_types_and_places(step_of: StepOf) -> None:
    step = step_of(called(
        '''
        from __future__ import annotations
        from typing import Optional as Maybe
        from .money import Cents, Price
        from decimal import Decimal as D

        class Gone(Exception): ...

        def charge(a: Cents, b: "Maybe[Price]" = None, *rest: int, c: list[D], **more: str) -> dict[str, Price]:
            if a < 0:
                raise Gone(a)
            return {}

        def inner(): return charge(1, c=[])
        def unused(): ...
        ''',
        "def buy():\n    try:\n        return pay.charge(1, c=[])\n    except LookupError: ...",
        {"shop/money.py": "from dataclasses import dataclass\nCents = int\n@dataclass\nclass Price:\n    cents: int\n    inner: 'Price | None' = None\n",
         "tests/test_pay.py": "from shop.pay import charge\ndef test_it(): assert charge(1, c=[])\n"},
    ))  # fmt: skip
    assert offered(step).keys() == {"charge"}
    charge = offered(step)["charge"]
    told = [(each.name, each.kind, each.type, each.how) for each in (*charge.parameters, charge.result)]
    assert told == [
        ("a", "either", "int", "declared"),
        ("b", "either", "typing.Optional[shop.money.Price]", "declared"),
        ("rest", "*", "int", "declared"),
        ("c", "keyword", "list[decimal.Decimal]", "declared"),
        ("more", "**", "str", "declared"),
        ("return", "", "dict[str, shop.money.Price]", "declared"),
    ]
    assert charge.raises == ("LookupError", "shop.pay.Gone")
    assert [str(place) for place in charge.callers] == ["shop/web.py:6"]
    assert [place.path for place in charge.tests] == ["tests/test_pay.py"]
    assert (charge.place.path, charge.impure, charge.stays, charge.crosses) == ("shop/pay.py", "", "", True)
    assert [use.name for use in step.interface.tests] == ["tests/test_pay.py"]
    assert step.refused == ()


def test_an_object_crosses_by_what_is_read_of_it(step_of: StepOf) -> None:
    step = step_of(called(
        '''
        def invite(user, request):
            host = request.META["HOST"].split(",")[0]
            return limit(user.profile.id, host)

        def limit(number, host): return number == host

        def whole(user): return store(user)
        def store(user): KEPT.append(user)
        KEPT = []

        def told(user): return user.is_staff()
        ''',
        "def go(user, request):\n    pay.invite(user, request); pay.whole(user); pay.told(user)",
    ))  # fmt: skip
    functions = offered(step)
    assert [(each.how, each.paths) for each in functions["invite"].parameters] == [
        ("parts", ("profile.id",)), ("parts", ("META['HOST']",))
    ]  # fmt: skip
    assert functions["told"].parameters[0].how == "never"
    assert "is_staff" in functions["told"].parameters[0].why


def test_an_object_that_a_function_makes_and_returns_stays(step_of: StepOf) -> None:
    """Without a declared result: made at once, kept in a name, by a class method; a data class is not told."""
    step = step_of(called(
        """
        from dataclasses import dataclass
        class Till:
            def __init__(self, session): self.session = session
            @classmethod
            def make(cls): return cls(1)
        @dataclass
        class Bill:
            total: int
        def one(session): return Till(session)
        def two(session):
            till = Till(session)
            return till
        def three(): return Bill(1)
        """,
        "def go(s):\n    pay.one(s), pay.two(s), pay.three(), pay.Till.make()",
    ))  # fmt: skip
    told = {name: each.result.why for name, each in offered(step).items()}
    assert all("Till does not survive serialisation" in told[name] for name in ("one", "two", "Till.make"))
    assert "serialisation" not in told["three"]


def test_what_an_object_gives_as_data_may_be_changed(step_of: StepOf) -> None:
    """`dict()` of a model is new: only what is set on the object itself is named."""
    step = step_of(called(
        "def f(alert):\n    seen = alert.dict()\n    seen['source'] = 1\n    alert.status = seen['status']\n",
        "def go(alert):\n    pay.f(alert)",
    ))  # fmt: skip
    assert "(status)" in offered(step)["f"].parameters[0].why


def test_what_is_made_of_a_text_may_be_changed(step_of: StepOf) -> None:
    step = step_of(called(
        "def f(text: str) -> str: return text.split('.').pop()\ndef g(text): text.split('.').sort()\n",
        "def go():\n    pay.f('a'); pay.g('a')",
    ))  # fmt: skip
    assert step.refused == ()


@pytest.mark.parametrize(("hazard", "body", "calls"), [
    ("generator", "def f(n: int):\n    yield n\n", "pay.f(1)"),
    ("generator", "from typing import Iterator\ndef f(n: int) -> Iterator[int]: ...\n", "pay.f(1)"),
    ("callback", "from typing import Callable\ndef f(done: Callable[[], None]) -> None: done()\n", "pay.f(print)"),
    ("callback", "def f(done) -> None: done()\n", "pay.f(print)"),
    ("mutable-argument", "def f(rows: list[int]) -> None: rows.append(1)\n", "pay.f([])"),
    ("mutable-argument", "def f(row) -> None: row.state = 1\n", "pay.f(object())"),
    ("object-crosses", "import threading\ndef f(lock: threading.Lock) -> None: lock.acquire()\n", "pay.f(1)"),
    ("object-crosses", "class Cart: ...\ndef f() -> Cart: return Cart()\n", "pay.f()"),
    ("object-crosses", "from dataclasses import dataclass\nclass Cart: ...\n@dataclass\nclass Box:\n    cart: Cart\ndef f() -> list[Box]: ...\n", "pay.f()"),
    ("stays-in-process", "class A:\n    @property\n    def f(self) -> int: return 1\n", "pay.A().f"),
    ("context-local", "from flask import request\ndef f() -> str: return g()\ndef g() -> str: return request.path\n", "pay.f()"),
    ("untyped-value", "def f(n): return n + 1\n", "pay.f(1)"),
    ("broad-except", "def f() -> int: return 1\n", "try:\n        pay.f()\n    except Exception: pass"),
])  # fmt: skip
def test_hazards_by_their_ids(step_of: StepOf, hazard: str, body: str, calls: str) -> None:
    step = step_of({"shop/pay.py": body, "shop/web.py": f"from . import pay\ndef go():\n    {calls}\n"})
    assert hazard in found(step)
    told = found(step)[hazard]
    assert told.consequence and told.help
    assert told.evidence[0].place.path.startswith("shop/")
    expected = hazard not in ("untyped-value", "broad-except")
    assert (told in step.refused) is expected


def test_rows_of_an_orm_do_not_cross_and_transactions_do_not_span(step_of: StepOf) -> None:
    step = step_of({
        "manage.py": "",
        "shop/pay.py": """
            from django.db import models
            class Payment(models.Model):
                class Meta:
                    db_table = "payment"
            def find(id: int) -> Payment: return Payment.objects.get(id=id)
            def make(cents: int) -> int: return Payment.objects.create().id
            def count() -> int: return Payment.objects.count()
            """,
        "shop/web.py": """
            from django.db import transaction
            from . import pay
            def buy():
                pay.find(1), pay.count()
                with transaction.atomic():
                    deeper()
            def deeper(): pay.make(1)
            def other():
                pay.Payment.objects.update(a=1)
            """,
    })  # fmt: skip
    hazards = found(step)
    assert hazards["instance-crosses"].subject == "shop.pay.find"
    assert hazards["transaction-spans"].subject == "shop.pay.make"
    assert [str(evidence.place) for evidence in hazards["transaction-spans"].evidence][1].startswith(
        "shop/web.py:"
    )
    assert (
        hazards["table-access"].title == "the table payment is read or written at 1 place outside the service"
    )
    functions = offered(step)
    assert functions["make"].impure.startswith("writes payment at shop/pay.py:")
    assert functions["count"].impure == functions["find"].impure == ""


def test_what_changes_the_world_may_not_be_asked_twice(step_of: StepOf) -> None:
    step = step_of(called(
        '''
        import os, json, requests, random
        COUNT = 0
        def pure(text: str) -> int: return json.loads(text)["a"] + len(text)
        def file(text: str) -> None: open(text)
        def system(text: str) -> None: os.remove(text)
        def far() -> None: requests.post("http://bank/x")
        def deeper(text: str) -> None: file(text)
        def unseen(name: str) -> None: getattr(json, name)()
        def memory() -> None:
            global COUNT
            COUNT += 1
        ''',
        "def go():\n    pay.pure(''); pay.file(''); pay.system(''); pay.far(); pay.deeper(''); pay.memory(); pay.unseen('')",
    ))  # fmt: skip
    impure = {name: each.impure for name, each in offered(step).items()}
    assert impure.pop("pure") == ""
    assert all(impure.values()), impure
    assert impure["deeper"].startswith("open() may change anything")


def test_methods_cross_by_what_they_read_of_their_object_and_never_return_it(step_of: StepOf) -> None:
    step = step_of(called(
        """
        from typing import Self
        class Cart:
            def total(self, rate: float) -> float: return self.cents * rate
            def kept(self): store(self)
            def me(self) -> Self: return self
            @classmethod
            def make(cls, n: int) -> "list[Self]": return []
            def flag(self): return self.cents > 1 and not self.open
            def name(self): return self.names[0]
        def store(cart): STORE.add(cart)
        """,
        "def go():\n    c = pay.Cart()\n    c.total(1.0); c.kept(); c.me(); c.make(1); c.flag(); c.name()",
    ))  # fmt: skip
    functions = offered(step)
    assert functions["Cart.total"].parameters[0][3:5] == ("parts", ("cents",))
    assert functions["Cart.kept"].parameters[0].how == "never"
    assert [functions[f"Cart.{name}"].result.how for name in ("me", "make")] == ["never", "never"]
    loose = {hazard.subject for hazard in step.refused if hazard.id == "untyped-result"}
    assert loose & {"shop.pay.Cart.flag", "shop.pay.Cart.name"} == {"shop.pay.Cart.name"}


def test_memory_that_both_sides_use(step_of: StepOf) -> None:
    step = step_of({
        "shop/pay.py": "SEEN = {}\ndef f(n: int) -> None:\n    SEEN[n] = 1\n",
        "shop/web.py": "from . import pay\ndef go():\n    pay.f(1)\n    return pay.SEEN[1]\n",
    })  # fmt: skip
    hazard = found(step)["module-state"]
    assert (hazard.severity, "shop.pay.SEEN" in hazard.title) == ("error", True)


def test_patched_names_and_foreign_keys_that_cascade(step_of: StepOf) -> None:
    step = step_of({
        "manage.py": "",
        "shop/pay.py": """
            from django.db import models
            class Payment(models.Model):
                class Meta:
                    db_table = "payment"
            def f() -> int: return 1
            """,
        "shop/refund/models.py": """
            from django.db import models
            from shop.pay import Payment, f
            class Refund(models.Model):
                payment = models.ForeignKey(Payment, on_delete=models.CASCADE)
                class Meta:
                    db_table = "refund"
            def go(): f()
            """,
        "tests/test_it.py": "from unittest.mock import patch\n@patch('shop.pay.f')\ndef test_it(f): ...\n",
    })  # fmt: skip
    hazards = found(step)
    assert "shop.pay.f" in hazards["patched-name"].title
    assert hazards["patched-name"].evidence[0].place.path == "tests/test_it.py"
    assert "refund" in hazards["cascade"].title


def test_hazards_are_accepted_by_kind_or_by_function(step_of: StepOf) -> None:
    files = called(
        "def f(a: list[int]) -> None: a.append(1)\ndef g(a: list[int]) -> None: a.append(1)\n",
        "def go():\n    pay.f([]); pay.g([])",
    )
    assert len(step_of(files).refused) == 2
    assert step_of(files, ("mutable-argument",)).refused == ()
    (left,) = step_of(files, ("mutable-argument:shop.pay.f",)).refused
    assert left.subject == "shop.pay.g"
    with pytest.raises(UsageError, match="no hazard 'mutable-argumnt'"):
        step_of(files, ("mutable-argumnt",))


def test_broken_and_odd_sources_leave_no_traceback(step_of: StepOf) -> None:
    deep = "x" + "[0" * 3000 + "]" * 3000
    step = step_of({
        "shop/pay.py": "def f(a: 'list[', b: 1 + 1, c: (yield_ := 2), d: lambda: 3) -> {}: ...\n",
        "shop/odd.py": f"def g(: broken\n{deep}",
        "shop/web.py": "from . import pay\ndef go():\n    pay.f(1, 2, 3, 4)\n",
    })  # fmt: skip
    assert [each.type for each in offered(step)["f"].parameters] == ["", "", "", ""]
