"""The phase of the journey: declared or not known, with what the code shows and what the next phase needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carveout.analyzer.assessment import assess
from carveout.analyzer.model.assessment import AssessmentResult, JourneyState
from carveout.analyzer.model.errors import ConfigurationError
from carveout.generators.reports import choose

CODE = """
import requests
from flask import Flask
app = Flask(__name__)
SEEN = {}

@app.get("/v1/orders")
def orders(cursor):
    SEEN["last"] = 1
    cursor.execute("SELECT id FROM orders")
    requests.get("https://rates.example.org/all")
"""


def _journey(root: Path, declared: str) -> JourneyState:
    (root / "app.py").write_text(CODE)
    (root / "carveout.toml").write_text(declared)
    return assess(root, "shop", workers=1, cache=False).journey


def test_a_declared_phase_needs_what_the_next_one_needs(tmp_path: Path) -> None:
    """With the place of the declaration, and places of what stands against it."""
    found = _journey(tmp_path, '[journey]\nphase = "pivot"\n')
    assert (found.phase, str(found.place)) == ("pivot", "carveout.toml:2")
    assert {each.kind for each in found.needs} == {"growth"}
    assert [str(each.evidence[0].place) for each in found.needs] == ["app.py:5", "app.py:4"]


def test_signals_are_told_with_their_places(tmp_path: Path) -> None:
    """Entry points, tables, requests and versions; nothing of what is not there."""
    signals = {each.said: each.kind for each in _journey(tmp_path, "").signals}
    assert signals == {
        "one application answers all 1 entry points": "pivot",
        "1 request to 1 other host": "integration",
        "1 routes with a version in their path": "integration",
    }


def test_an_undeclared_phase_is_not_guessed(tmp_path: Path) -> None:
    """Said so, in text and JSON; then the needs of all phases but the first are told."""
    found = _journey(tmp_path, "")
    assert (found.phase, found.place) == ("", None)
    assert {each.kind for each in found.needs} >= {"growth", "optimisation"}
    result = assess(tmp_path, "shop", workers=1, cache=False)
    text = choose(AssessmentResult, "text").render(result).decode()
    assert "phase of the journey: not known from code" in text
    assert json.loads(choose(AssessmentResult, "json").render(result))["journey"]["phase"] is None


def test_a_phase_that_there_is_not_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    """And with the one that was meant."""
    with pytest.raises(ConfigurationError, match="groth") as error:
        _journey(tmp_path, '[journey]\nphase = "groth"\n')
    assert 'did you mean "growth"' in str(error.value.mistakes[0].help)


def test_the_last_phase_needs_nothing_further(tmp_path: Path) -> None:
    """Nothing comes after integration."""
    assert _journey(tmp_path, '[journey]\nphase = "integration"\n').needs == ()


def test_a_phase_of_which_nothing_is_seen_is_a_contradiction(tmp_path: Path) -> None:
    """Shown at the top, with the line of the declaration; not where something is seen."""
    _journey(tmp_path, '[journey]\nphase = "growth"\n')
    result = assess(tmp_path, "shop", workers=1, cache=False)
    assert [str(each.evidence[0].place) for each in result.contradictions] == ["carveout.toml:2"]
    assert "contradicts:" in choose(AssessmentResult, "text").render(result).decode()
    _journey(tmp_path, '[journey]\nphase = "integration"\n')
    assert assess(tmp_path, "shop", workers=1, cache=False).contradictions == ()
