"""Comprehensions and generator expressions call for each item (6.2.4)."""


class Word:
    def __init__(self, text):
        self.text = text

    def long(self):
        return len(self.text) > 2

    def upper(self):
        return self.text.upper()


def clean(text):
    return text.strip()


def key(text):
    return text[0]


def words(line):
    return [Word(part) for part in (clean(piece) for piece in line.split(","))]


def index(line):
    return {key(part): clean(part) for part in line.split(",")}


def check(line):
    return any(word.long() for word in words(line)), all(clean(part) for part in line.split(","))


shouted = {word.upper() for word in words("abc") if word.long()}
print(shouted, index("a ,b "), check("ab, cde"))
