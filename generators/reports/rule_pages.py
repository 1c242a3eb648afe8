"""The rules and their pages, for the formats that carry them along."""

from __future__ import annotations

from ...analyzer.model.protocols import Rule
from ...analyzer.plugins import page, plugins


def known_rules() -> tuple[Rule, ...]:
    """All rules, sorted by code."""
    found: tuple[Rule, ...] = plugins("analyzer.rules", "rule")
    return tuple(sorted(found, key=lambda rule: (rule.code, rule.id)))


def headline(rule: Rule) -> str:
    """The first line of a rule's page: what must hold."""
    return page(rule).partition("\n")[0]
