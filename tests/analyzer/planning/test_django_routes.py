"""Django's patterns are translated as Django resolves them: both are asked for the same paths."""

import json
import re
from typing import Any

import pytest
from django.conf import settings as django_settings  # type: ignore[import-untyped]
from django.urls import Resolver404, URLPattern, URLResolver, path, re_path  # type: ignore[import-untyped]
from django.urls.resolvers import RegexPattern  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.analyzer.model.errors import Refused
from carveout.analyzer.model.graph import Node
from carveout.analyzer.planning.django_routes import django_claims
from carveout.analyzer.planning.languages import language_prefix
from carveout.analyzer.planning.own_converters import LANGUAGE, Converter
from carveout.analyzer.planning.route_claims import Claim, routes
from carveout.analyzer.planning.route_nodes import RouteNode

if not django_settings.configured:
    django_settings.configure(USE_I18N=False)

PREFIXES = [
    ("path", ""), ("path", "a/"), ("path", "<int:x>/"), ("path", "<slug:x>-<str:y>/"), ("regex", "^a/"),
    ("regex", r"^(?P<x>\d+)/"), ("regex", r"^(?:b|1)/"), ("regex", ""), ("path", "<path:x>/"), ("regex", "^a?"),
    ("regex", "b/"),
]  # fmt: skip
ENDS = [
    ("path", ""), ("path", "b"), ("path", "b/<str:x>"), ("path", "<uuid:x>"), ("path", "<path:x>"),
    ("path", "b.c/<int:x>/"), ("regex", "^b$"), ("regex", "b$"), ("regex", "b"), ("regex", r"^(?P<x>[\w-]+)/?$"),
    ("regex", r"^\d{2,3}\Z"), ("regex", ""), ("regex", r"^(b|é+)/(.*)$"), ("regex", "(?i)^b/É$"), ("regex", r"^.c\$"),
]  # fmt: skip
PIECES = ["a/", "b", "B/é", "1/", "12", "123", "b.c/", "é", "-", "a-b/", "b/", ".c$", "/", "c", "٣",
          "12345678-1234-1234-1234-1234567890ab"]  # fmt: skip
Tree = tuple[tuple[str, str], tuple[tuple[str, str], ...]]
trees = st.lists(
    st.tuples(st.sampled_from(PREFIXES), st.lists(st.sampled_from(ENDS), min_size=1, max_size=3).map(tuple)),
    min_size=1, max_size=3, unique_by=lambda tree: tree[0],
)  # fmt: skip
paths = st.lists(st.sampled_from(PIECES), max_size=4).map(lambda parts: "/" + "".join(parts))


def resolver(patterns: list[Tree]) -> Any:
    """Django's own, whose views are numbers."""
    make, number, top = {"path": path, "regex": re_path}, iter(range(1000)), []
    for (kind, text), ends in patterns:
        inner: list[URLPattern] = []
        for inner_kind, inner_text in ends:
            index = next(number)
            inner.append(make[inner_kind](inner_text, lambda request, index=index: None, name=str(index)))
        top.append(make[kind](text, (inner, None, None)))
    return URLResolver(RegexPattern(r"^/"), top)


def claimed(patterns: list[Tree]) -> list[Claim]:
    """The claims of the same patterns; those with an even number belong to the service."""
    nodes = []
    for order, (above, end) in enumerate((above, end) for above, ends in patterns for end in ends):
        tried = json.dumps([["0", f"{order:06d}"], [above, end]])
        about = {"method": "ANY", "text": above[1] + end[1], "tried": tried}
        nodes.append(
            RouteNode(Node(f"route:{order:03d}", "urls.py", order), about, str(order), order % 2 == 0)
        )
    return django_claims(nodes)


@settings(max_examples=150, deadline=None)
@given(trees, paths)
def test_the_first_claim_that_matches_is_the_pattern_that_django_chooses(
    patterns: list[Tree], asked: str
) -> None:
    """What is exact matches just so; what is not matches more, never less."""
    try:
        chosen = resolver(patterns).resolve(asked).url_name
    except Resolver404:
        chosen = None
    claims = claimed(patterns)
    matching = [claim for claim in claims if re.fullmatch(claim.pattern, asked)]
    if chosen is not None:
        assert chosen in [claim.handler for claim in matching]
    while matching and not matching[0].exact and matching[0].handler != chosen:
        matching.pop(0)
    assert (matching[0].handler if matching else None) == chosen


@settings(max_examples=150, deadline=None)
@given(trees, paths)
def test_what_a_service_is_sent_is_what_django_would_have_given_it(patterns: list[Tree], asked: str) -> None:
    """A route, less what is asked before it elsewhere; tables that would need guessing are refused."""
    try:
        table = routes(claimed(patterns))
    except Refused as refused:
        assert refused.place is not None
        return
    try:
        wanted = int(resolver(patterns).resolve(asked).url_name) % 2 == 0
    except Resolver404:
        wanted = False
    sent = any(
        re.fullmatch(route.pattern, asked) and not any(re.fullmatch(other, asked) for other in route.unless)
        for route in table
    )
    assert sent == wanted


I18N = "from django.conf.urls.i18n import i18n_patterns\nurlpatterns = i18n_patterns()\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"urls.py": I18N, "shop/settings.py": "LANGUAGES = [('de', _('x')), ('zh-hans', 'y')]"},
            "(?:de|zh-hans)/",
        ),
        (
            {"urls.py": I18N, "settings.py": "LANGUAGES: list = (('de', 'x'),)", "settings/x.py": "x = 1"},
            "(?:de)/",
        ),
        ({"urls.py": I18N}, "[a-z]{2,3}(?:-[a-z0-9]+)*/"),
        (
            {"urls.py": I18N, "settings.py": "LANGUAGES = languages()"},
            "the languages that settings.py lists are comp",
        ),
        ({"urls.py": I18N.replace("()", "(prefix_default_language=False)")}, "whether the default language"),
    ],
)
def test_prefixes_of_languages(files: dict[str, str], expected: str) -> None:
    """The languages that the settings list, or any; told where that is not plain."""
    regex, why = language_prefix(files)
    assert (regex or why).startswith(expected)
    about = {
        "method": "GET",
        "text": "/x",
        "tried": json.dumps([["0", "0"], [["unknown", LANGUAGE], ["path", "x"]]]),
    }
    node = RouteNode(Node("route:GET /x", "urls.py", 7), about, "function:f", True)
    (claim,) = django_claims([node], {LANGUAGE: Converter(regex, why=why)})
    assert claim.exact == bool(regex)
    assert re.fullmatch(claim.pattern, "/de/x") and (not regex or not re.fullmatch(claim.pattern, "/x"))


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([["path", "<money:x>/"]], "the converter 'money' is the application's own"),
        ([["regex", "^(?=a)b$"]], "looks ahead or behind"),
        ([["regex", r"^(a)\1$"]], "refers to a group"),
        ([["regex", "^(a$"]], "no regular expression"),
        ([["path", "<path:p>/"], ["path", "edit"]], "several ways"),
        ([["unknown", "<language>/"], ["path", "edit"]], "language"),
        ([["unknown", "x"]], "only when the application runs"),
    ],
)
def test_what_cannot_be_translated_is_refused_with_its_place(pieces: list[list[str]], said: str) -> None:
    """The message says what it is about the pattern, and where."""
    about = {"method": "GET", "text": "/x", "tried": json.dumps([["0", "0"], pieces])}
    node = RouteNode(Node("route:GET /x", "shop/urls.py", 7), about, "function:f", True)
    with pytest.raises(Refused, match=said) as caught:
        routes(django_claims([node]))
    assert str(caught.value.place) == "shop/urls.py:7"
