from media import stop


def play(name):
    stop()
    return f"playing {name}"
