"""The lightest edges that break all cycles."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.analyzer.graph import feedback
from carveout.analyzer.graph.feedback import in_cycles, lightest_breaking, path

PAIRS = st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")).filter(lambda pair: pair[0] != pair[1])


def acyclic(pairs: set[tuple[str, str]]) -> bool:
    """Whether some order of the names has all edges point forwards."""
    return any(all(o.index(a) < o.index(b) for a, b in pairs) for o in permutations("abcde"))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(PAIRS, st.integers(1, 9), max_size=12))
def test_no_set_is_lighter(weights: dict[tuple[str, str], int]) -> None:
    """What is broken leaves no cycle, and every order of the names has at least that weight backwards."""
    broken = lightest_breaking(weights)
    assert acyclic(set(weights) - set(broken))
    least = min(
        sum(w for (a, b), w in weights.items() if order.index(a) > order.index(b))
        for order in permutations("abcde")
    )
    assert sum(weights[pair] for pair in broken) == least


def test_large_knots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what can be weighed in full, a ring of many still loses its lightest edge alone."""
    names = [f"s{number:02}" for number in range(40)]
    ring = dict.fromkeys(zip(names, [*names[1:], names[0]], strict=True), 5)
    ring["s07", "s08"] = 1
    assert lightest_breaking(ring) == (("s07", "s08"),)
    monkeypatch.setattr(feedback, "_CLOSE", 5)
    assert in_cycles(set(ring) - set(lightest_breaking(ring))) == frozenset()
    monkeypatch.setattr(feedback, "_EXACT", 2)
    broken = lightest_breaking({("a", "b"): 3, ("b", "a"): 1, ("b", "c"): 2, ("c", "a"): 1, ("c", "d"): 1})
    assert broken == (("b", "a"), ("c", "a"))


def test_ways() -> None:
    """Edges of cycles, and the shortest way back."""
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("b", "a")]
    assert in_cycles(pairs) == {("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")}
    assert path(pairs, "b", "a") == ("b", "a")
    assert path(pairs, "a", "d") == ("a", "b", "c", "d")
    assert path(pairs, "d", "a") == path(pairs, "d", "x") == path((), "x", "y") == ()
