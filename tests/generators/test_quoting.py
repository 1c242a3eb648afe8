"""Text of others is safe in each language: what was quoted is read back by that language's own parser."""

import ast
import json
import shlex
import tomllib
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.analyzer.model.errors import UsageError
from carveout.generators import quoting

yaml = import_module("yaml")  # comes with cookiecutter, without types

HOSTILE = [
    "",
    "plain",
    "it's",
    'a "quoted" \\ name',
    "both ' and \"",
    "new\nline",
    "tab\tand\0null",
    "{{ 7*7 }}",
    "${IFS}$(reboot)`id`",
    "é 漢 \U0001d518 \u2028 \x7f \x85",
    "'''",
    '"""',
    "\\",
    "trailing\\",
    "no: yes",
    "*&!%@",
    "# comment",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"])))


@given(texts)
def test_python_reads_back_what_was_quoted(text: str) -> None:
    """A literal evaluates to the text, and stands on one line."""
    quoted = quoting.python(text)
    assert ast.literal_eval(quoted) == text
    assert "\n" not in quoted
    assert quoted.startswith('"')


@given(st.lists(texts))
def test_toml_json_and_yaml_read_back_what_was_quoted(items: list[str]) -> None:
    """Arrays and strings survive the round trip."""
    assert tomllib.loads(f"x = {quoting.toml(items)}")["x"] == items
    assert json.loads(quoting.json(items)) == items
    assert yaml.safe_load(f"x: {quoting.yaml(items)}")["x"] == items


@given(texts)
def test_a_shell_reads_one_word(text: str) -> None:
    """Whatever the text holds, it is one word of the command line (a NUL cannot be passed at all)."""
    assert shlex.split(f"echo {quoting.shell(text)} end") == ["echo", text.replace("\0", ""), "end"]


@given(texts)
def test_a_comment_ends_with_its_line(text: str) -> None:
    """No text can leave the comment that it stands in."""
    assert len(f"# {quoting.comment(text)}".splitlines()) == 1


def test_markdown_code_spans_hold_backticks_and_bars() -> None:
    """The fence is longer than any run of backticks inside."""
    assert quoting.markdown("/a/`b`|c") == "``/a/`b`\\|c``"
    assert quoting.markdown("`") == "`` ` ``"
    assert quoting.prose("<b>*x*</b> my_name __init__") == "\\<b\\>\\*x\\*\\</b\\> my_name \\_\\_init\\_\\_"


def test_tuples_keep_their_comma() -> None:
    """A tuple of one stays a tuple."""
    assert ast.literal_eval(quoting.python(("a",))) == ("a",)
    assert ast.literal_eval(quoting.python(["a", 1, None, True])) == ["a", 1, None, True]


@pytest.mark.parametrize("text", ["a.b; import os", "class", "a..b", "", "a-b", "1a", "a\nb"])
def test_what_cannot_be_imported_is_refused(text: str) -> None:
    """Dotted names hold identifiers only."""
    with pytest.raises(UsageError):
        quoting.dotted(text)


@pytest.mark.parametrize("text", ["", "../x", "a b", "a;b", "a\n", "-a", "a" * 64, 'a"'])
def test_what_is_no_name_is_refused(text: str) -> None:
    """Names of services are letters, digits, - and _."""
    with pytest.raises(UsageError):
        quoting.name(text)


@pytest.mark.parametrize("text", ["", "host", "host:port", "a:1; b", "127.0.0.1:99999", "a:1\n"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """Addresses are host:port."""
    with pytest.raises(UsageError):
        quoting.address(text)
    assert quoting.address("[::1]:80") == "[::1]:80"


def test_what_was_not_quoted_is_not_printed() -> None:
    """The environments' last line of defence."""
    assert quoting.only_quoted(quoting.name("a")) == "a"
    assert quoting.only_quoted(3) == 3
    for value in ("text", None, True, ["a"]):
        with pytest.raises(TypeError, match="without quoting it"):
            quoting.only_quoted(value)
