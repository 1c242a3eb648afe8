"""`with` calls `__enter__` and `__exit__`, for several managers from left to right (8.5)."""


class Lock:
    def __enter__(self):
        return self.take()

    def __exit__(self, *error):
        return False

    def take(self):
        return Token()


class Token:
    def use(self):
        return "used"


class File:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return False

    def read(self):
        return self.name


def work():
    with Lock() as token, File("a") as file:
        return token.use(), file.read()


print(work())
