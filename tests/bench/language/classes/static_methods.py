"""A static method is a function kept in a class, called on it or on an instance (3.2)."""


class Temperature:
    def __init__(self, kelvin):
        self.kelvin = self.limit(kelvin)

    @staticmethod
    def limit(kelvin):
        return max(kelvin, 0)

    @staticmethod
    def convert(celsius):
        return celsius + 273

    @classmethod
    def of(cls, celsius):
        return cls(cls.convert(celsius))


class Rough(Temperature):
    @staticmethod
    def convert(celsius):
        return Temperature.convert(celsius) // 10 * 10


convert = Rough.convert
print(Temperature.of(20).kelvin, Rough.of(25).kelvin, convert(3), Rough(4).limit(-1))
