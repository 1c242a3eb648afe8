VALUES = {"port": 80}


def current():
    return VALUES


def _read(name):
    return VALUES[name]


def __getattr__(name):
    if name != "reader":
        raise AttributeError(name)
    return _read
