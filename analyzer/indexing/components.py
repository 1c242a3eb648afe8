"""The order in which functions are joined with what they call: callees first, circles together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def components(following: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Strongly connected groups of a graph (node -> nodes), each after all that it leads to; sorted inside.

    Tarjan's algorithm without recursion. Linear; depends on the graph alone.
    """
    count = len(following)
    number, low, waiting = [-1] * count, [0] * count, [False] * count
    stack: list[int] = []
    for root in range(count):
        if number[root] >= 0:
            continue
        work = [(root, 0)]
        while work:
            node, position = work.pop()
            if position == 0:
                number[node] = low[node] = len(stack) if not stack else number[stack[-1]] + 1
                stack.append(node)
                waiting[node] = True
            for index in range(position, len(following[node])):
                other = following[node][index]
                if number[other] < 0:
                    work += [(node, index + 1), (other, 0)]
                    break
                if waiting[other]:
                    low[node] = min(low[node], number[other])
            else:
                if low[node] == number[node]:
                    yield _group(stack, waiting, node)
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])


def _group(stack: list[int], waiting: list[bool], node: int) -> list[int]:
    group: list[int] = []
    while not group or group[-1] != node:
        group.append(stack.pop())
        waiting[group[-1]] = False
    return sorted(group)
