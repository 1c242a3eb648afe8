__all__ = ["_fee", "gross"]


def gross(net):
    return rounded(net * 1.19)


def _fee(net):
    return rounded(net / 50)


def rounded(amount):
    return round(amount, 2)
