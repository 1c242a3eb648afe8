"""`yield from` hands out what another iterator gives, and gives its return value (6.2.9)."""


class Folder:
    def __init__(self, name, *children):
        self.name = name
        self.children = children

    def walk(self):
        yield self.title()
        for child in self.children:
            yield from child.walk()

    def title(self):
        return self.name.upper()


def count(folder):
    number = 0
    for name in folder.walk():
        number += 1
        yield name
    return number


def report(folder):
    number = yield from count(folder)
    yield summary(number)


def summary(number):
    return f"{number} folders"


print(list(report(Folder("a", Folder("b"), Folder("c")))))
