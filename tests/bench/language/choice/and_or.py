"""`and` and `or` give one of their operands (6.11)."""


def default_format(value):
    return str(value)


def short_format(value):
    return str(value)[:2]


def ready():
    return True


def wanted():
    return True


class Printer:
    def __init__(self, form=None):
        self.form = form or default_format

    def show(self, value):
        return self.form(value)


def run(callback=None):
    return callback and callback()


def decide():
    return ready() and wanted()


print(Printer().show(1234), Printer(short_format).show(1234))
print(run(), run(ready), decide())
