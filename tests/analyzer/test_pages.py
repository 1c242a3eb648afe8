"""The pages of `explain`: complete, short enough to read, found by any spelling of their names."""

from __future__ import annotations

import pytest

from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.pages import page_named, pages
from carveout.analyzer.plugins import plugins

PARTS = {
    "rule": ("What it does", "Why it matters", "Example", "How to fix it", "Options"),
    "pattern": ("When it applies", "Evidence", "Consequences", "How to do it", "Scaffold"),
    "capability": ("What counts", "Why it matters", "How to fix it"),
}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_each_page_says_all_that_its_kind_says(page: object) -> None:
    """Whatever is one; the parts in their order."""
    from carveout.analyzer.pages import Page

    assert isinstance(page, Page)
    places = [page.text.find(part) for part in PARTS[page.kind]]
    assert -1 not in places and places == sorted(places), page.name


def test_each_pattern_says_what_scaffold_adds() -> None:
    """The name of what is generated, or that it is advice only."""
    for detector in plugins("analyzer.patterns", "detector"):
        said = page_named(detector.name).text.partition("\nScaffold\n")[2]
        if detector.scaffold:
            assert "carveout scaffold SERVICE" in said
        else:
            assert "Advice only" in said


def test_pages_are_found_by_name_or_code() -> None:
    """Case does not matter, nor whether a line or a dash parts words; a wrong name gets the nearest one."""
    assert (
        page_named("CO201") == page_named("table-read") == page_named(" Co201 ") == page_named("table_read")
    )
    assert page_named("pub_sub") == page_named("PUB-SUB")
    with pytest.raises(UsageError, match='there is no page "table-reed"') as caught:
        page_named("table-reed")
    assert "did you mean table-read?" in caught.value.help
