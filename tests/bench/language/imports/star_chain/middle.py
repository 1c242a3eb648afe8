from bottom import *


def join(words):
    return "-".join(words)
