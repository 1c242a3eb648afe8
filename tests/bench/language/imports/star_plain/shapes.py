def area(width, height):
    return width * height


def _unit():
    return "cm"


class Square:
    def __init__(self, side):
        self.side = side

    def size(self):
        return f"{area(self.side, self.side)} {_unit()}"
