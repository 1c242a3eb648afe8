"""Comparisons call special methods, also those that sorting makes (3.3.1)."""


class Version:
    def __init__(self, text):
        self.parts = self.split(text)

    @staticmethod
    def split(text):
        return [int(part) for part in text.split(".")]

    def __lt__(self, other):
        return self.parts < other.parts

    def __eq__(self, other):
        return self.parts == other.parts

    def __hash__(self):
        return hash(tuple(self.parts))


def newest(versions):
    return sorted(versions)[-1]


def same(a, b):
    return a == b


def older(a, b):
    return a < b


def distinct(version):
    return len({version})


one, two = Version("1.0"), Version("2.1")
print(newest([two, one]).parts, same(one, two), older(one, two), distinct(one))
