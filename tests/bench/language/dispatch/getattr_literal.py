"""`getattr` with a literal name is an attribute reference (6.3.1)."""


def fallback():
    return "nothing"


class Door:
    def open(self):
        return self._move("open")

    def close(self):
        return self._move("close")

    def _move(self, way):
        return way


def open_it(door):
    method = getattr(door, "open", fallback)
    return method()


def close_it(door):
    return getattr(door, "close")()


def ring(door):
    return getattr(door, "bell", fallback)()


door = Door()
print(open_it(door), close_it(door), ring(door))
