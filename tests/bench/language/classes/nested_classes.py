"""A class in a class is an attribute of it; a class in a function sees its names (8.8)."""


class Form:
    class Field:
        class Error(Exception):
            def text(self):
                return f"bad {self.args[0]}"

        def __init__(self, name):
            self.name = name

        def check(self):
            raise self.Error(self.name)

    def __init__(self, name):
        self.field = self.Field(name)

    def message(self):
        try:
            return self.field.check()
        except Form.Field.Error as error:
            return error.text()


def make_counter(step):
    class Counter:
        def next(self):
            return step()

    return Counter()


def one():
    return 1


print(Form("age").message(), make_counter(one).next())
