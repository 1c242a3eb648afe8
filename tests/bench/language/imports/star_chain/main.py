"""Star imports chain: a name travels through a module in between (7.11)."""

from middle import *


def build(text):
    words = split(text)
    return join(shout(word) for word in words)


print(build("a b c"))
