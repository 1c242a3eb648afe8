"""A class statement with a known name rebinds it, and may inherit from what it replaces (8.8)."""


def stamp():
    return "12:00"


class Logger:
    def __init__(self, name):
        self.name = name

    def prefix(self):
        return self.name


PlainLogger = Logger


class Logger(PlainLogger):
    def line(self, text):
        return f"{stamp()} {self.prefix()} {text}"


logger = Logger("shop")
print(logger.line("open"))
