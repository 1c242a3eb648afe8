def split(text):
    return _clean(text).split()


def join(words):
    return " ".join(words)


def shout(word):
    return join([word.upper(), "!"])


def _clean(text):
    return text.strip()
