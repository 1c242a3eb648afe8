"""What the generated code sends comes out as it went in, or is refused: run as it is written for users."""

import json
import math
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.generators.seams.contract import runtime_files

SHOP = """
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import NamedTuple, TypedDict

class Colour(Enum):
    RED = "red"
    BLUE = "blue"

class Level(IntEnum):
    LOW = 1

class Point(NamedTuple):
    x: int
    y: "float | None"

class Options(TypedDict, total=False):
    depth: int
    names: list[str]

@dataclass(frozen=True)
class Price:
    cents: int
    colour: Colour = Colour.RED
    parts: "tuple[Price, ...]" = ()
    made: int = field(default=0, init=False)

    def __post_init__(self):
        if self.cents < 0:
            raise ValueError("runs once only")

class Whole: pass
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    """The generated modules and a shop, importable."""
    root = tmp_path_factory.mktemp("codec")
    (root / "codec_shop.py").write_text(SHOP)
    for path, text in runtime_files("codec_app/seams").items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    sys.path.insert(0, str(root))
    try:
        import importlib

        names = ("plain", "codec", "parts", "exceptions", "errors")
        yield {
            "shop": importlib.import_module("codec_shop"),
            **{name: importlib.import_module(f"codec_app.seams.{name}") for name in names},
        }
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.startswith(("codec_app", "codec_shop"))]:
            del sys.modules[name]


def through(codec: Any, value: Any) -> Any:
    return codec.decode(json.loads(json.dumps(codec.encode(value), allow_nan=False)))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


KEYS = st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.uuids()
PLAIN = (
    KEYS
    | st.floats()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.datetimes()
    | st.timedeltas()
    | st.times()
)
DATA = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(KEYS, inner) | st.frozensets(KEYS)
        | st.dictionaries(st.sampled_from(["$", "v", "a"]), inner)
    ),
    max_leaves=12,
)  # fmt: skip


@given(DATA)
def test_plain_data_is_told_by_itself(made: dict[str, ModuleType], value: Any) -> None:
    assert same(through(made["plain"].VALUE, value), value)


@pytest.mark.parametrize(("text", "values"), [
    ("int", [1, True, -(10**30)]),
    ("float", [1.5, 2, float("inf"), float("nan")]),
    ("str | None", ["", None, "ä\u2028"]),
    ("int | str | None", [1, "1", None]),
    ("typing.Optional[list[int]]", [None, [], [1]]),
    ("dict[str, list[decimal.Decimal]]", [{}, {"a": []}]),
    ("dict[int, str]", [{1: "a", 0: "b"}]),
    ("tuple[int, str]", [(1, "a")]),
    ("tuple[int, ...]", [(), (1, 2)]),
    ("collections.abc.Sequence[int]", [[1], (1,)]),
    ("set[str]", [{"a", "b"}]),
    ("typing.Literal['a', 1]", ["a", 1]),
    ("typing.Any", [[(1, {2: b"x"})]]),
    ("list", [[1, (2,)]]),
])  # fmt: skip
def test_declared_types_come_out_as_they_went_in(
    made: dict[str, ModuleType], text: str, values: list[Any]
) -> None:
    codec = made["codec"].declared(text)
    for value in values:
        assert same(through(codec, value), value)


def test_classes_of_the_project_come_out_as_what_they_are(made: dict[str, ModuleType]) -> None:
    shop, declared = made["shop"], made["codec"].declared
    price = shop.Price(3, shop.Colour.BLUE, (shop.Price(1),))
    assert through(declared("codec_shop.Price"), price) == price
    odd = object.__new__(shop.Price)
    for name, value in (("cents", -1), ("colour", shop.Colour.RED), ("parts", ()), ("made", 7)):
        object.__setattr__(odd, name, value)
    assert through(declared("codec_shop.Price"), odd) == odd  # neither __init__ nor __post_init__ runs again
    assert through(declared("codec_shop.Point"), shop.Point(1, None)) == shop.Point(1, None)
    assert through(declared("codec_shop.Level"), shop.Level.LOW) is shop.Level.LOW
    assert through(declared("list[codec_shop.Colour]"), [shop.Colour.RED]) == [shop.Colour.RED]
    assert through(declared("codec_shop.Options"), {"depth": 2}) == {"depth": 2}


@pytest.mark.parametrize(("text", "value"), [
    ("int", "1"), ("int", 1.0), ("str", 1), ("str", b"x"), ("bool", 1), ("list[int]", (1,)), ("list[int]", ["1"]),
    ("datetime.date", "2020-01-01"), ("tuple[int, int]", (1,)), ("codec_shop.Price", object()),
    ("codec_shop.Colour", "red"), ("codec_shop.Options", {"other": 1}), ("dict[str, int]", [("a", 1)]),
    ("typing.Any", object()), ("typing.Any", [iter(())]), ("collections.abc.Iterable[int]", iter([1])),
])  # fmt: skip
def test_what_is_not_as_declared_is_refused(made: dict[str, ModuleType], text: str, value: Any) -> None:
    with pytest.raises(made["errors"].SeamTypeError):
        made["codec"].declared(text).encode(value)


@settings(max_examples=40)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda i: st.lists(i) | st.dictionaries(st.text() | st.just("$"), i)))  # fmt: skip
@pytest.mark.parametrize("text", ["typing.Any", "int | str", "codec_shop.Price", "datetime.datetime", "dict[int, bytes]", "collections.abc.Sequence[uuid.UUID]", "codec_shop.Point", "list[codec_shop.Level]"])  # fmt: skip
def test_garbage_is_refused_by_one_error(made: dict[str, ModuleType], text: str, value: Any) -> None:
    try:
        made["codec"].declared(text).decode(value)
    except made["errors"].SeamTypeError:
        pass


def test_objects_cross_by_the_paths_that_are_read(made: dict[str, ModuleType]) -> None:
    class Lazy:
        """Stands for another object, as Django's `request.user` does."""

        def __init__(self, inner: Any) -> None:
            self.__dict__["inner"] = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__dict__["inner"], name)

        def __getitem__(self, key: Any) -> Any:
            return self.__dict__["inner"][key]

    class Thing:
        def __init__(self, **values: Any) -> None:
            self.__dict__.update(values)

    codec = made["parts"].parts("id", "META['REMOTE_ADDR']", "META['HTTP_X']", "profile.name", "items[0]")
    whole = Thing(id=5, META=Lazy({"REMOTE_ADDR": "::1"}), profile=None, items=[7], session=object())
    there = through(codec, Lazy(whole))
    assert (there.id, there.META["REMOTE_ADDR"], there.items[0], there.profile) == (5, "::1", 7, None)
    assert there.META.get("HTTP_X", "none") == "none"
    assert "HTTP_X" not in there.META
    with pytest.raises(KeyError):
        there.META["HTTP_X"]
    refused = made["errors"].SeamTypeError
    for undeclared in (
        lambda: there.session, lambda: there.META.get("HOST"), lambda: there.META["HOST"], lambda: "HOST" in there.META,
    ):  # fmt: skip
        with pytest.raises(refused, match="did not cross"):
            undeclared()
    with pytest.raises(AttributeError):
        _ = through(codec, Thing()).id
    with pytest.raises(refused):
        codec.encode(Thing(id=object()))


def test_declared_exceptions_are_the_same_classes_again(made: dict[str, ModuleType]) -> None:
    shop, exceptions = made["shop"], made["exceptions"]
    source = """
class Declined(Exception):
    status = 402
    def __init__(self, message, *, payment_id):
        super().__init__(message)
        self.payment_id = payment_id
        self.session = object()
class Harder(Declined): pass
"""
    exec(source, vars(shop))
    declared = ["codec_shop.Declined", "builtins.KeyError", "codec_shop.Gone"]
    there = exceptions.decode_exception(
        json.loads(json.dumps(exceptions.encode_exception(shop.Harder("no", payment_id=3), declared))),
        declared,
    )
    assert type(there) is shop.Declined
    assert (there.args, there.payment_id, there.status) == (("no",), 3, 402)
    assert not hasattr(there, "session")
    assert exceptions.encode_exception(RuntimeError("x"), declared) is None
    again = exceptions.decode_exception(exceptions.encode_exception(KeyError("a"), declared), declared)
    assert isinstance(again, KeyError) and again.args == ("a",)
    forgeries: tuple[Any, ...] = (
        {"type": "builtins.SystemExit"},
        {"type": "os.remove"},
        [],
        {"type": "codec_shop.Declined"},
    )
    for forged in forgeries:
        with pytest.raises(made["errors"].SeamTypeError):
            exceptions.decode_exception(forged, declared)


def test_columns_that_a_query_gave_come_out_as_a_row(made: dict[str, ModuleType]) -> None:
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT 1 AS account, 'ada' AS name, 2.5 AS score")).all()
    (row,) = through(made["plain"].VALUE, rows)
    assert type(row) is type(rows[0]) and tuple(row) == (1, "ada", 2.5)
    assert (row.account, row.name, row.score) == (1, "ada", 2.5)
    assert dict(row._mapping) == dict(rows[0]._mapping)


def test_a_row_is_a_tuple_with_names_where_there_is_no_sqlalchemy(
    made: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine", None)
    row = made["plain"].VALUE.decode({"$": "row", "v": [["account", "class"], [1, "b"]]})
    assert row.account == 1 and tuple(row) == (1, "b")
    for broken in ([["a"], []], [["a"]], "ab", None, [[1], [1]]):
        with pytest.raises(made["errors"].SeamTypeError):
            made["plain"].VALUE.decode({"$": "row", "v": broken})
