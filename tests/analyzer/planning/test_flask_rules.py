"""Flask's rules are translated as Werkzeug reads them: the two are compared on the same paths."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.evidence import Place
from carveout.analyzer.planning.flask_rules import translate
from carveout.analyzer.planning.overlaps import overlap

SEGMENTS = [
    "a",
    "b.c",
    "a+b(c)*",
    "é",
    "<x>",
    "<int:x>",
    "<float:x>",
    "<int(signed=True):x>",
    "<string(length=2):x>",
    "<string(minlength=2, maxlength=3):x>",
    '<any(a, "b.c", d):x>',
    "<uuid:x>",
    "<path:x>",
    "v<int:x>",
    "<x>.json",
    "<int:x>-<y>",
]
PIECES = ["a", "b.c", "d", "ab", "abc", "1", "-1", "1.5", "v1", "1-a", "é", "éé", "a.json", "a+b(c)*", " ",
          "a b", "12345678-1234-1234-1234-1234567890ab"]  # fmt: skip


def rules() -> st.SearchStrategy[str]:
    parts = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3)
    return st.builds(lambda parts, slash: "/" + "/".join(parts) + slash, parts, st.sampled_from(["", "/"]))


def paths() -> st.SearchStrategy[str]:
    parts = st.lists(st.sampled_from(PIECES), max_size=4)
    return st.builds(
        lambda parts, slash: ("/" + "/".join(parts)).rstrip("/") + slash, parts, st.sampled_from(["", "/"])
    )


def answered_by_werkzeug(texts: list[str], path: str) -> str | None:
    """The rule that answers or redirects, None for 404."""
    # Two variables of one name are no rule; they are told apart here, where they do not matter.
    map = Map([Rule(text, endpoint=text) for text in texts])
    adapter = map.bind("example.org")
    try:
        return str(adapter.match(path)[0])
    except RequestRedirect:
        return str(adapter.match(path + "/")[0])
    except (NotFound, MethodNotAllowed):
        return None


def distinct_variables(text: str) -> str:
    names = iter(string.ascii_lowercase)
    return re.sub(r"(<(?:[^<>]*:)?)[xy]>", lambda match: f"{match[1]}{next(names)}>", text)


@settings(max_examples=400, deadline=None)
@given(rules(), paths())
def test_a_rule_matches_what_werkzeug_matches(text: str, path: str) -> None:
    """The pattern of one rule answers exactly the paths that Werkzeug's rule answers."""
    text = distinct_variables(text)
    expected = answered_by_werkzeug([text], path) is not None
    assert (re.fullmatch(translate(text).pattern, path or "/") is not None) == expected


@settings(max_examples=400, deadline=None)
@given(st.lists(rules(), min_size=2, max_size=4, unique=True), paths())
def test_of_several_rules_the_same_one_is_tried_first(texts: list[str], path: str) -> None:
    """Sorted by `order`, the first pattern that matches is the rule that Werkzeug chooses."""
    texts = list(dict.fromkeys(map(distinct_variables, texts)))
    translated = {text: translate(text) for text in texts}
    matching = [text for text in texts if re.fullmatch(translated[text].pattern, path)]
    chosen = answered_by_werkzeug(texts, path)
    if not matching:
        assert chosen is None
        return
    assert chosen in matching
    if path.endswith("/") or not any(text.endswith("/") for text in matching):
        assert translated[chosen].order == min(translated[text].order for text in matching)


@settings(max_examples=400, deadline=None)
@given(rules(), rules(), paths())
def test_rules_that_share_a_path_overlap(one: str, other: str, path: str) -> None:
    """Whatever both match is never taken for apart."""
    left, right = translate(one), translate(other)
    if re.fullmatch(left.pattern, path) and re.fullmatch(right.pattern, path):
        assert overlap(left.pattern, right.pattern) is not None


def test_rules_that_cannot_meet_do_not_overlap() -> None:
    """Different fixed texts, different lengths and a word for a number keep rules apart."""
    assert overlap(translate("/a/<x>").pattern, translate("/b/<x>").pattern) is None
    assert overlap(translate("/a/<x>").pattern, translate("/a/<x>/c").pattern) is None
    assert overlap(translate("/a/<int:x>").pattern, translate("/a/new").pattern) is None


def test_an_own_converter_is_refused_with_its_place() -> None:
    """A converter that only running the application would explain is not guessed."""
    with pytest.raises(Refused, match="the converter 'money' is the application's own") as caught:
        translate("/pay/<money:amount>", Place("shop/pay.py", 7))
    assert caught.value.place == Place("shop/pay.py", 7)


@pytest.mark.parametrize("text", ["pay", "/pay/<", "/<int(:x>", "/<string(length=x):y>", "/<any():y>"])
def test_what_is_no_rule_is_refused(text: str) -> None:
    """Malformed rules and arguments are mistakes, not crashes."""
    with pytest.raises(Refused):
        translate(text)
