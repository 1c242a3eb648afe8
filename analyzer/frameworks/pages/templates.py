"""Facts about one template: which others it is made of, and where it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from .tags import Tag, Tags
from .words import TAG_NAMES, TEMPLATE_NAME

_QUOTED = re.compile(r"""(["'])((?:(?!\1)[^\\\n]){0,300})\1""")
_CALL = re.compile(r"""(?<![\w.])((?:[\w.]*\.)?(?:url_for|url_path_for)|url|reverse|static)\(\s*""")
_ASKED_BY_KEYWORD = re.compile(r"""\b(?:filename|path)\s*=\s*(["'])([^"'\n]{1,300})\1""")
_LINK = re.compile(
    r"""[\s"'](?:href|src|action|formaction|hx-get|hx-post|hx-put|hx-delete|hx-patch)\s*=\s*"""
    r"""(?:"(/[^"\n]{0,300})"|'(/[^'\n]{0,300})')"""
)
_ELSE = re.compile(r"""\s+if\b[^,(){}]{1,120}?\selse\s+(["'])([\w.:-]{1,100})\1""")
"""`url_for("a" if x else "b")`: the other name."""
_OTHERS = frozenset({"extends", "include", "import", "from", "includewith", "include_with"})
_SHOWN = 80
HOLE: Json = ["code", "?"]


def read_template(text: str) -> Iterator[Fact]:
    """Facts of kinds `renders`, `links` and `mention`, in the order in which they stand."""
    tags = Tags(text)
    for tag in tags.tags:
        yield from _tag(tags, tag)
    for found in _LINK.finditer(tags.plain):
        path = found[1] or found[2]
        if path.startswith(("//", "/{}")) and len(path) < 4:
            continue
        at = tags.place_in_plain(found.start() + 1)
        parts: list[Json] = []
        for index, piece in enumerate(path.split("{}")):
            parts += [HOLE, piece] if index else [piece]
        kept = [part for part in parts if part]
        verb = "GET" if found[0].lstrip("\"' \n").startswith(("href", "src")) else ""
        yield Fact("links", "", *at, {"how": "path", "parts": kept, "code": path[:_SHOWN], "verb": verb})


def _tag(tags: Tags, tag: Tag) -> Iterator[Fact]:
    line, column = tags.place(tag.start - 2)
    code = " ".join(f"{tag.word} {tag.text}".split())[:_SHOWN]
    if tag.word in _OTHERS and (tag.word != "from" or re.search(r"\bimport\b", tag.text)):
        for parts in _asked(tag):
            yield Fact("renders", "", line, column, {"parts": parts, "code": code})
        return
    if tag.word == "url" and not tag.text.lstrip().startswith("("):
        data: dict[str, Json] = {"how": "name", "parts": _first(tag.text), "code": code}
        yield Fact("links", "", line, column, {**data, "verb": "GET" if tag.visited else ""})
        return
    if tag.word == "static":
        yield Fact("links", "", line, column, {"how": "static", "parts": _first(tag.text), "code": code})
        return
    yield from _calls(tags, tag)
    for quoted in _QUOTED.finditer(tag.text):
        if TEMPLATE_NAME.match(quoted[2]):
            place = tags.place(tag.at + quoted.start())
            yield Fact("mention", "", *place, {"text": quoted[2], "to": ""})


def _asked(tag: Tag) -> Iterator[list[Json]]:
    """The names of templates that a tag asks for: with holes where it computes."""
    text = tag.text
    if tag.word == "from":
        text = re.split(r"\bimport\b", text)[0]
    elif tag.word == "include":
        text = re.split(r"\s(?:with|only|ignore|without)\b", text)[0]
    elif tag.word == "import":
        text = re.split(r"\sas\s", text)[0]
    quoted = list(_QUOTED.finditer(text))
    if not quoted:
        if text.strip():
            yield [HOLE]
    elif "~" in text or "+" in text or "|add" in text:
        yield _summed(text)
    else:
        names = [match[2] for match in quoted if TEMPLATE_NAME.match(match[2])] or [quoted[0][2]]
        for name in names:
            yield _with_holes(name)


def _summed(text: str) -> list[Json]:
    """`"a/" ~ x ~ ".html"`, `"a/"|add:x`."""
    parts: list[Json] = []
    for piece in re.split(r"\s*(?:~|\+|\|add:)\s*", text.strip(" ()-")):
        quoted = _QUOTED.match(piece)
        parts.append(quoted[2] if quoted is not None else HOLE)
    return parts


def _with_holes(name: str) -> list[Json]:
    """`"mail/%s.html"|format(x)`."""
    parts: list[Json] = []
    for index, piece in enumerate(name.split("%s")):
        parts += [HOLE, piece] if index else [piece]
    return [part for part in parts if part]


def _first(text: str) -> list[Json]:
    """The first argument of a tag: its text, or a hole."""
    found = _QUOTED.match(text.strip(" \t\n-"))
    return [found[2]] if found is not None and found[2] else [HOLE]


def _calls(tags: Tags, tag: Tag) -> Iterator[Fact]:
    """`url_for("x")`, `request.url_for('static', path="a.css")`, `static("a.css")` anywhere in a tag."""
    called = tag.text.startswith("(")
    inside, start = (f"{tag.word}{tag.text}", tag.at - len(tag.word)) if called else (tag.text, tag.at)
    for call in _CALL.finditer(inside):
        name = call[1].rpartition(".")[2]
        rest = inside[call.end() : call.end() + 600]
        quoted = _QUOTED.match(rest)
        code = " ".join(inside[call.start() : call.end() + 60].split())[:_SHOWN]
        parts: list[Json] = [quoted[2]] if quoted is not None and quoted[2] else [HOLE]
        if quoted is not None and re.match(r"\s*[~+%]", rest[quoted.end() :]):
            parts = [quoted[2], HOLE]
        other = _ELSE.match(rest[quoted.end() :]) if quoted is not None and name in TAG_NAMES else None
        data: dict[str, Json]
        if other is not None:
            data = {"how": "name", "parts": [other[2]], "code": code, "verb": "GET" if tag.visited else ""}
            yield Fact("links", "", *tags.place(start + call.start()), data)
        how = "static" if name == "static" else "name"
        if quoted is not None and name in TAG_NAMES and quoted[2].rpartition(".")[2] == "static":
            keyword = _ASKED_BY_KEYWORD.search(rest.partition(")")[0])
            how, parts = "static", [keyword[2]] if keyword is not None else [HOLE]
        if name in TAG_NAMES or name == "static":
            data = {"how": how, "parts": parts, "code": code}
            data["verb"] = "GET" if tag.visited else ""
            yield Fact("links", "", *tags.place(start + call.start()), data)
