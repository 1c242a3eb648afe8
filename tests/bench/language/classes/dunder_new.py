"""`__new__` makes the instance, then `__init__` sets it up (3.3.1)."""


class Celsius(float):
    def __new__(cls, value):
        return super().__new__(cls, cls.limit(value))

    def __init__(self, value):
        self.text = self.label(value)

    @staticmethod
    def limit(value):
        return max(value, -273.15)

    def label(self, value):
        return f"{value} C"


class Shape:
    def __new__(cls, sides):
        return object.__new__(Triangle if sides == 3 else cls)

    def __init__(self, sides):
        self.sides = sides

    def name(self):
        return "shape"


class Triangle(Shape):
    def name(self):
        return "triangle"


print(Celsius(-300).text, Shape(3).name(), Shape(4).name())
