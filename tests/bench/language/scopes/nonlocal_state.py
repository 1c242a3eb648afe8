"""`nonlocal` lets an inner function rebind a name of the function around it (7.13)."""


def green():
    return "go"


def red():
    return "stop"


def traffic_light():
    current = red

    def switch():
        nonlocal current
        current = green

    def show():
        return current()

    return show, switch


show, switch = traffic_light()
print(show())
switch()
print(show())
