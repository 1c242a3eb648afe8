"""`eval` of an expression that stands in the program."""


def price(number):
    return number * 3


def label(text):
    return f"<{text}>"


class Basket:
    def total(self):
        return price(2)


def shown(basket):
    return eval("label(basket.total())")


def main():
    shown(Basket())
    eval("price")(4)
    names = {"price": price}
    eval("names['price']")(5)


main()
