"""A data class's generated `__init__` ends with a call of `__post_init__` (dataclasses)."""

from dataclasses import dataclass


@dataclass
class Line:
    name: str
    price: float

    def gross(self):
        return self.price * 1.19


@dataclass(order=True)
class Order:
    number: int
    line: Line
    total: float = 0

    def __post_init__(self):
        self.total = self.compute()

    def compute(self):
        return round(self.line.gross(), 2)

    @property
    def label(self):
        return f"{self.number}: {self.total}"


orders = [Order(2, Line("tea", 3)), Order(1, Line("cup", 7))]
print([order.label for order in sorted(orders)])
