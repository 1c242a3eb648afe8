"""`raise` with a class makes an instance; `from` sets the cause (7.8)."""


class AppError(Exception):
    def __init__(self, code=1):
        super().__init__(self.text(code))
        self.code = code

    def text(self, code):
        return f"error {code}"


class Missing(AppError):
    def __init__(self, name="?"):
        super().__init__(404)
        self.name = name


def load(name):
    if not name:
        raise AppError
    raise Missing(name)


def wrapped(name):
    try:
        load(name)
    except AppError as error:
        raise cause(error) from error


def cause(error):
    return AppError(error.code + 1)


for name in ("", "a"):
    try:
        wrapped(name)
    except AppError as error:
        print(error.code, error)
