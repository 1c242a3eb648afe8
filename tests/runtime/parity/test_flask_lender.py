"""What a service of Flask is given of the application that is tested: by then there may be none, or another."""

import importlib
from pathlib import Path
from typing import Any

import flask
import pytest

from carveout.runtime.parity import running


@pytest.fixture
def lender(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(running.__file__).parent / "inside"))
    return importlib.import_module("carveout_flask_lender").Lender(lambda name: None)


def application(database: str, **config: Any) -> flask.Flask:
    made = flask.Flask("shop")
    made.config.update(SQLALCHEMY_DATABASE_URI=database, **config)
    return made


def test_settings_are_those_of_the_application(lender: Any) -> None:
    with application("sqlite:///a.db", API_TOKEN="t", S3_SECRET=None, DATABASE_URL="another").app_context():
        told = lender.on_settings(["DATABASE_URL", "API_TOKEN", "S3_SECRET", "NOT_THERE"])
        wishes = lender.on_wishes(["API_TOKEN", "S3_SECRET"])
    assert told == {"DATABASE_URL": "sqlite:///a.db", "API_TOKEN": "t", "S3_SECRET": "", "NOT_THERE": ""}
    assert wishes == {"API_TOKEN": "t"}


def test_a_service_that_starts_before_there_is_an_application_is_started_again(lender: Any) -> None:
    told = lender.on_settings(["DATABASE_URL", "API_TOKEN"])
    assert told["DATABASE_URL"] == "sqlite://" and len(told["API_TOKEN"]) == 64
    assert lender.on_wishes(["CACHE"]) == {} and not lender.knows_more()
    with application("sqlite:///a.db").app_context():
        assert lender.knows_more()
        lender.on_settings(["DATABASE_URL"])
        assert not lender.knows_more()


def test_an_application_for_each_test_has_a_database_of_its_own(lender: Any) -> None:
    with application("sqlite:///a.db").app_context():
        lender.on_settings(["DATABASE_URL"])
        assert not lender.has_moved()
    with application("sqlite:///b.db").app_context():
        assert lender.has_moved()
