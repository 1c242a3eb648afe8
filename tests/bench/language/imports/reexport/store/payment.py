def pay(basket):
    return basket.total() * 100


def receipt(basket):
    return f"paid {pay(basket)}"
