"""An assignment expression binds a name in the middle of a condition (6.12)."""


class Match:
    def __init__(self, text):
        self.text = text

    def group(self):
        return self.text


class Reader:
    def __init__(self, lines):
        self.lines = lines

    def next_line(self):
        return Match(self.lines.pop()) if self.lines else None


def find(text):
    return Match(text) if text else None


def first(text):
    if (match := find(text)) is not None:
        return match.group()
    return None


def rest(reader):
    found = []
    while line := reader.next_line():
        found.append(line.group())
    return found


print(first("a"), first(""), rest(Reader(["b", "c"])))
