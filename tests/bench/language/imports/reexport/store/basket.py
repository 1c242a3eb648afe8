class Basket:
    def __init__(self):
        self.lines = []

    def add(self, name, price):
        self.lines.append((name, price))

    def total(self):
        return sum(price for _, price in self.lines)
