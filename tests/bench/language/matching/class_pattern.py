"""A class pattern tests the class and takes attributes out of the subject (8.6.4.10)."""


class Circle:
    __match_args__ = ("radius",)

    def __init__(self, radius):
        self.radius = radius

    def round_area(self):
        return 3 * self.radius**2


class Box:
    def __init__(self, lid, sides):
        self.lid = lid
        self.sides = sides

    def straight_area(self):
        return self.sides * 4


class Lid:
    def lift(self):
        return 1


def area(shape):
    match shape:
        case Circle(radius) as circle:
            return circle.round_area() + radius
        case Box(lid=Lid() as lid):
            return shape.straight_area() + lid.lift()


print(area(Circle(2)), area(Box(Lid(), 3)))
