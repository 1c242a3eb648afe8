"""Functions are objects: attributes set on them are found on them again (3.2)."""


def euro(amount):
    return f"{amount} EUR"


def dollar(amount):
    return f"{amount} USD"


def price(amount):
    return price.form(amount + price.fee())


def no_fee():
    return 0


price.form = euro
price.fee = no_fee
print(price(3))
price.form = dollar
print(price(4))
print(price.form(5))
