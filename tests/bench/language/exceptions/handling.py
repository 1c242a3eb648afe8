"""`except ... as` binds the exception: its methods can be called (8.4.1)."""


class ShopError(Exception):
    def report(self):
        return f"shop: {self.hint()}"

    def hint(self):
        return "call us"


class OutOfStock(ShopError):
    def hint(self):
        return "wait"


class Closed(Exception):
    def until(self):
        return 9


def buy(name):
    if name == "tea":
        raise OutOfStock(name)
    if name == "cup":
        raise Closed()
    raise ShopError(name)


def order(name):
    try:
        return buy(name)
    except ShopError as error:
        return error.report()
    except (Closed, KeyError) as error:
        return error.until()


print(order("tea"), order("cup"), order("pot"))
