"""The interface of a service as lines: what others call and how its values cross, what goes along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...analyzer.model.evidence import Place
from ...analyzer.model.interface import Interface, Offered, Passed, Use
from .plain import clean, count, ending, shorten, wrap

_SHOWN = 3
_INDENT = 12


def interface_lines(interface: Interface) -> Iterator[str]:
    """Lines of at most 80 columns: each function that others call, then what it needs and brings along."""
    for function in interface.offered:
        yield ""
        yield from _function(function)
    rows: tuple[tuple[str, Sequence[Use]], ...] = (
        ("it calls", interface.calls),
        ("answers", interface.entry_points),
        ("settings", interface.settings),
        ("templates", interface.templates),
        ("tests", interface.tests),
    )
    if any(uses for _, uses in rows):
        yield ""
    for label, uses in rows:
        if uses:
            yield from wrap(f"{label}:", _used(uses), _INDENT)


def _function(function: Offered) -> Iterator[str]:
    yield from wrap("", clean(function.dotted), 0)
    yield f" --> {clean(str(function.place._replace(column=0)))}"
    if function.stays:
        yield from wrap("  stays:", function.stays, _INDENT)
        return
    rows = [(clean(passed.name), _crosses(passed)) for passed in function.parameters]
    rows.append(("result", _crosses(function.result)))
    if function.raises:
        rows.append(("raises", ", ".join(map(_raised, function.raises))))
    again = f"once: {function.impure}" if function.impure else "as often as wanted: it changes nothing"
    rows.append(("may run", again))
    tests = f", {count(len(function.tests), 'place')} in tests" if function.tests else ""
    rows.append(("called", f"at {_at(function.callers)}{tests}"))
    indent = min(max(len(label) for label, _ in rows) + 4, 32)
    for label, text in rows:
        yield from wrap(f"  {label}" + "  " * (len(label) > indent - 4), text, indent)


def _raised(name: str) -> str:
    """An exception as `except` names it: its class, with the classes around it, but no module."""
    parts = clean(name).split(".")
    first = next((at for at, part in enumerate(parts) if part[:1].isupper()), None)
    return ending(name, 40) if first is None else shorten(".".join(parts[first:]), 40)


def _crosses(passed: Passed) -> str:
    kind = f"{passed.kind} " if passed.kind in ("*", "**") else ""
    if passed.how == "never":
        return f"{kind}cannot cross: {passed.why}"
    if passed.how == "parts":
        of = f"of {ending(passed.type, 40)} " if passed.type else ""
        return f"{kind}{of}only {', '.join(passed.paths)}" if passed.paths else f"{kind}{of}nothing is read"
    return kind + (passed.type or "plain data, told when it crosses (no type is declared)")


def _used(uses: Iterable[Use]) -> str:
    uses = list(uses)
    told = [ending(use.name.partition(":")[2] or use.name, 60) + _where(use) for use in uses[: 2 * _SHOWN]]
    more = f" and {len(uses) - len(told)} more" if len(uses) > len(told) else ""
    return ", ".join(told) + more


def _where(use: Use) -> str:
    if not use.places:
        return ""
    place = use.places[0]
    return f":{place.line}" if place.path == use.name else f" ({place.path}:{place.line})"


def _at(places: Sequence[Place]) -> str:
    told = [f"{place.path}:{place.line}" for place in places[:_SHOWN]]
    more = f" and {len(places) - len(told)} more" if len(places) > len(told) else ""
    return ", ".join(told) + more
