"""Behind `isinstance` a value is an instance of that class (6.3.4, 8.1)."""


class Text:
    def render(self):
        return "text"


class Image:
    def render(self):
        return "image"

    def scale(self):
        return self.render()


def texts(parts):
    found = []
    for part in parts:
        if isinstance(part, Text):
            found.append(part.render())
    return found


def pictures(parts):
    for part in parts:
        if not isinstance(part, Image):
            continue
        part.scale()
    return len(parts)


def every(parts):
    return [part.render() for part in parts]


parts = [Text(), Image()]
print(texts(parts), pictures(parts), every(parts))
