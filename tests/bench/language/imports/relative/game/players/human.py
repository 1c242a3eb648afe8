from ..rules import legal
from . import best, memory
from .memory import remember as note


def turn(move):
    if legal(move):
        note(move)
    return best(memory.known())
