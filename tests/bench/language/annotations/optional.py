"""`X | None` and `Optional[X]`: behind the test for None a value is an X (8.7, typing)."""

import pickle
from typing import Optional


class Node:
    def __init__(self, name):
        self.name = name

    def show(self):
        return f"node {self.name}"


class Tree:
    root: Node | None = None

    def load(self, data):
        self.root = pickle.loads(data)

    def top(self):
        if self.root is None:
            return "empty"
        return self.root.show()


def show(node: Optional[Node] = None):
    return node.show() if node else "none"


data = pickle.dumps(Node("a"))
tree = Tree()
tree.load(data)
print(tree.top(), show(pickle.loads(data)), show())
