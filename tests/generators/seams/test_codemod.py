"""Functions put behind a seam and taken out again: only what is asked for changes, and twice is once."""

import ast

import pytest

from carveout.analyzer.model.errors import Refused
from carveout.generators.seams.codemod import Site, put_in, take_out

MODULE, SEAM = "shop._generated.pay_seam", "pay_seam"


def seamed(text: str, *names: str, accepted: tuple[str, ...] = ()) -> str:
    sites = {name: Site(f"shop.pay.{name}", accepted) for name in names}
    once = put_in(text, "shop/pay.py", sites, MODULE, SEAM)
    assert put_in(once, "shop/pay.py", sites, MODULE, SEAM) == once
    assert take_out(once, "shop/pay.py", MODULE, SEAM) == text
    ast.parse(once.encode("utf-8", "surrogateescape"))
    return once


def added(text: str, after: str) -> list[str]:
    """The lines that are new; all others are there, in their order and with their ends."""
    old, new = text.splitlines(keepends=True), after.splitlines(keepends=True)
    rest = iter(old)
    waiting = next(rest, None)
    extra = []
    for line in new:
        if line == waiting:
            waiting = next(rest, None)
        else:
            extra.append(line)
    assert waiting is None
    return extra


def test_one_decorator_and_one_import_are_all_that_changes() -> None:
    text = '"""Pay."""\n\nimport os  # why\nfrom . import x\n\n\ndef charge(a):  # all of it\n    return a\n'
    assert seamed(text, "charge") == (
        '"""Pay."""\n\nimport os  # why\nfrom . import x\nfrom shop._generated.pay_seam import pay_seam\n'
        '\n\n@pay_seam("shop.pay.charge")\ndef charge(a):  # all of it\n    return a\n'
    )


def test_it_stands_below_what_binds_and_registers_and_above_all_else() -> None:
    text = (
        "import x\n\nclass A:\n    @staticmethod\n    @x.atomic  # in one\n    def f(a): ...\n\n"
        "    # about g\n    @classmethod\n    def g(cls): ...\n\n@x.shared_task(bind=True)\n@x.retry\ndef h(): ...\n"
    )
    after = seamed(text, "A.f", "A.g", "h")
    assert '    @staticmethod\n    @pay_seam("shop.pay.A.f")\n    @x.atomic  # in one\n' in after
    assert '    # about g\n    @classmethod\n    @pay_seam("shop.pay.A.g")\n    def g' in after
    assert '@x.shared_task(bind=True)\n@pay_seam("shop.pay.h")\n@x.retry\ndef h' in after


@pytest.mark.parametrize("text", [
    "def f():\r\n\tif 1:\r\n\t\treturn 2  # tabs\r\n",
    "def f(): return 1",
    "# licence\n\n# more\n\ndef f():\n    pass\n\n\n\n# the end\n",
    "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nfrom __future__ import annotations\n\ndef f(): 'ä'\n",
    '"""Doc."""\ndef f(): ...\n',
    "try:\n    import a\nexcept ImportError:\n    a = None\n\nif a:\n    def f():\n        pass\n",
    "import a; import b\n\n# about f\n\ndef f(\n    a, # first\n):\n    \"\"\"Doc\"\"\"\n    # body\n\n    pass\n",
    "from a import (\n    b,  # c\n)\n\n@(yield_ := b)\n# between\ndef f(): ...\n",
])  # fmt: skip
def test_comments_line_ends_tabs_and_odd_files_stay_as_they_are(text: str) -> None:
    after = seamed(text, "f")
    extra = added(text, after)
    assert [line.split("(")[0].strip() for line in extra if "@" in line] == ["@pay_seam"]
    assert len(extra) == 2
    if "\r\n" in text:
        assert "\n" not in after.replace("\r\n", "")


def test_files_in_other_encodings_keep_their_bytes() -> None:
    data = "# coding: latin-1\nname = 'ä'\n\ndef f(): ...\n".encode("latin-1")
    after = seamed(data.decode("utf-8", "surrogateescape"), "f").encode("utf-8", "surrogateescape")
    assert b"name = '\xe4'" in after
    ast.parse(after)
    bom = "\ufeffdef f(): ...\n"
    assert seamed(bom, "f").startswith("\ufeff")


def test_the_last_definition_counts_and_a_taken_name_is_left_alone() -> None:
    text = "from typing import overload\npay_seam = 1\n@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): return a\n"
    after = seamed(text, "f")
    assert after.count("@_pay_seam(") == 1
    assert '@_pay_seam("shop.pay.f")\ndef f(a): return a' in after
    assert "import pay_seam as _pay_seam\n" in after


def test_accepted_hazards_are_marked() -> None:
    assert '@pay_seam("shop.pay.f", accepted=("a-b",))\n' in seamed("def f(): ...\n", "f", accepted=("a-b",))
    two = seamed("def f(): ...\n", "f", accepted=("a-b", "c"))
    assert '@pay_seam("shop.pay.f", accepted=("a-b", "c"))\n' in two


def test_what_is_not_offered_any_more_loses_its_decorator() -> None:
    text = "def f(): ...\n\n@cached\ndef g(): ...\n"
    both = seamed(text, "f", "g")
    only_g = put_in(both, "shop/pay.py", {"g": Site("shop.pay.g")}, MODULE, SEAM)
    assert only_g == seamed(text, "g")


def test_edits_after_the_seam_stay_when_it_is_taken_out() -> None:
    after = seamed("def f(): ...\n", "f") + "\n\n# mine\ndef h(): ...\n"
    after = after.replace('@pay_seam("shop.pay.f")\n', '# note\n@pay_seam("shop.pay.f")\n# and here\n')
    assert (
        take_out(after, "p.py", MODULE, SEAM)
        == "# note\n# and here\ndef f(): ...\n\n\n# mine\ndef h(): ...\n"
    )


def test_what_cannot_be_rewritten_is_refused_with_its_place() -> None:
    with pytest.raises(Refused, match=r"shop/pay\.py cannot be rewritten"):
        put_in("def f(:\n", "shop/pay.py", {"f": Site("shop.pay.f")}, MODULE, SEAM)
    with pytest.raises(Refused, match="no such function stands in"):
        put_in("f = lambda: 1\n", "shop/pay.py", {"f": Site("shop.pay.f")}, MODULE, SEAM)
