"""A class of `typing.NamedTuple` has methods beside its fields (typing)."""

from typing import NamedTuple


def middle(a, b):
    return (a + b) / 2


class Span(NamedTuple):
    start: int
    end: int = 10

    @classmethod
    def parse(cls, text):
        return cls(*map(int, text.split("-")))

    @property
    def length(self):
        return self.end - self.start

    def center(self):
        return middle(self.start, self.end)

    def shifted(self, by):
        return self._replace(start=self.start + by)


span = Span.parse("2-8")
print(span.length, span.center(), Span(4).center(), span.shifted(1).length)
