"""Models of pydantic come out as they went in: fields, what was set, what is extra; nothing is validated twice."""

import sys
import uuid
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from carveout.generators.seams.contract import runtime_files

SHOP = """
from __future__ import annotations
import datetime
from pydantic import UUID4, BaseModel, ConfigDict, Field, PositiveInt, PrivateAttr, field_validator

class Line(BaseModel):
    sku: str
    count: PositiveInt = 1

class Order(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: UUID4
    at: datetime.datetime | None = None
    lines: list[Line] = []
    inner: Order | None = None
    title: str = Field("none", alias="Title")
    _note: str = PrivateAttr("n")

    @field_validator("title")
    @classmethod
    def once(cls, value):
        return value + "!"

class Below(Order): ...
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = tmp_path_factory.mktemp("pydantic")
    (root / "pydantic_shop.py").write_text(SHOP)
    for path, text in runtime_files("pydantic_app/seams").items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    sys.path.insert(0, str(root))
    try:
        yield import_module("pydantic_shop")
    finally:
        sys.path.remove(str(root))


def codec() -> Any:
    return import_module("pydantic_app.seams.codec").declared("list[pydantic_shop.Order]")


def test_models_come_out_as_they_went_in(shop: Any) -> None:
    order = shop.Order(id=uuid.uuid4(), Title="a", lines=[shop.Line(sku="x", count=2)], other=[1, "b"])
    order.inner = shop.Order(id=uuid.uuid4())
    (back,) = codec().decode(codec().encode([order]))
    assert back == order and back.title == "a!" and back.other == [1, "b"]
    assert back.model_dump() == order.model_dump()
    assert back.model_dump(exclude_unset=True) == order.model_dump(exclude_unset=True)
    assert back.inner.model_fields_set == {"id"} and back._note == "n"


def test_what_is_no_such_model_is_refused(shop: Any) -> None:
    error = import_module("pydantic_app.seams.errors").SeamTypeError
    for wrong in (shop.Below(id=uuid.uuid4()), {"id": 1}, None):
        with pytest.raises(error):
            codec().encode([wrong])
    bodies: list[Any] = [[{}], [{"fields": {"id": "x"}}], [1], {"fields": 1}]
    for broken in bodies:
        with pytest.raises(error):
            codec().decode(broken)
