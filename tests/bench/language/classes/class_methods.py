"""A class method gets the class it was called on: alternate constructors build subclasses, too (3.2)."""


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    @classmethod
    def parse(cls, text):
        return cls(*cls.split(text))

    @classmethod
    def origin(cls):
        return cls.parse("0,0")

    @classmethod
    def split(cls, text):
        return text.split(",")

    def show(self):
        return f"{self.x}/{self.y}"


class Pixel(Point):
    def __init__(self, x, y):
        super().__init__(int(x), int(y))

    def show(self):
        return f"pixel {super().show()}"


print(Point.parse("1,2").show(), Pixel.origin().show())
