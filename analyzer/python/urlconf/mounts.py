"""URL patterns of all files, joined: each one under the prefixes at which it is mounted."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.world import World
from .evaluation import Evaluation
from .flags import Flags
from .leaves import PATTERNS, Key, Leaf
from .trees import Tree
from .unknown import Mount, Unknown

_MOST_MOUNTS = 20
"""Prefixes that are followed for one pattern; URL configurations may include each other in circles."""


def mounts(world: World, framework: str = "django") -> Iterator[Mount]:
    """All patterns with their whole texts, in one order; those that no root leads to come last."""
    trees: dict[Key, Tree] = {}
    roots: list[Key] = []
    for path, fact in world.facts(framework):
        if fact.kind == "patterns":
            name = str(fact.data["name"]) or f"<{fact.line}:{fact.column}>"
            trees[path, fact.scope, name] = fact.data["tree"]
        elif fact.kind == "root" and not world.is_test(path):
            module = world.modules.get(str(fact.data["module"]))
            if module is not None:
                roots.append((module, "", PATTERNS))
    evaluation, flags = Evaluation(world, trees, framework), Flags(world, framework)
    counts: dict[Leaf, int] = {}
    seen: set[tuple[str, Leaf]] = set()
    for root, (key, sure) in enumerate(_tops(world, evaluation, trees, sorted(set(roots)))):
        entries = evaluation.entries(key, _receiver(world, key))
        if key[2] != PATTERNS and all(leaf.kind in ("unknown", "super") for _, leaf in entries):
            continue  # something else that is called so
        unknown = Unknown(world)
        for order, (text, leaf) in enumerate(entries):
            if world.is_test(key[0]) and not world.is_test(leaf.path):
                continue  # what tests mount for themselves
            bare = leaf._replace(pieces=())
            if (text, leaf) not in seen and counts.get(bare, 0) < _MOST_MOUNTS:
                seen.add((text, leaf))
                counts[bare] = counts.get(bare, 0) + 1
                likely = not flags.against(leaf.when)
                yield unknown.before(Mount(text, leaf, sure, (root, order), likely))


def _receiver(world: World, key: Key) -> str:
    owner = key[1].rpartition(".")[0]
    name = f"{world.module_of(key[0])}.{owner}" if owner else ""
    return name if name in world.classes else ""


def _tops(
    world: World, evaluation: Evaluation, trees: dict[Key, Tree], roots: list[Key]
) -> Iterator[tuple[Key, bool]]:
    """The lists at which nothing is above: the roots of settings, then what nobody includes."""
    for key in [*roots, *sorted(trees)]:
        evaluation.entries(key, _receiver(world, key))
    yield from ((key, True) for key in roots)
    reached = _reached(evaluation, roots)
    included = {inner for key, below in evaluation.below.items() for inner in below if inner != key}
    waiting = [
        key for key in sorted(trees, key=lambda key: (world.is_test(key[0]), key)) if key not in reached
    ]
    # Nothing includes the first of them; the last lead in circles, which are entered at their first.
    for key in [*(k for k in waiting if k not in included), *(k for k in waiting if k in included)]:
        if key not in reached:
            tests = world.is_test(key[0])  # what tests mount for themselves is not mounted by that
            reached |= {
                found for found in _reached(evaluation, [key]) if not tests or world.is_test(found[0])
            }
            yield key, not roots


def _reached(evaluation: Evaluation, keys: list[Key]) -> set[Key]:
    found, stack = set(keys), list(keys)
    while stack:
        for key in evaluation.below.get(stack.pop(), ()):
            if key not in found:
                found.add(key)
                stack.append(key)
    return found
