"""`__slots__` reserves attributes, which hold values like others (3.3.2.4)."""


def by_name(node):
    return node.name


class Node:
    __slots__ = ("children", "key", "name")

    def __init__(self, name, key=by_name):
        self.name = name
        self.key = key
        self.children = []

    def add(self, child):
        self.children.append(child)
        return self

    def names(self):
        found = [self.key(self)]
        for child in self.children:
            found += child.names()
        return found


class Leaf(Node):
    __slots__ = ()

    def names(self):
        return [self.name]


print(Node("root").add(Leaf("leaf")).add(Node("inner")).names())
