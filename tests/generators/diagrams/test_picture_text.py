"""Names as text: visible, harmless, on one line, never wider than their room."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from carveout.generators.diagrams.text import clean, fit, width, wrap


@given(st.text(st.characters()))
def test_clean_text_is_valid_xml_on_one_line(text):
    """Whatever the text, XML takes it, and neither controls nor direction marks are left."""
    cleaned = clean(text)
    element = ElementTree.Element("t")
    element.text = cleaned
    assert ElementTree.fromstring(ElementTree.tostring(element)).text == (cleaned or None)
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(char) for char in cleaned}
    assert not any(
        unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE", "RLI", "PDF") for c in cleaned
    )


def test_controls_stay_visible():
    """A control character is shown as its picture, a direction mark as its escape."""
    assert clean("a\x00b\n\u202ec") == "a␀b␊\\u202ec"


@given(st.text(st.characters(), max_size=400), st.floats(20, 400), st.booleans())
def test_fitted_text_fits(text, room, monospace):
    """A fitted text is at most as wide as its room."""
    assert width(fit(text, 12, room, monospace=monospace), 12, monospace=monospace) <= room


def test_long_names_keep_both_ends():
    """A long name is shortened in its middle, where it says least."""
    short = fit("catalogue_product_category_hierarchy", 12, 150, monospace=True)
    assert short.startswith("catalogue")
    assert short.endswith("archy")
    assert "…" in short


def test_wrapping_keeps_the_words():
    """A wrapped sentence has all its words and no line is too wide."""
    text = "what could not be resolved is missing here and that is said"
    lines = wrap(text, 12, 120)
    assert " ".join(lines) == text
    assert all(width(line, 12) <= 120 for line in lines)
