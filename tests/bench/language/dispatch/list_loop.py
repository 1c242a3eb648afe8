"""A loop over a display of functions calls each (8.3)."""


def title(text):
    return text.title()


def dots(text):
    return text.replace(" ", ".")


def bracket(text):
    return f"[{text}]"


FILTERS = [title, dots]


def apply(text):
    for change in FILTERS:
        text = change(text)
    return text


def numbered(text):
    for number, (name, change) in enumerate([("dots", dots), ("bracket", bracket)]):
        text = f"{number}{name}{change(text)}"
    return text


print(apply("a b"), numbered("c d"))
