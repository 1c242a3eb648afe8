"""`super()` follows the order of the instance's class, not the bases of the class it stands in (3.3.3)."""


class Base:
    def __init__(self):
        self.names = []

    def setup(self):
        self.names.append("base")


class Left(Base):
    def __init__(self):
        super().__init__()
        self.left = True

    def setup(self):
        super().setup()
        self.names.append("left")


class Right(Base):
    def __init__(self):
        super().__init__()
        self.right = True

    def setup(self):
        super().setup()
        self.names.append("right")


class Both(Left, Right):
    def setup(self):
        super().setup()
        self.names.append("both")


both = Both()
both.setup()
print(both.names, [kind.__name__ for kind in Both.__mro__])
