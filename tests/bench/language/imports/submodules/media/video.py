def play(name):
    return _screen(name)


def _screen(name):
    return f"showing {name}"
