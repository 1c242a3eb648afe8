"""What click, typer and argparse give to the functions of a program, as data."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.world import TypeRule

CONTEXT, PASSED = "click.Context", "click.passed"
_SAME = ("typer.Context", "click.core.Context", "rich_click.Context", "asyncclick.Context")
_LIBRARIES = ("click", "typer", "rich_click", "asyncclick", "click.decorators", "cloup")
_NAMESPACE = "argparse.Namespace"


def types() -> Iterable[TypeRule]:
    """Rules as `python/flow/outside.py` and `handing.py` read them."""
    yield from (TypeRule(name, CONTEXT) for name in _SAME)
    for method in ("find_object", "ensure_object"):
        yield TypeRule(f"{CONTEXT}.{method}()", "1")
    for attribute in ("parent", "find_root()"):
        yield TypeRule(f"{CONTEXT}.{attribute}", CONTEXT)
    yield TypeRule(f"{PASSED}(+0)", "T")
    for library in _LIBRARIES:
        yield TypeRule(f"{library}.get_current_context()", CONTEXT)
        yield TypeRule(f"{library}.pass_context(+0)", CONTEXT)
        yield TypeRule(f"{library}.pass_obj(+0)", f"{CONTEXT}.obj")
        yield TypeRule(f"{library}.make_pass_decorator()", f"{PASSED}[1]")
        for made in ("option", "argument", "Option", "Argument"):
            yield TypeRule(f"{library}.{made}(callback=0)", CONTEXT)
    yield TypeRule("argparse.ArgumentParser.parse_args()", _NAMESPACE)
    yield TypeRule("argparse.ArgumentParser.parse_known_args()", "argparse.known")
    yield TypeRule("argparse.known[]", _NAMESPACE)
