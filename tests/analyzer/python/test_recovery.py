"""Files that `ast` refuses: what still comes out of them, and what is said of them."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable

import pytest

from carveout.analyzer.indexing.read import Job, _read
from carveout.analyzer.model.facts import FileFacts
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.python.recovery.parse import parse
from carveout.generators.reports.unseen import unread

REWRITTEN = {
    "print": ('print "x", f(y)\n', "print('x', f(y))"),
    "print into a file": ("def g():\n  print >>log, x\n  print 'y'\n", "def g():\n    print(log, x)\n    print('y')"),
    "exec": ('exec "x" in d\n', "exec('x', d)"),
    "except with a name": ("try:\n  a\nexcept A, e:\n  b\n", "try:\n    a\nexcept A as e:\n    b"),
    "except of several": ("try:\n  a\nexcept A, B:\n  b\n", "try:\n    a\nexcept (A, B):\n    b"),
    "raise": ('raise E, "x"\n', "raise E('x')"),
    "backticks": ("x = `y`\n", "x = y"),
    "octal and long": ("x = 0777, 10L\n", "x = (511, 10)"),
    "raw unicode": ('x = ur"a"\n', "x = 'a'"),
    "not equal": ("if a <> b:\n  c()\n", "if a != b:\n    c()"),
    "parameters in parameters": ("def f(a, (b, c)):\n  pass\n", "def f(a, _b__c_):\n    pass"),
    "async as a name": ("f(async=True)\n", "f(async_=True)"),
    "a broken header": ("def f(:\n  g()\n\nclass B:\n  x = 1\n", "def f():\n    pass\n    g()\n\nclass B:\n    x = 1"),
    "half a file": ("class A:\n  def f(self):\n    return g(\n", "class A:\n\n    def f():\n        pass"),
    "no colon": ("def f(x)\n", "def f():\n    pass"),
    "a broken import": ("from a import b c\nimport d\n", "from a import b\nimport d"),
    "calls of a broken statement": ("x = f(1) 2 g\n", "f(1)"),
    "tabs as eight columns": (
        "class A:\n\tdef f(self):\n\t\tg()\n        def h(self):\n\t\tk()\n",
        "class A:\n\n    def f(self):\n        g()\n\n    def h(self):\n        k()",
    ),
    "NUL bytes": ("x = 1\0\ny = 2\n", "x = 1\ny = 2"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REWRITTEN.values(), ids=REWRITTEN)
def test_a_file_that_ast_refuses_is_read_all_the_same(text: str, expected: str) -> None:
    """The tree is that of what was meant; both what was wrong and how it was read are said."""
    tree, problems = parse(text)
    assert ast.unparse(ast.fix_missing_locations(tree)) == expected
    assert problems[0].kind == "syntax-error"
    assert problems[1].kind == ("recovered" if "by names alone" in problems[1].message else "rewritten")


NEWER = (
    'x = t"hi {f(x)}"\n',
    'x = f"{f(d["a"])}"\n',
    'x = ("a"\n  f"{g(f\'{f(d[\'a\'])}\')}"\n  f"{x}")\n',
    "def g[T](x: T): f(x)\n",
)


@pytest.mark.parametrize("text", NEWER)
def test_newer_grammar_gives_its_calls(text: str) -> None:
    """What only later Pythons read gives its calls on all of them."""
    assert "f" in {call.target for call in facts_of(text).calls}


def facts_of(text: str) -> FileFacts:
    return _read(Job(".py", text.encode(), "auto"))


def test_places_are_those_of_the_file() -> None:
    """Lines and columns are true, in nested blocks, after blocks that were replaced, and with tabs."""
    text = "import os\n\nclass A:\n\tdef f(self):\n\t\tprint 'x'\n\t\tif a <> b:\n\t\t\tos.remove(p)\n\ndef g(): pass\n"
    facts = facts_of(text + "x = = 1\n")
    assert [(d.name, d.line, d.column, d.end_line) for d in facts.definitions] == [
        ("A", 3, 0, 7),
        ("A.f", 4, 1, 7),
        ("g", 9, 0, 9),
    ]
    assert ("os.remove", 7, 3) in {(call.target, call.line, call.column) for call in facts.calls}


def test_the_rest_of_a_broken_file_is_as_if_it_stood_alone(graph_of: Callable[..., Graph]) -> None:
    """Edges come from what parses; the module says how it was read, and only in full counts as read."""
    graph = graph_of(
        {
            "a.py": "def f(): pass\n",
            "c.py": "import a\nprint 'x'\n",
            "b.py": "from a import f\ndef g():\n    f()\n    x = = 1\n    for y in z:\n        f(\n",
        }
    )
    pairs = {
        (edge.source, edge.target, edge.kind)
        for edge in graph.edges("imports", "calls")
        if edge.source != "module:c"
    }
    assert ("module:c", "module:a") in {edge[:2] for edge in graph.pairs("imports")}
    assert pairs == {("module:b", "module:a", "imports"), ("function:b.g", "function:a.f", "calls")}
    node = graph.node("module:b")
    assert node is not None and node.attributes == (("read", "tree-sitter"),)
    assert (graph.coverage.read, graph.coverage.files) == (2, 3)
    assert [(d.kind, d.place.path) for d in graph.diagnostics] == [
        ("recovered", "b.py"), ("rewritten", "c.py"), ("syntax-error", "b.py"), ("syntax-error", "c.py"),
    ]  # fmt: skip
    assert {problem.place.path for problem in unread(graph)} == {"b.py"}


DEEP = 5_000
NESTED = {
    "parentheses": "x = " + "(" * DEEP + "1" + ")" * DEEP,
    "lists": "x = " + "[" * DEEP + "]" * DEEP,
    "attributes": "x = a" + ".b" * DEEP,
    "calls": "x = a" + ".b()" * 2000,
    "sums": "x = a" + " + b" * DEEP,
    "not": "x = " + "not " * DEEP + "1",
    "lambdas": "x = " + "lambda: " * DEEP + "1",
    "conditions": "x = " + "1 if a else " * DEEP + "2",
    "elif": "if a: pass\n" + "elif b: pass\n" * 1500,
    "unclosed": "x = " + "(" * DEEP,
    "functions": "\n".join(" " * depth + f"def f{depth}():" for depth in range(400)) + " pass",
    "ifs": "\n".join(" " * depth + "if x:" for depth in range(400)) + " pass",
    "openers": "([{" * DEEP,
    "quotes": "\"\"\"'''" * DEEP,
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_deep_nesting_is_bounded_and_said(text: str) -> None:
    """What is nested too deeply is said; what stands before and after it is read."""
    start = time.process_time()
    facts = facts_of(f"def before(): g()\n{text}\ndef after(): g()\n")
    assert "before" in {definition.name for definition in facts.definitions}
    assert facts.problems
    assert time.process_time() - start < 5


def test_long_sums_are_ordinary() -> None:
    """Hundreds of parts are read in full."""
    facts = facts_of("x = f(0)" + " + f(1)" * 400 + "\n")
    assert len(facts.calls) == 401 and not facts.problems
