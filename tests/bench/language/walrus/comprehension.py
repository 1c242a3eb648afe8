"""In a comprehension an assignment expression binds in the function around it (6.12)."""


class Parsed:
    def __init__(self, text):
        self.text = text

    def valid(self):
        return bool(self.text)

    def show(self):
        return self.text.upper()


def parse(text):
    return Parsed(text.strip())


def shown(lines):
    return [parsed.show() for line in lines if (parsed := parse(line)).valid()]


def last(lines):
    if any((hit := parse(line)).valid() for line in lines):
        return hit.show()
    return None


def both(make):
    return (made := make("x")), made.show()


print(shown(["a", " "]), last(["", "b"]), both(parse)[1])
