"""An inner function sees the names of the functions around it after they have returned (4.2.2)."""


def scale(factor):
    return factor * 10


def multiplier(factor, convert):
    def multiply(value):
        def apply():
            return convert(value) * scale(factor)

        return apply()

    return multiply


def whole(value):
    return int(value)


double = multiplier(2, whole)
triple = multiplier(3, float)
print(double("4"), triple("1.5"))
