"""`[[pins]]` and `[proposals]` of the boundary file."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.analyzer.model.errors import ConfigurationError
from carveout.analyzer.model.evidence import Place
from carveout.analyzer.model.pins import Pin, Sizes
from carveout.analyzer.project.config import load_project


def test_pins_and_sizes_are_read_with_their_places(tmp_path: Path) -> None:
    """One of three kinds each, in the order of the file."""
    (tmp_path / "carveout.toml").write_text(
        '[proposals]\nsmallest = 3\nlargest = 80\n\n[[pins]]\nservice = "pay"\nnames = ["shop.pay", "table:payment"]\n'
        '\n[[pins]]\ntogether = ["a", "b"]\n\n[[pins]]\napart = ["c", "d", "e"]\n',
        "utf-8",
    )
    project = load_project(tmp_path)
    assert project.sizes == Sizes(3, 80)
    assert project.pins == (
        Pin("service", ("shop.pay", "table:payment"), "pay", Place("carveout.toml", 6)),
        Pin("together", ("a", "b"), place=Place("carveout.toml", 10)),
        Pin("apart", ("c", "d", "e"), place=Place("carveout.toml", 13)),
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[[pins]]\nservice = "pay"\n', "[[pins]] has no names"),
        ('[[pins]]\nnames = ["a"]\n', "[[pins]] has no service"),
        ("[[pins]]\n", "a pin says one of service, together and apart"),
        ('[[pins]]\ntogether = ["a", "b"]\napart = ["a", "b"]\n', "a pin says one of"),
        ('[[pins]]\napart = ["a"]\n', "apart in [[pins]] names one thing"),
        ("[proposals]\nsmallest = 0\n", "smallest in [proposals] is no number of modules"),
        ("[proposals]\nlargest = 2.5\n", "largest in [proposals] is no number of modules"),
        ("[proposals]\nsmallest = 9\nlargest = 3\n", "smallest is 9 and largest 3"),
        ("[proposals]\nsmalest = 9\n", "smalest"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, what: str) -> None:
    """With their lines, as all others of the file."""
    (tmp_path / "carveout.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_project(tmp_path)
    assert any(what in mistake.what for mistake in caught.value.mistakes)
    assert all(mistake.place is not None and mistake.place.line for mistake in caught.value.mistakes)
