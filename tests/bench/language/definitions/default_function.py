"""A default may be a function; it is called unless the caller passes another one (8.7)."""


def plain(text):
    return text


def loud(text):
    return text.upper()


def show(text, style=plain):
    return style(text)


class Page:
    def __init__(self, title, render=show):
        self.title = title
        self.render = render

    def text(self):
        return self.render(self.title)


print(show("hello"))
print(show("hello", style=loud))
print(Page("home").text())
